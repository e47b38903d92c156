//! Feeds the reader of request files.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hostile::request_csv(data));
