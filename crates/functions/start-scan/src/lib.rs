//! Starts the scan of one artifact.
