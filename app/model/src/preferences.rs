//! What a person has set for themselves: colours, the form of dates and numbers, which news they
//! want. It is kept with the account, so that it follows the person into every browser.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::locale::Locale;

/// Which colours a person wants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Light or dark as the system says, also when that changes.
    #[default]
    System,
    /// Light, whatever the system says.
    Light,
    /// Dark, whatever the system says.
    Dark,
}

impl Theme {
    /// Every theme, in the order in which the button goes through them.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its name in the database, the API, the cookie and the value of `data-theme`.
    pub fn key(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of this name; none where it is none of ours.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.key() == key)
    }
}

/// Something that a person may want to hear of.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A review waits for the person's decision.
    ReviewWaits,
    /// Somebody names the person in a comment.
    Mention,
    /// An execution of theirs is completed, or was stopped.
    ExecutionEnded,
    /// An execution of theirs has failed.
    ExecutionFailed,
    /// A budget is nearly or wholly spent.
    Budget,
    /// Somebody invites the person into a workspace.
    Invitation,
    /// A server of tools wants an admin to sign in again.
    ToolSignIn,
}

impl NoticeKind {
    /// Every kind, in the order in which they are offered: a mail tells of each.
    pub const ALL: [Self; 7] = [
        Self::ReviewWaits,
        Self::Mention,
        Self::ExecutionEnded,
        Self::ExecutionFailed,
        Self::Budget,
        Self::Invitation,
        Self::ToolSignIn,
    ];

    /// Those that a browser tells of.
    pub const IN_BROWSER: [Self; 4] =
        [Self::ReviewWaits, Self::Mention, Self::ExecutionEnded, Self::ExecutionFailed];

    /// Its name in the database and the API.
    pub fn key(self) -> &'static str {
        match self {
            Self::ReviewWaits => "review_waits",
            Self::Mention => "mention",
            Self::ExecutionEnded => "execution_ended",
            Self::ExecutionFailed => "execution_failed",
            Self::Budget => "budget",
            Self::Invitation => "invitation",
            Self::ToolSignIn => "tool_sign_in",
        }
    }

    /// What it tells of, as it is written on screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::ReviewWaits => "Review waiting",
            Self::Mention => "Mention",
            Self::ExecutionEnded => "Run ended",
            Self::ExecutionFailed => "Run failed",
            Self::Budget => "Budget almost used up",
            Self::Invitation => "Invitation",
            Self::ToolSignIn => "Tool server needs a sign-in",
        }
    }
}

/// The way by which news come to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeChannel {
    /// A notification of the browser, where the person has allowed them.
    Browser,
    /// A mail to the account's address.
    Mail,
}

/// The news that a person does not want, by the way they would come. All others are wanted, those
/// of later releases too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MutedNotices {
    /// What browsers leave untold.
    pub browser: BTreeSet<NoticeKind>,
    /// What no mail is sent about.
    pub mail: BTreeSet<NoticeKind>,
}

impl MutedNotices {
    /// Whether the person wants to hear of this by this way.
    pub fn wants(&self, kind: NoticeKind, channel: NoticeChannel) -> bool {
        let muted = match channel {
            NoticeChannel::Browser => &self.browser,
            NoticeChannel::Mail => &self.mail,
        };
        !muted.contains(&kind)
    }
}

/// What a person has set for themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Preferences {
    /// The colours; none while the person has chosen none with this account: each browser then has
    /// what was chosen in it.
    pub theme: Option<Theme>,
    /// The form of dates and numbers; none is the one that the browser asks for.
    pub locale: Option<Locale>,
    /// The news that the person does not want.
    pub muted: MutedNotices,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_never_set_is_as_every_account_begins() {
        let none: Preferences = serde_json::from_value(json!({})).unwrap();

        assert_eq!(none, Preferences::default());
        assert_eq!(none.locale, None, "as the browser asks for");
        let kept = serde_json::to_value(&none).unwrap();
        assert_eq!(serde_json::from_value::<Preferences>(kept).unwrap(), none);
    }

    #[test]
    fn a_notice_is_wanted_until_it_is_muted_and_by_that_way_only() {
        let muted: MutedNotices =
            serde_json::from_value(json!({ "browser": ["execution_ended"] })).unwrap();

        assert!(!muted.wants(NoticeKind::ExecutionEnded, NoticeChannel::Browser));
        assert!(muted.wants(NoticeKind::ExecutionEnded, NoticeChannel::Mail));
        assert!(muted.wants(NoticeKind::ExecutionFailed, NoticeChannel::Browser));
    }

    #[test]
    fn names_are_those_of_the_json() {
        for theme in Theme::ALL {
            assert_eq!(serde_json::to_value(theme).unwrap(), theme.key());
            assert_eq!(Theme::from_key(theme.key()), Some(theme));
        }
        for kind in NoticeKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.key());
        }
    }
}
