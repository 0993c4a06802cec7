//! What events are about.

/// What events are about, as people look for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// What went wrong, was lost or tried again.
    Trouble,
    /// What people decided and changed.
    People,
    /// What was made and what it cost.
    Results,
    /// How the execution and its steps went on.
    Progress,
}

impl Topic {
    /// Every topic, in the order of its chips.
    pub const ALL: [Self; 4] = [Self::Trouble, Self::People, Self::Results, Self::Progress];

    /// The words of its chip.
    pub fn word(self) -> &'static str {
        match self {
            Self::Trouble => "Problems",
            Self::People => "Actions",
            Self::Results => "Outputs",
            Self::Progress => "Progress",
        }
    }
}
