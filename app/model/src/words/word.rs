//! Words of closed sets as they are stored and sent.

/// A word that is in no closed set of ours: written by a newer release, or by hand.
#[derive(Debug, thiserror::Error)]
#[error("{word:?} is not a known {what}")]
pub struct UnknownWord {
    what: &'static str,
    word: String,
}

impl UnknownWord {
    pub(crate) fn new(what: &'static str, word: &str) -> Self {
        Self { what, word: word.to_owned() }
    }
}
