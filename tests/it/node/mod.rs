//! Any object by its id: who sees what, and what is null instead.

mod id;
mod private;
mod visible;
