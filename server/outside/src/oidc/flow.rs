//! One sign-in on its way to the provider and back.

use backend::key::{self, Key};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

/// One sign-in on its way. The browser keeps its key in a cookie; what is sent to the provider is
/// derived from the key and tells nothing of it, so an answer to another browser fits no key here.
#[derive(Clone)]
pub struct Flow(String);

impl Flow {
    /// A fresh one.
    pub fn begin() -> Self {
        Self(Key::session().reveal().to_owned())
    }

    /// The one of the key that a browser has presented.
    pub fn resume(presented: &str) -> Self {
        Self(presented.to_owned())
    }

    /// The key, for the cookie and for nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The SHA-256 that the database stores.
    pub fn hash(&self) -> [u8; 32] {
        key::hash(&self.0)
    }

    /// Whether a state is that of this sign-in.
    pub fn has_state(&self, presented: &str) -> bool {
        self.state().as_bytes().ct_eq(presented.as_bytes()).into()
    }

    /// What comes back with the answer.
    pub fn state(&self) -> String {
        self.derive("state")
    }

    /// By what the cookie of a sign-in with this state is told from those of others; none where it is
    /// no state of ours.
    pub fn mark(state: &str) -> Option<&str> {
        let is_ours =
            state.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        state.get(..8).filter(|_| is_ours)
    }

    /// What the token has to repeat.
    pub(super) fn nonce(&self) -> String {
        self.derive("nonce")
    }

    /// What proves that whoever redeems the code has asked for it (PKCE).
    pub(super) fn verifier(&self) -> String {
        self.derive("verifier")
    }

    fn derive(&self, purpose: &str) -> String {
        URL_SAFE_NO_PAD.encode(key::hash(&format!("oidc {purpose} {}", self.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_fits_its_own_key_only_and_does_not_show_it() {
        let (ours, theirs) = (Flow::begin(), Flow::begin());
        let sent = [ours.state(), ours.nonce(), ours.verifier()];

        assert!(Flow::resume(ours.reveal()).has_state(&ours.state()));
        assert!(!theirs.has_state(&ours.state()) && !ours.has_state(""));
        assert!(sent.iter().all(|text| text.len() == 43 && text != ours.reveal()));
        assert_ne!(sent[0], sent[1]);
        assert_ne!(sent[1], sent[2]);
        assert_ne!(Flow::mark(&sent[0]), Flow::mark(&theirs.state()));
        assert!(
            ["", "short", "no; state", "=========="].iter().all(|text| Flow::mark(text).is_none())
        );
    }
}
