//! Feeds the archive reader.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hostile::archive(data));
