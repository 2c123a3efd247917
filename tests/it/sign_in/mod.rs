//! What a token makes of a person, and which tokens are believed.

mod keys;
mod people;
mod token;
