//! What a document may ask for, and what its refusal says.

mod cost;
mod hostile;
mod private;
mod trusted;
mod usual;
