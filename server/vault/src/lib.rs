//! Seals secrets before they reach the database, with a key that never does.

pub mod secret;

use std::{
    fmt, fs,
    io::{self, Write},
    path::Path,
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

use crate::secret::Secret;

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
/// The key's file inside the data directory.
const KEY_FILE: &str = "secret.key";

/// Why the key cannot be had; never repeats it.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key is not 32 bytes in hex or base64.
    #[error(
        "the key must be 32 random bytes in hex or base64, for example from `openssl rand -hex 32`"
    )]
    NotAKey,
    /// The key's file cannot be read or made.
    #[error("can't read or create the secret key in {file}: {source}")]
    File {
        /// Path of the key's file.
        file: String,
        /// The system's error.
        source: io::Error,
    },
}

/// The secret was sealed with another key, for another place, or was tampered with.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("it was encrypted with another key")]
pub struct WrongKey;

/// A sealed secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Random, new with every sealing.
    pub nonce: Vec<u8>,
    /// The secret, unreadable, and the proof that it is whole.
    pub ciphertext: Vec<u8>,
}

/// Seals and opens secrets; cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<XChaCha20Poly1305>);

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    /// A vault with the key an operator set, in hex or base64.
    pub fn with_key(text: &str) -> Result<Self, VaultError> {
        let text = text.trim();
        let bytes = match text.len() {
            64 => hex::decode(text).ok(),
            _ => STANDARD.decode(text).ok(),
        };
        let bytes = Zeroizing::new(bytes.ok_or(VaultError::NotAKey)?);
        let cipher = XChaCha20Poly1305::new_from_slice(&bytes).map_err(|_| VaultError::NotAKey)?;
        Ok(Self(Arc::new(cipher)))
    }

    /// A vault with the key kept in a folder, made there at the first start, for its owner only.
    pub fn in_folder(folder: &Path) -> Result<Self, VaultError> {
        let file = folder.join(KEY_FILE);
        let failed = |source| VaultError::File { file: file.display().to_string(), source };
        if !file.exists() {
            make(folder, &file).map_err(failed)?;
        }
        let text = Zeroizing::new(fs::read_to_string(&file).map_err(failed)?);
        Self::with_key(&text)
    }

    /// Seals a secret for one place; it opens only there.
    ///
    /// # Errors
    /// The cipher refuses, which a secret of sane length never makes it do.
    pub fn seal(&self, place: &str, secret: &Secret) -> Result<Sealed, WrongKey> {
        let nonce = rand::random::<[u8; NONCE_BYTES]>();
        let payload = Payload { msg: secret.expose().as_bytes(), aad: place.as_bytes() };
        let ciphertext = self.0.encrypt(&nonce.into(), payload).map_err(|_| WrongKey)?;
        Ok(Sealed { nonce: nonce.to_vec(), ciphertext })
    }

    /// Opens a secret that was sealed for this place with this key.
    ///
    /// # Errors
    /// The key or the place is another one, or a bit was changed.
    pub fn open(&self, place: &str, sealed: &Sealed) -> Result<Secret, WrongKey> {
        let nonce: [u8; NONCE_BYTES] = sealed.nonce.as_slice().try_into().map_err(|_| WrongKey)?;
        let payload = Payload { msg: &sealed.ciphertext, aad: place.as_bytes() };
        let bytes = self.0.decrypt(&nonce.into(), payload).map_err(|_| WrongKey)?;
        String::from_utf8(bytes).map(Secret::new).map_err(|_| WrongKey)
    }
}

/// Makes the key's file whole or not at all; of several processes the first one's key stays.
fn make(folder: &Path, file: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let key = Zeroizing::new(rand::random::<[u8; KEY_BYTES]>());
    // Made readable by nobody but its owner.
    let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
    fresh.write_all(Zeroizing::new(hex::encode(*key)).as_bytes())?;
    fresh.as_file().sync_all()?;
    match fresh.persist_noclobber(file) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.error),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn rel_s10_a_sealed_secret_opens_only_with_its_key_and_in_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::in_folder(folder.path()).unwrap();
        let sealed = vault.seal("a", &Secret::new("canary")).unwrap();

        assert!(!sealed.ciphertext.windows(6).any(|window| window == b"canary"));
        let again = Vault::in_folder(folder.path()).unwrap();
        assert_eq!(again.open("a", &sealed), Ok(Secret::new("canary")));
        assert_eq!(vault.open("b", &sealed), Err(WrongKey));
        let other = Vault::with_key(&"ab".repeat(32)).unwrap();
        assert_eq!(other.open("a", &sealed), Err(WrongKey));
        for place in 0..sealed.ciphertext.len() {
            let mut bent = sealed.clone();
            bent.ciphertext[place] ^= 1;
            assert_eq!(vault.open("a", &bent), Err(WrongKey));
        }
    }

    #[test]
    fn rel_s10_the_keys_file_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        Vault::in_folder(folder.path()).unwrap();

        let mode = fs::metadata(folder.path().join(KEY_FILE)).unwrap().permissions().mode();

        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_key_is_read_in_hex_and_in_base64_and_is_never_shown() {
        let base64 = STANDARD.encode([0xab; 32]);
        let (hex, base64) = (Vault::with_key(&"ab".repeat(32)), Vault::with_key(&base64));
        let sealed = hex.unwrap().seal("a", &Secret::new("x")).unwrap();

        assert_eq!(base64.unwrap().open("a", &sealed), Ok(Secret::new("x")));
        let error = Vault::with_key("canary").unwrap_err();
        assert!(!format!("{error:?} {error}").contains("canary"));
    }
}
