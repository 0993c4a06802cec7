//! What an execution is about, or has made, in other systems: issues, pull requests, runs, commits.
//!
//! A reference comes with the launch, by API later, or out of the result of a tool.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    account::{is_deceptive, plain_line, refuse},
    problem::{FieldProblem, Problem, join_path},
    text::{string_enum::string_enum, unknown_variant::UnknownVariant},
};

/// The most references of one execution, and of one result.
pub const MOST_REFS: usize = 50;
/// The most characters of an id.
const MOST_ID_CHARS: usize = 200;
/// The most bytes of an address.
const MOST_ADDRESS_BYTES: usize = 2_000;

string_enum! {
    /// The kind of something in another system.
    ExternalRefKind ("kind of external reference") {
        /// An issue or ticket.
        Issue = "issue",
        /// A pull or merge request.
        PullRequest = "pull_request",
        /// A run of a pipeline or deployment.
        Run = "run",
        /// A commit.
        Commit = "commit",
    }
}

impl ExternalRefKind {
    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Issue => "Issue",
            Self::PullRequest => "Pull request",
            Self::Run => "Run",
            Self::Commit => "Commit",
        }
    }
}

/// Something in another system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalRef {
    /// What kind of thing it is.
    pub kind: ExternalRefKind,
    /// How the other system calls it: `42`, `acme/shop#42`, `9fceb02`.
    pub id: String,
    /// Its web address, `http` or `https`; none where nobody gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl ExternalRef {
    /// The reference with blanks trimmed; what is wrong with it is added to the errors, under `place`.
    pub fn checked(self, place: &str, errors: &mut Vec<FieldProblem>) -> Self {
        let empty = "Enter its id in the other system.";
        let id = plain_line(&join_path(place, "id"), &self.id, MOST_ID_CHARS, empty, errors);
        let address = self.address.map(|address| address.trim().to_owned());
        let address = address.filter(|address| !address.is_empty());
        if address.as_deref().is_some_and(|address| !is_web_address(address)) {
            let message = format!(
                "Enter a URL that starts with http:// or https://, has at most \
                 {MOST_ADDRESS_BYTES} bytes and no password."
            );
            errors.push(FieldProblem::field("bad_url", join_path(place, "address"), message));
        }
        Self { kind: self.kind, id, address }
    }

    /// By what it is told from others.
    pub fn key(&self) -> ExternalRefKey {
        ExternalRefKey { kind: self.kind, id: self.id.clone() }
    }

    /// The address to be followed, if it is one that a page may lead to.
    pub fn link(&self) -> Option<&str> {
        self.address.as_deref().filter(|address| is_web_address(address))
    }
}

/// The references of a request, each once, the last address given for it.
///
/// # Errors
/// Everything that is wrong with them, with its path, and too many of them.
pub fn checked_refs(refs: Vec<ExternalRef>) -> Result<Vec<ExternalRef>, Problem> {
    let (mut errors, mut checked) = (vec![], Vec::<ExternalRef>::new());
    if refs.len() > MOST_REFS {
        let message = format!("A run has at most {MOST_REFS} links, not {}.", refs.len());
        errors.push(FieldProblem::field("too_many", "external_refs", message));
    }
    for (place, reference) in refs.into_iter().take(MOST_REFS).enumerate() {
        let reference = reference.checked(&format!("external_refs[{place}]"), &mut errors);
        add_ref(&mut checked, reference);
    }
    refuse("The links were not saved.", errors).map(|()| checked)
}

/// One reference of a request.
///
/// # Errors
/// Everything that is wrong with it, with its path.
pub fn checked_ref(reference: ExternalRef) -> Result<ExternalRef, Problem> {
    let mut errors = vec![];
    let reference = reference.checked("", &mut errors);
    refuse("The run was not linked.", errors).map(|()| reference)
}

/// Adds a reference to those that are known; the same one twice is one.
pub fn add_ref(known: &mut Vec<ExternalRef>, reference: ExternalRef) {
    match known.iter_mut().find(|other| other.key() == reference.key()) {
        Some(other) => other.address = reference.address.or_else(|| other.address.take()),
        None => known.push(reference),
    }
}

