//! Feeds the guard of URLs and addresses.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hostile::url_guard(data));
