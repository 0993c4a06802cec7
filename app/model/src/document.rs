//! Documents: the texts a team edits.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    problem::{FieldProblem, Problem},
    review::BEGINNING,
};

/// The title of a document that was given none.
pub const UNTITLED: &str = "Untitled document";
/// The most characters of a title.
pub const MOST_TITLE_CHARS: usize = 1_000;
/// The most bytes of a text.
pub const MOST_TEXT_BYTES: usize = 5 << 20;
/// The most tags of a document.
pub const MOST_TAGS: usize = 20;
/// The most characters of a tag.
pub const MOST_TAG_CHARS: usize = 50;

/// The part of a long text that a page shows at first: whole paragraphs, or lines where none ends.
pub fn beginning(text: &str) -> &str {
    if text.len() <= BEGINNING {
        return text;
    }
    let text = &text[..text.floor_char_boundary(BEGINNING)];
    let end = text.rfind("\n\n").or_else(|| text.rfind('\n')).filter(|end| *end > 0);
    &text[..end.unwrap_or(text.len())]
}

/// How far the work on a document is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentStatus {
    /// It is being written.
    #[default]
    Draft,
    /// It waits for a decision.
    InReview,
    /// It is released.
    Published,
}

impl DocumentStatus {
    /// Every status, in the order in which a document passes through them.
    pub const ALL: [Self; 3] = [Self::Draft, Self::InReview, Self::Published];

    /// The name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in_review",
            Self::Published => "published",
        }
    }

    /// The word on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::InReview => "In review",
            Self::Published => "Published",
        }
    }
}

/// Error: the text names no status of a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not draft, in_review or published")]
pub struct UnknownStatus(String);

impl std::str::FromStr for DocumentStatus {
    type Err = UnknownStatus;

    fn from_str(word: &str) -> Result<Self, UnknownStatus> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == word)
            .ok_or_else(|| UnknownStatus(word.to_owned()))
    }
}

/// Why a document that a workflow wrote is left out of lists, searches and pickers. Once a person
/// changes it, it is listed like any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Aside {
    /// A test run wrote it.
    Test,
    /// The same step wrote the text again: this is an earlier attempt.
    Superseded,
}

impl Aside {
    /// The words on its tag.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Test => "Test run",
            Self::Superseded => "Earlier attempt",
        }
    }
}

/// Error: the text names no reason for which a document is left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not test or superseded")]
pub struct UnknownAside(String);

impl std::str::FromStr for Aside {
    type Err = UnknownAside;

    fn from_str(word: &str) -> Result<Self, UnknownAside> {
        match word {
            "test" => Ok(Self::Test),
            "superseded" => Ok(Self::Superseded),
            _ => Err(UnknownAside(word.to_owned())),
        }
    }
}

/// The parts of a document that people write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Writing {
    /// The title, on one line.
    pub title: String,
    /// The text, in Markdown.
    pub content: String,
    /// How far the work on it is.
    pub status: DocumentStatus,
    /// The tags, without a leading #.
    pub tags: Vec<String>,
}

impl Writing {
    /// The writing as it can be saved: the title and each tag on one line, every tag once.
    ///
    /// # Errors
    /// A title, a text, a tag or tags beyond what is allowed, with the numbers.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut wrong = vec![];
        let title = match one_line(&self.title) {
            title if title.is_empty() => UNTITLED.to_owned(),
            title => title,
        };
        let content = self.content.replace('\0', "");
        let tags = tags(&self.tags);
        let (chars, bytes) = (title.chars().count(), content.len());
        if chars > MOST_TITLE_CHARS {
            let words =
                format!("The title has {chars} characters; the limit is {MOST_TITLE_CHARS}.");
            wrong.push(FieldProblem::field("title_too_long", "title", words));
        }
        if bytes > MOST_TEXT_BYTES {
            let (is, most) = (bytes.div_ceil(1 << 20), MOST_TEXT_BYTES >> 20);
            let words = format!("The text is {is} MB; the limit is {most} MB.");
            wrong.push(FieldProblem::field("text_too_long", "content", words));
        }
        if tags.len() > MOST_TAGS {
            let words = format!("The document has {} tags; the limit is {MOST_TAGS}.", tags.len());
            wrong.push(FieldProblem::field("too_many_tags", "tags", words));
        }
        if let Some(long) = tags.iter().find(|tag| tag.chars().count() > MOST_TAG_CHARS) {
            let begin: String = long.chars().take(20).collect();
            let words = format!(
                "The tag “{begin}…” is too long; the limit is {MOST_TAG_CHARS} \
                         characters."
            );
            wrong.push(FieldProblem::field("tag_too_long", "tags", words));
        }
        match wrong.first() {
            None => Ok(Self { title, content, status: self.status, tags }),
            Some(first) => Err(Problem::invalid(first.message.clone(), wrong)),
        }
    }
}

