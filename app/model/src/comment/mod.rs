//! Comments: what people say about templates, documents, executions and reviews, in threads.

pub mod mention;
pub mod mentioned;
pub mod subject;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::{mention::to_markdown, subject::CommentSubject};
use crate::{
    account::{is_deceptive, refuse},
    id::{CommentId, CommentThreadId, UserId},
    person::PersonName,
    picture::PersonPicture,
    problem::{FieldProblem, Problem},
    text::markdown::plain_text,
    time::Timestamp,
};

/// The most characters of a comment.
pub const MOST_COMMENT_CHARS: usize = 10_000;
/// The most comments of a thread.
pub const MOST_IN_THREAD: i64 = 200;
/// The most members that one comment may name.
pub const MOST_MENTIONS: usize = 50;
/// The most things whose comments are counted at once.
pub const MOST_COUNTED: usize = 200;
/// How much of a comment a list shows, in characters.
const EXCERPT: usize = 140;

/// What is sent to comment: on something, or in a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    /// What it is about; it begins a thread. Left out in a reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<CommentSubject>,
    /// The thread that it replies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<CommentThreadId>,
    /// What is said, in Markdown, at most 10,000 characters; `@[Name](id)` names a member.
    pub text: String,
}

/// What is sent to change a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentChange {
    /// What it says from now on.
    pub text: String,
}

/// Where a comment goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommentPlace {
    /// It begins a thread about this.
    Subject(CommentSubject),
    /// It is the next one of this thread.
    Thread(CommentThreadId),
}

/// Which threads are listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentFilter {
    /// What they are about. Of something as a whole those about its steps are listed too, and of an
    /// execution those about its reviews.
    pub subject: CommentSubject,
    /// Only open ones, or only resolved ones; all where absent.
    pub state: Option<ThreadState>,
}

/// Whether something is still to be said or done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ThreadState {
    /// It takes replies.
    Open,
    /// Nothing is left to be said, until somebody opens it again.
    Resolved,
}

/// A thread of comments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CommentThread {
    /// The thread's id.
    pub id: CommentThreadId,
    /// What it is about.
    pub subject: CommentSubject,
    /// What the step is called that it is about; none where it is about the whole.
    pub step: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// Who resolved it and when; none while it is open.
    pub resolution: Option<ThreadResolution>,
    /// Its comments, the oldest first.
    pub comments: Vec<CommentRow>,
}

/// How a thread was resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ThreadResolution {
    /// The name of who resolved it; none once the account is deleted.
    pub by: Option<String>,
    /// When it was resolved.
    pub at: Timestamp,
}

/// One comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CommentRow {
    /// The comment's id.
    pub id: CommentId,
    /// Who wrote it; none once the account is deleted.
    pub author: Option<CommentPerson>,
    /// What it says, as it was written.
    pub text: String,
    /// The members whom it names, as they are called now.
    pub mentions: Vec<PersonName>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last changed; none where it never was.
    pub edited_at: Option<Timestamp>,
}

/// A person beside a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CommentPerson {
    /// The person's id.
    pub id: UserId,
    /// The person's name.
    pub name: String,
    /// The person's picture, where they have put one up.
    pub picture: Option<PersonPicture>,
}

impl NewComment {
    /// Where it goes, and its text as it is kept.
    ///
    /// # Errors
    /// Neither something to comment on nor a thread, or both; a text that cannot be kept.
    pub fn checked(self) -> Result<(CommentPlace, String), Problem> {
        let mut errors = vec![];
        let text = checked_text(&self.text, &mut errors);
        let place = match (self.subject, self.thread_id) {
            (Some(subject), None) => Some(CommentPlace::Subject(subject)),
            (None, Some(thread)) => Some(CommentPlace::Thread(thread)),
            (None, None) | (Some(_), Some(_)) => {
                let message = "Name either what the comment is about or the thread it replies to.";
                errors.push(FieldProblem::field("one_place", "subject", message));
                None
            }
        };
        match place {
            Some(place) if errors.is_empty() => Ok((place, text)),
            Some(_) | None => Err(Problem::invalid("The comment was not sent.", errors)),
        }
    }
}

impl CommentChange {
    /// The text as it is kept.
    ///
    /// # Errors
    /// A text that cannot be kept.
    pub fn checked(self) -> Result<String, Problem> {
        let mut errors = vec![];
        let text = checked_text(&self.text, &mut errors);
        refuse("The comment was not saved.", errors).map(|()| text)
    }
}

