//! Settles what became of a mail that a worker claimed.
