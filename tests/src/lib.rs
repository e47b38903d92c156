//! The real template and binaries on a local AWS emulator, and the test of the architecture.
