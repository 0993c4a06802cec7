//! Random keys people and programs carry, of which only hashes are stored.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

const TOKEN_PREFIX: &str = "atl_";

/// 32 random bytes in a form fit for cookies and headers. Never logged, never stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// A fresh session key.
    pub fn session() -> Self {
        Self(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
    }

    /// A fresh API token, `atl_…`.
    pub fn token() -> Self {
        Self(format!("{TOKEN_PREFIX}{}", Self::session().0))
    }

    /// The key as the browser or program carries it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The SHA-256 hash that the database stores.
    pub fn hash(&self) -> [u8; 32] {
        hash(&self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// SHA-256 of what was presented as a key.
pub fn hash(presented: &str) -> [u8; 32] {
    Sha256::digest(presented.as_bytes()).into()
}

/// Whether what was presented could be an API token.
pub fn is_token(presented: &str) -> bool {
    presented.starts_with(TOKEN_PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_does_not_show_itself_in_logs() {
        assert_eq!(format!("{:?}", Key::token()), "Key(…)");
    }

    #[test]
    fn two_keys_are_never_the_same() {
        assert_ne!(Key::session(), Key::session());
    }
}
