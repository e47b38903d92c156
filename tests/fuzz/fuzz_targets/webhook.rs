//! Feeds the webhook.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hostile::webhook(data));
