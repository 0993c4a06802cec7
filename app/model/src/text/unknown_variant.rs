//! The error of parsing a stored or sent string as one of our enums.

/// A string that names no variant: a newer release wrote it, or a person did.
#[derive(Debug, thiserror::Error)]
#[error("{value:?} is not a known {what}")]
pub struct UnknownVariant {
    /// What the enum stands for, in the words of the message.
    what: &'static str,
    value: String,
}

impl UnknownVariant {
    pub(crate) fn new(what: &'static str, value: &str) -> Self {
        Self { what, value: value.to_owned() }
    }
}
