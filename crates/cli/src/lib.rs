//! The airlock command.
