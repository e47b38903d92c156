//! Feeds the archive reader trees, as a zip and as a tar.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hostile::archive_tree(data));
