//! A decision as it is sent. It is read as one object: where serde first looks for a tag it sets
//! the object aside, and can no longer say which of its fields does not fit.

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value;

use super::{Approval, Decision};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    decision: Kind,
    items: Option<Vec<Value>>,
    keep: Option<Vec<usize>>,
    comment: Option<String>,
    edition: Option<usize>,
    always: Option<bool>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Approve,
    Changes,
    Reject,
}

impl<'de> Deserialize<'de> for Decision {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        match written.decision {
            Kind::Approve => written.approval().map(Self::Approve),
            Kind::Changes => written.reason().map(|reason| Self::Changes { reason }),
            Kind::Reject => written.reason().map(|reason| Self::Reject { reason }),
        }
    }
}

impl Written {
    fn approval<E: Error>(self) -> Result<Approval, E> {
        const FIELDS: &[&str] = &["items", "keep", "comment", "edition", "always"];
        let Self { decision: _, items, keep, comment, edition, always, reason } = self;
        let always = always.unwrap_or_default();
        match reason {
            None => Ok(Approval { items, keep, comment, edition, always }),
            Some(_) => Err(E::unknown_field("reason", FIELDS)),
        }
    }

    fn reason<E: Error>(self) -> Result<String, E> {
        let of_approvals = [
            ("items", self.items.is_some()),
            ("keep", self.keep.is_some()),
            ("comment", self.comment.is_some()),
            ("edition", self.edition.is_some()),
            ("always", self.always.is_some()),
        ];
        match of_approvals.into_iter().find(|(_, is_given)| *is_given) {
            Some((field, _)) => Err(E::unknown_field(field, &["reason"])),
            None => self.reason.ok_or_else(|| E::missing_field("reason")),
        }
    }
}