/// What names something in another system: written `kind:id`, as `issue:acme/shop#42`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalRefKey {
    /// What kind of thing it is.
    pub kind: ExternalRefKind,
    /// How the other system calls it.
    pub id: String,
}

impl ExternalRefKey {
    /// Reads `kind:id`; none where the text is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, id) = text.trim().split_once(':')?;
        let key = Self { kind: kind.trim().parse().ok()?, id: id.trim().to_owned() };
        key.is_sound().then_some(key)
    }

    /// Whether its id is one that a reference may have.
    pub fn is_sound(&self) -> bool {
        let is_long = self.id.chars().count() > MOST_ID_CHARS;
        !self.id.is_empty() && !is_long && !self.id.chars().any(is_deceptive)
    }

    /// What people read: "Issue acme/shop#42".
    pub fn words(&self) -> String {
        format!("{} {}", self.kind.label(), self.id)
    }
}

impl fmt::Display for ExternalRefKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

/// Whether a text is an address on the web that may be followed: no script, no file, no credentials,
/// and nothing in it that looks like something else.
fn is_web_address(text: &str) -> bool {
    let begins = |scheme: &str| {
        let start = text.get(..scheme.len());
        start.filter(|start| start.eq_ignore_ascii_case(scheme)).and(text.get(scheme.len()..))
    };
    let Some(rest) = begins("https://").or_else(|| begins("http://")) else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_odd =
        |c: char| c.is_whitespace() || is_deceptive(c) || matches!(c, '<' | '>' | '"' | '\\');
    !host.is_empty()
        && !host.contains('@')
        && text.len() <= MOST_ADDRESS_BYTES
        && !text.chars().any(is_odd)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn issue(id: &str, address: Option<&str>) -> ExternalRef {
        let address = address.map(str::to_owned);
        ExternalRef { kind: ExternalRefKind::Issue, id: id.to_owned(), address }
    }

    #[test]
    fn a_reference_leads_to_the_web_and_nowhere_else() {
        for good in ["https://x.example/a?b#c", "HTTP://x.example", " https://x.example/é "] {
            let checked = checked_refs(vec![issue(" 42 ", Some(good))]).unwrap();
            assert_eq!(checked, [issue("42", Some(good.trim()))]);
            assert!(checked[0].link().is_some());
        }
        let long = format!("https://x.example/{}", "a".repeat(2_000));
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//x.example",
            "https://",
            "https://user:word@x.example",
            "https://x.example/\u{202E}gpj",
            "https://x.example/a b",
            "https://x.example/\"onclick=",
            long.as_str(),
        ] {
            let problem = checked_refs(vec![issue("42", Some(bad))]).unwrap_err();
            assert!(problem.field_message("external_refs[0].address").is_some(), "{bad}");
            assert_eq!(issue("42", Some(bad)).link(), None, "{bad}");
        }
        let unnamed = checked_refs(vec![issue("7", None), issue("  ", None)]).unwrap_err();
        assert!(unnamed.field_message("external_refs[1].id").unwrap().contains("Enter its id"));
        assert!(checked_refs(vec![issue("a\u{200B}b", None)]).is_err());
        assert!(checked_refs(vec![issue("1", None); MOST_REFS + 1]).is_err());
    }

    #[test]
    fn the_same_reference_twice_is_one_with_its_last_address() {
        let (first, last) = ("https://x.example/1", "https://x.example/2");
        let both = vec![issue("1", Some(first)), issue("1", Some(last)), issue("1", None)];

        assert_eq!(checked_refs(both).unwrap(), [issue("1", Some(last))]);
    }

    #[test]
    fn a_key_is_written_with_its_kind_before_the_first_colon() {
        let key = ExternalRefKey::parse(" pull_request:acme/shop#4:2 ").unwrap();

        assert_eq!((key.kind, key.id.as_str()), (ExternalRefKind::PullRequest, "acme/shop#4:2"));
        assert_eq!(ExternalRefKey::parse(&key.to_string()), Some(key));
        for text in ["", "issue", "issue:", "ticket:4", ":4"] {
            assert_eq!(ExternalRefKey::parse(text), None, "{text}");
        }
    }
}
