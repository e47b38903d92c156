//! Feeds the scan engine.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hostile::scanner(data));