impl CommentRow {
    /// What it says, to be read as Markdown.
    pub fn to_markdown(&self) -> String {
        to_markdown(&self.text, &self.mentions)
    }

    /// Whether this person wrote it.
    pub fn is_by(&self, person: UserId) -> bool {
        self.author.as_ref().is_some_and(|author| author.id == person)
    }
}

/// How a comment begins, without marks, for lists.
pub fn comment_excerpt(text: &str) -> String {
    let plain = plain_text(&to_markdown(text, &[]));
    match plain.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", plain[..end].trim_end()),
        None => plain,
    }
}

/// The text without blanks around it and with plain line breaks; what is wrong with it is added to
/// the errors.
fn checked_text(text: &str, errors: &mut Vec<FieldProblem>) -> String {
    let text = text.replace("\r\n", "\n").trim().to_owned();
    let chars = text.chars().count();
    let is_unseen = |c: char| is_deceptive(c) && !matches!(c, '\n' | '\t');
    let wrong = if text.is_empty() {
        Some(("required", "Enter a comment.".to_owned()))
    } else if chars > MOST_COMMENT_CHARS {
        let message = format!("Use at most {MOST_COMMENT_CHARS} characters, not {chars}.");
        Some(("too_long", message))
    } else if text.chars().any(is_unseen) {
        let message = "Remove control characters and marks that change the direction of text.";
        Some(("bad_text", message.to_owned()))
    } else if mention::find_mentions(&text).len() > MOST_MENTIONS {
        Some(("too_many", format!("Mention at most {MOST_MENTIONS} people.")))
    } else {
        None
    };
    errors.extend(wrong.map(|(code, message)| FieldProblem::field(code, "text", message)));
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn on_document(text: &str) -> NewComment {
        let subject = CommentSubject::Document { id: Uuid::from_u128(1).into() };
        NewComment { subject: Some(subject), thread_id: None, text: text.to_owned() }
    }

    fn code(text: &str) -> String {
        let problem = on_document(text).checked().unwrap_err();
        assert_eq!(problem.errors[0].path.as_deref(), Some("text"));
        problem.errors[0].code.clone()
    }

    #[test]
    fn a_text_is_kept_as_it_was_written_and_nothing_unseen_is() {
        let script = " <script>alert(1)</script>\r\n\tشكرا 👩‍🚀 ";

        let (_, text) = on_document(script).checked().unwrap();

        assert_eq!(text, "<script>alert(1)</script>\n\tشكرا 👩‍🚀");
        assert_eq!(code(" \n"), "required");
        assert_eq!(code(&"é".repeat(MOST_COMMENT_CHARS + 1)), "too_long");
        assert!(on_document(&"é".repeat(MOST_COMMENT_CHARS)).checked().is_ok());
        for mark in ['\u{7}', '\u{202E}', '\u{2066}', '\u{200F}', '\u{1B}'] {
            assert_eq!(code(&format!("a{mark}b")), "bad_text", "{mark:?}");
        }
        let many = format!("@[A]({}) ", Uuid::from_u128(1)).repeat(MOST_MENTIONS + 1);
        assert_eq!(code(&many), "too_many");
    }

    #[test]
    fn a_comment_goes_to_one_place() {
        let both = NewComment { thread_id: Some(Uuid::nil().into()), ..on_document("Hi") };
        let none = NewComment { subject: None, ..on_document("Hi") };
        let reply = NewComment { subject: None, ..both.clone() };

        for wrong in [both, none] {
            let problem = wrong.checked().unwrap_err();
            assert_eq!(problem.errors[0].path.as_deref(), Some("subject"));
        }
        let (place, _) = reply.checked().unwrap();
        assert_eq!(place, CommentPlace::Thread(Uuid::nil().into()));
    }

    #[test]
    fn forms_refuse_fields_they_do_not_know() {
        for field in ["workspace_id", "author", "id", "resolved"] {
            let body = json!({ "text": "Hi", field: "x" });
            assert!(serde_json::from_value::<NewComment>(body.clone()).is_err(), "{field}");
            assert!(serde_json::from_value::<CommentChange>(body).is_err(), "{field}");
        }
    }

    #[test]
    fn a_list_shows_how_a_comment_begins() {
        let named = format!("**So** says @[Ada]({})", Uuid::from_u128(1));

        assert_eq!(comment_excerpt(&named), "So says @Ada");
        let long = comment_excerpt(&"word ".repeat(100));
        assert!(long.chars().count() <= EXCERPT + 1 && long.ends_with("word…"), "{long}");
    }
}
