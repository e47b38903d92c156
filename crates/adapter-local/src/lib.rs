//! Every port on one machine: a folder for the store, a folder for the outbox, a folder for the packages.
