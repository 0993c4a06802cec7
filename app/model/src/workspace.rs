//! What is shown of workspaces, and the colours by which people tell theirs apart.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{access::Role, id::WorkspaceId};

/// The colour of a workspace's tile, by which people tell theirs apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorkspaceColour {
    /// What every new workspace has.
    #[default]
    Blue,
    /// Between blue and purple.
    Indigo,
    /// Purple.
    Purple,
    /// Pink.
    Pink,
    /// Orange.
    Orange,
    /// Green.
    Green,
    /// Between green and blue.
    Teal,
    /// Grey with a little blue.
    Slate,
}

impl WorkspaceColour {
    /// Every colour, in the order in which they are offered.
    pub const ALL: [Self; 8] = [
        Self::Blue,
        Self::Indigo,
        Self::Purple,
        Self::Pink,
        Self::Orange,
        Self::Green,
        Self::Teal,
        Self::Slate,
    ];

    /// The colour's name in the database, the API and the style sheet.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Indigo => "indigo",
            Self::Purple => "purple",
            Self::Pink => "pink",
            Self::Orange => "orange",
            Self::Green => "green",
            Self::Teal => "teal",
            Self::Slate => "slate",
        }
    }

    /// The colour's name on screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Blue => "Blue",
            Self::Indigo => "Indigo",
            Self::Purple => "Purple",
            Self::Pink => "Pink",
            Self::Orange => "Orange",
            Self::Green => "Green",
            Self::Teal => "Teal",
            Self::Slate => "Slate",
        }
    }

    /// The colour of that name; none where it is no colour of ours.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|colour| colour.as_str() == name)
    }
}

/// A workspace as it is shown to one of its members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkspaceRow {
    /// Names the workspace.
    pub id: WorkspaceId,
    /// What it is called.
    pub name: String,
    /// The colour of its tile.
    pub colour: WorkspaceColour,
    /// What the person is in it.
    pub role: Role,
    /// Whether it is archived: it can be read, and nothing in it changes.
    pub archived: bool,
    /// Whether the person is in it now, in this browser.
    pub current: bool,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_found_by_its_name() {
        for colour in WorkspaceColour::ALL {
            assert_eq!(WorkspaceColour::from_name(colour.as_str()), Some(colour));
            assert_eq!(serde_json::to_value(colour).unwrap(), colour.as_str());
        }
        assert_eq!(WorkspaceColour::from_name("red"), None);
    }
}
