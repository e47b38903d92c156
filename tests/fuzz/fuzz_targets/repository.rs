//! Feeds the local repository.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hostile::repository(data));
