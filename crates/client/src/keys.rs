//! The keys of a profile's files; the shell keeps them in the OS keychain.

/// Three random 256-bit keys.
#[derive(Clone)]
pub struct Keys([[u8; 32]; 3]);
