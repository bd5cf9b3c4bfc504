//! The session token: opaque, never printed, wiped from memory when dropped.

use std::fmt;
use zeroize::Zeroizing;

/// What the server gave at sign-in. The shell keeps it in the keychain between starts.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(Zeroizing<String>);

impl SessionToken {
    /// Wraps a token that came from the server or the keychain.
    #[must_use]
    pub fn new(token: String) -> Self {
        Self(Zeroizing::new(token))
    }

    /// The token itself: for the keychain and the wire, for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_never_printed() {
        let token = SessionToken::new("hemlig".into());
        assert!(!format!("{token:?}").contains("hemlig"));
        assert_eq!(token.expose(), "hemlig");
    }
}
