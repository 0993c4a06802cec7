//! Short content hashes for file names.

use sha2::{Digest as _, Sha256};

/// A running hash over parts, each kept apart from the next.
#[derive(Default)]
pub struct Digest(Sha256);

impl Digest {
    /// Adds one part; its length is hashed too, so that parts never run together.
    pub fn add(&mut self, part: &[u8]) {
        self.0.update(part.len().to_le_bytes());
        self.0.update(part);
    }

    /// Sixteen hexadecimal digits.
    pub fn finish(self) -> String {
        hex::encode(&self.0.finalize()[..8])
    }
}

/// The hash of one file's content: sixteen hexadecimal digits.
pub fn hash_content(content: &[u8]) -> String {
    let mut digest = Digest::default();
    digest.add(content);
    digest.finish()
}
