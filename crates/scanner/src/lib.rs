//! The built-in scan engine: rules as data, run over every entry of an archive.
