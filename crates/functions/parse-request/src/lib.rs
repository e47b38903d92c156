//! Turns the request file into the rows to work on.
