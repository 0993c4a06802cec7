//! The shapes of sign-in: what forms send, what the pages show, and which input is refused.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::Role,
    id::{ProjectId, TokenId, UserId, WorkspaceId},
    problem::{FieldProblem, Problem},
    time::Timestamp,
};

/// The least number of characters of a password.
pub const MIN_PASSWORD_CHARS: usize = 10;
/// The most bytes of a password that are hashed.
pub const MAX_PASSWORD_BYTES: usize = 1024;
const MAX_NAME_CHARS: usize = 200;
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

/// What an admin sends to make an API token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenForm {
    /// What the token is for.
    pub name: String,
    /// What the token may do; at most what its maker may.
    pub role: Role,
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
    /// The workspace they work in.
    pub workspace_id: WorkspaceId,
    /// The name of that workspace.
    pub workspace_name: String,
    /// The person's role in that workspace.
    pub role: Role,
    /// The workspace's first project.
    pub project_id: ProjectId,
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
    /// Who made it.
    pub user_name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
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
        if form.password.is_empty() {
            errors.push(FieldProblem::field("required", "password", "Enter your password."));
        }
        refuse("You are not signed in.", errors).map(|()| form)
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
                "A token lives 1 to 3650 days, or for ever when this is left out.",
            ));
        }
        refuse("The token was not made.", errors).map(|()| Self { name, ..self })
    }
}

fn refuse(detail: &str, errors: Vec<FieldProblem>) -> Result<(), Problem> {
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(detail, errors)) }
}

/// A name with blanks trimmed; what is wrong with it is added to the errors.
pub(crate) fn plain_name(
    path: &str,
    text: &str,
    most: usize,
    errors: &mut Vec<FieldProblem>,
) -> String {
    let name = text.trim();
    if name.is_empty() {
        errors.push(FieldProblem::field("required", path, "Enter a name."));
    } else if name.chars().count() > most {
        let message = format!("Use at most {most} characters.");
        errors.push(FieldProblem::field("too_long", path, message));
    } else if name.chars().any(char::is_control) {
        errors.push(FieldProblem::field("bad_text", path, "Use visible characters only."));
    }
    name.to_owned()
}

fn email(path: &str, text: &str, errors: &mut Vec<FieldProblem>) -> String {
    let address = text.trim();
    let parts = address.split_once('@');
    let sound = parts.is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
        && address.len() <= MAX_EMAIL_BYTES
        && !address.chars().any(|c| c.is_control() || c.is_whitespace());
    if !sound {
        let message = "Enter an e-mail address, like ada@example.org.";
        errors.push(FieldProblem::field("bad_email", path, message));
    }
    address.to_owned()
}

fn new_password(path: &str, password: &str, errors: &mut Vec<FieldProblem>) {
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
    fn an_overlong_password_is_refused() {
        let form = SetUpForm { password: "x".repeat(MAX_PASSWORD_BYTES + 1), ..form() };

        assert_eq!(paths(&form.checked().err().unwrap()), ["password"]);
    }

    #[test]
    fn a_token_that_lives_no_day_is_refused() {
        let form =
            TokenForm { name: "ci".to_owned(), role: Role::Runner, expires_in_days: Some(0) };

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
