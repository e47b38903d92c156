//! Publishes the approved bytes.
