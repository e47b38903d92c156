//! The one strict reader of untrusted archives.
