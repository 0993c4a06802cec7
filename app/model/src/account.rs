//! The shapes of sign-in: what forms send, what the pages show, and which input is refused.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::{Role, TokenScope},
    id::{ProjectId, TokenId, UserId, WorkspaceId},
    picture::PersonPicture,
    preferences::Preferences,
    problem::{FieldProblem, Problem},
    time::Timestamp,
    workspace::{WorkspaceColour, WorkspaceRow},
};

/// The least number of characters of a password.
pub const MIN_PASSWORD_CHARS: usize = 10;
/// The most bytes of a password that are hashed.
pub const MAX_PASSWORD_BYTES: usize = 1024;
pub(crate) const MAX_NAME_CHARS: usize = 200;
const MAX_TOKEN_NAME_CHARS: usize = 100;
const MAX_EMAIL_BYTES: usize = 254;

/// What the first visitor sends to become the owner.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUpForm {
    /// The owner's name.
    pub name: String,
    /// The owner's address, used to sign in.
    pub email: String,
    /// The owner's password in clear.
    pub password: String,
    /// The name of the first workspace.
    pub workspace: String,
    /// The one-time code from the server's log; needed when the server is reachable from elsewhere.
    #[serde(default)]
    pub code: Option<String>,
}

/// What a member sends to sign in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInForm {
    /// The account's address, in any case.
    pub email: String,
    /// The password in clear.
    pub password: String,
}

/// What a member sends to change their password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordForm {
    /// The present password in clear.
    pub current: String,
    /// The wanted password in clear.
    pub new: String,
}

/// What a member sends to make an API token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenForm {
    /// What the token is for.
    pub name: String,
    /// What the token may do; at most what its maker may.
    pub role: Role,
    /// What it is for; everything that its role may do when absent.
    #[serde(default)]
    pub scope: TokenScope,
    /// Days until it expires, 1 to 3650; never when absent.
    #[serde(default)]
    pub expires_in_days: Option<u32>,
}

/// Who is signed in and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SessionView {
    /// The signed-in person.
    pub user_id: UserId,
    /// The person's name.
    pub user_name: String,
    /// The person's address.
    pub email: String,
    /// The person's picture, where they have put one up.
    pub picture: Option<PersonPicture>,
    /// What the person has set for themselves.
    pub preferences: Preferences,
    /// The workspace they work in.
    pub workspace_id: WorkspaceId,
    /// The name of that workspace.
    pub workspace_name: String,
    /// The colour of its tile.
    pub workspace_colour: WorkspaceColour,
    /// Whether it is archived: it can be read, and nothing in it changes.
    pub archived: bool,
    /// The person's role in that workspace.
    pub role: Role,
    /// The workspace's first project.
    pub project_id: ProjectId,
    /// Every workspace of the person, archived ones last, then by name; for a token none, because
    /// it opens one only.
    pub workspaces: Vec<WorkspaceRow>,
}

/// One place where the person is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignedInPlace {
    /// Names the session when revoking it; opens nothing.
    pub id: Uuid,
    /// The browser, as it called itself.
    pub user_agent: String,
    /// When the person signed in there.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// An API token as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TokenView {
    /// Names the token when revoking it; opens nothing.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// What of that it is for.
    pub scope: TokenScope,
    /// Who made it, and may no longer do what it does once they may not.
    pub user_id: UserId,
    /// The name of who made it.
    pub user_name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
    /// Whether that is over.
    pub expired: bool,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

/// A new token with its key, which is shown only now.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShownOnce {
    /// Names the token when revoking it.
    pub id: TokenId,
    /// The key: `atl_…`.
    pub token: String,
}

impl SetUpForm {
    /// The form with blanks trimmed, or everything that is wrong with it.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut errors = vec![];
        let form = Self {
            name: plain_name("name", &self.name, MAX_NAME_CHARS, &mut errors),
            email: email("email", &self.email, &mut errors),
            password: self.password,
            workspace: plain_name("workspace", &self.workspace, MAX_NAME_CHARS, &mut errors),
            code: self.code.map(|code| code.trim().to_owned()).filter(|code| !code.is_empty()),
        };
        new_password("password", &form.password, &mut errors);
        refuse("The owner account was not created.", errors).map(|()| form)
    }
}

impl SignInForm {
    /// The form with blanks trimmed, or everything that is wrong with it.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut errors = vec![];
        let form =
            Self { email: email("email", &self.email, &mut errors), password: self.password };
        typed_password(&form.password, &mut errors);
        refuse("You aren't signed in.", errors).map(|()| form)
    }
}

impl PasswordForm {
    /// The form, or everything that is wrong with it.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut errors = vec![];
        new_password("new", &self.new, &mut errors);
        refuse("The password was not changed.", errors).map(|()| self)
    }
}

impl TokenForm {
    /// The form with blanks trimmed, or everything that is wrong with it.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut errors = vec![];
        let name = plain_name("name", &self.name, MAX_TOKEN_NAME_CHARS, &mut errors);
        if self.expires_in_days.is_some_and(|days| !(1..=3650).contains(&days)) {
            errors.push(FieldProblem::field(
                "out_of_range",
                "expires_in_days",
                "Enter 1 to 3650 days, or leave this out for a token that never expires.",
            ));
        }
        refuse("The token was not created.", errors).map(|()| Self { name, ..self })
    }
}

/// All that is wrong with a form as one problem; nothing where it is sound.
pub(crate) fn refuse(detail: &str, errors: Vec<FieldProblem>) -> Result<(), Problem> {
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(detail, errors)) }
}

/// A name with blanks trimmed; what is wrong with it is added to the errors.
pub(crate) fn plain_name(
    path: &str,
    text: &str,
    most: usize,
    errors: &mut Vec<FieldProblem>,
) -> String {
    plain_line(path, text, most, "Enter a name.", errors)
}

