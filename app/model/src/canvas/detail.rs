//! How much of a card is drawn at which zoom.

/// How much of a card is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// All of it.
    Full,
    /// Title and state.
    Brief,
    /// A coloured block.
    Block,
}

impl Detail {
    /// What is legible at this zoom.
    pub fn at(zoom: f64) -> Self {
        match zoom {
            near if near >= 0.6 => Self::Full,
            middle if middle >= 0.35 => Self::Brief,
            _ => Self::Block,
        }
    }

    /// The value of `data-detail`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Brief => "brief",
            Self::Block => "dot",
        }
    }
}
