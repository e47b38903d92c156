//! Brings one package's bytes into the store, through the one controlled exit.