/// As [`plain_name`], with what is said where nothing is written.
pub(crate) fn plain_line(
    path: &str,
    text: &str,
    most: usize,
    empty: &str,
    errors: &mut Vec<FieldProblem>,
) -> String {
    let name = text.trim();
    if name.is_empty() {
        errors.push(FieldProblem::field("required", path, empty));
    } else if name.chars().count() > most {
        let message = format!("Use at most {most} characters.");
        errors.push(FieldProblem::field("too_long", path, message));
    } else if name.chars().any(is_deceptive) {
        errors.push(FieldProblem::field("bad_text", path, "Use only visible characters."));
    }
    name.to_owned()
}

/// Whether a character is no part of a name: a control character, or one that is not seen and turns
/// the direction of what is around it, so that a name could pass for another.
pub(crate) fn is_deceptive(c: char) -> bool {
    let turns = matches!(
        c,
        '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}' | '\u{FEFF}'
    );
    turns || c.is_control()
}

/// An address with blanks trimmed; what is wrong with it is added to the errors.
pub(crate) fn email(path: &str, text: &str, errors: &mut Vec<FieldProblem>) -> String {
    let address = text.trim();
    let parts = address.split_once('@');
    let sound = parts.is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
        && address.len() <= MAX_EMAIL_BYTES
        && !address.chars().any(|c| is_deceptive(c) || c.is_whitespace());
    if !sound {
        let message = "Enter an email address, such as ada@example.org.";
        errors.push(FieldProblem::field("bad_email", path, message));
    }
    address.to_owned()
}

/// Adds to the errors that no password was typed.
pub(crate) fn typed_password(password: &str, errors: &mut Vec<FieldProblem>) {
    if password.is_empty() {
        errors.push(FieldProblem::field("required", "password", "Enter your password."));
    }
}

/// Adds what is wrong with a password that somebody has chosen to the errors.
pub(crate) fn new_password(path: &str, password: &str, errors: &mut Vec<FieldProblem>) {
    if password.chars().count() < MIN_PASSWORD_CHARS {
        let message = format!("Use at least {MIN_PASSWORD_CHARS} characters.");
        errors.push(FieldProblem::field("too_short", path, message));
    } else if password.len() > MAX_PASSWORD_BYTES {
        let message = format!("Use at most {MAX_PASSWORD_BYTES} bytes.");
        errors.push(FieldProblem::field("too_long", path, message));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn form() -> SetUpForm {
        SetUpForm {
            name: " Ada ".to_owned(),
            email: " ada@example.org ".to_owned(),
            password: "correct horse".to_owned(),
            workspace: "Studio".to_owned(),
            code: Some("  ".to_owned()),
        }
    }

    fn paths(problem: &Problem) -> Vec<&str> {
        problem.errors.iter().filter_map(|error| error.path.as_deref()).collect()
    }

    #[test]
    fn a_sound_set_up_is_trimmed() {
        let form = form().checked().unwrap();

        assert_eq!((form.name.as_str(), form.email.as_str()), ("Ada", "ada@example.org"));
        assert_eq!(form.code, None);
    }

    #[test]
    fn every_wrong_field_of_a_set_up_is_named_at_once() {
        let wrong = SetUpForm {
            name: "\u{0}".to_owned(),
            email: "ada".to_owned(),
            password: "short".to_owned(),
            workspace: " ".to_owned(),
            ..form()
        };

        let problem = wrong.checked().err().unwrap();

        assert_eq!(paths(&problem), ["name", "email", "workspace", "password"]);
    }

    #[test]
    fn names_and_addresses_that_could_pass_for_others_are_refused() {
        for mark in ['\u{202E}', '\u{2066}', '\u{200F}', '\u{61C}', '\u{7}'] {
            let form = SetUpForm {
                name: format!("Ada{mark}Lovelace"),
                email: format!("a{mark}da@example.org"),
                ..form()
            };
            assert_eq!(paths(&form.checked().err().unwrap()), ["name", "email"], "{mark:?}");
        }
        let form = SetUpForm { name: "شيرين می\u{200C}خواهد".to_owned(), ..form() };
        assert!(form.checked().is_ok(), "names of any script are names");
    }

    #[test]
    fn an_overlong_password_is_refused() {
        let form = SetUpForm { password: "x".repeat(MAX_PASSWORD_BYTES + 1), ..form() };

        assert_eq!(paths(&form.checked().err().unwrap()), ["password"]);
    }

    #[test]
    fn a_token_that_lives_no_day_is_refused() {
        let form = TokenForm {
            name: "ci".to_owned(),
            role: Role::Runner,
            scope: TokenScope::Full,
            expires_in_days: Some(0),
        };

        assert_eq!(paths(&form.checked().err().unwrap()), ["expires_in_days"]);
    }

    #[test]
    fn rel_s3_forms_refuse_fields_they_do_not_know() {
        let extra = ["workspace_id", "id", "role", "created_by", "status", "is_system", "version"];
        let set_up = serde_json::to_value(form()).unwrap();
        let sign_in = serde_json::json!({"email": "ada@example.org", "password": "correct horse"});
        let password = serde_json::json!({"current": "correct horse", "new": "battery staple"});

        for field in extra {
            let with = |body: &serde_json::Value| {
                let mut body = body.clone();
                body[field] = serde_json::json!("owner");
                body
            };
            assert!(serde_json::from_value::<SetUpForm>(with(&set_up)).is_err(), "{field}");
            assert!(serde_json::from_value::<SignInForm>(with(&sign_in)).is_err(), "{field}");
            assert!(serde_json::from_value::<PasswordForm>(with(&password)).is_err(), "{field}");
        }
    }
}
