//! Asks whether a scan has finished.
