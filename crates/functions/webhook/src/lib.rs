//! Turns a signed GitHub push into one execution.