/// The text on one line: without line breaks, control characters and outer blanks.
pub(crate) fn one_line(text: &str) -> String {
    let blank = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(blank).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The name of something, e.g. of "A project", as it can be kept: on one line.
///
/// # Errors
/// None at all, or more than `most` characters, with the numbers.
pub(crate) fn checked_name(name: &str, something: &str, most: usize) -> Result<String, Problem> {
    let name = one_line(name);
    let words = match name.chars().count() {
        0 => format!("{something} needs a name."),
        chars if chars <= most => return Ok(name),
        chars => format!("The name has {chars} characters; the limit is {most}."),
    };
    let wrong = FieldProblem::field("invalid_name", "name", words.clone());
    Err(Problem::invalid(words, vec![wrong]))
}

/// Every tag once, whatever its case, without a leading #.
fn tags(written: &[String]) -> Vec<String> {
    let mut known = BTreeSet::new();
    let tags = written.iter().map(|tag| one_line(tag.trim_start_matches(['#', ' '])));
    tags.filter(|tag| !tag.is_empty() && known.insert(tag.to_lowercase())).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_long_text_begins_with_whole_paragraphs() {
        let paragraph = "日本語 ".repeat(100);
        let long = [paragraph.as_str(); 500].join("\n\n");
        let begun = beginning(&long);

        assert!(begun.len() > BEGINNING - 2 * paragraph.len() && begun.len() <= BEGINNING);
        assert!(begun.ends_with(&paragraph) && long.starts_with(begun));
        let (short, endless) = ("Short", "日".repeat(BEGINNING));
        assert_eq!(beginning(short), short);
        assert!(beginning(&endless).len() > BEGINNING - 3);
    }

    #[test]
    fn titles_and_tags_are_put_in_order() {
        let writing = Writing {
            title: "  A\ttea \n party ".into(),
            tags: ["#Tea", "tea", " ", "herbal tea"].map(str::to_owned).into(),
            ..Writing::default()
        };

        let kept = writing.checked().unwrap();

        assert_eq!(
            (kept.title.as_str(), kept.tags),
            ("A tea party", vec!["Tea".into(), "herbal tea".into()])
        );
        assert_eq!(Writing::default().checked().unwrap().title, UNTITLED);
    }

    #[test]
    fn tens_of_thousands_of_tags_are_counted_and_not_compared_with_each_other() {
        let tags = (0..60_000).map(|place| format!("t{place}")).collect();
        let writing = Writing { title: "A".into(), tags, ..Writing::default() };

        assert!(writing.checked().unwrap_err().detail.contains("60000 tags"));
    }

    #[test]
    fn what_is_too_much_is_refused_with_the_numbers() {
        let long = |chars| Writing { title: "ش".repeat(chars), ..Writing::default() };
        let text = Writing { content: "x".repeat(MOST_TEXT_BYTES + 1), ..Writing::default() };

        assert!(long(MOST_TITLE_CHARS).checked().is_ok());
        assert!(long(MOST_TITLE_CHARS + 1).checked().unwrap_err().detail.contains("1001"));
        assert!(text.checked().unwrap_err().detail.contains("6 MB"));
    }
}
