//! Members of a workspace, and invitations into it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    access::Role,
    account::{MAX_NAME_CHARS, email, new_password, plain_name, refuse},
    id::{InvitationId, UserId},
    person::PersonName,
    picture::PersonPicture,
    problem::{FieldProblem, Problem},
    time::Timestamp,
};

/// The most addresses that are invited with one request.
pub const MOST_AT_ONCE: usize = 100;
/// How much of what is no address a message repeats, in characters.
const REPEATED_CHARS: usize = 60;

/// Which members are listed; each that is given narrows the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MemberFilter {
    /// Words that all must be in the name or the address.
    pub q: String,
    /// Only members of this role.
    pub role: Option<Role>,
}

/// A member in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MemberRow {
    /// The person.
    pub user_id: UserId,
    /// The person's name.
    pub name: String,
    /// The address the person signs in with.
    pub email: String,
    /// The person's picture, where they have put one up.
    pub picture: Option<PersonPicture>,
    /// What the person is here.
    pub role: Role,
    /// When the person or a token of theirs was last here, to the minute; none if never.
    pub last_seen_at: Option<Timestamp>,
    /// When the person became a member.
    pub joined_at: Timestamp,
    /// How many executions that they launched are not over.
    pub executions_under_way: i64,
}

/// What is sent to change a member's role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleForm {
    /// The new role, at most that of whoever sends it.
    pub role: Role,
}

/// What is sent when a member goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DepartureForm {
    /// Who gets their templates, an editor or more; without it the templates stay as they are.
    pub hand_over_to: Option<UserId>,
}

/// What is sent to hand the workspace to another owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnershipForm {
    /// The member who becomes owner.
    pub user_id: UserId,
}

/// What a member has here that somebody has to look after when they go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MemberHoldings {
    /// The names of the templates they made and that are in use, from A to Z; at most 100.
    pub templates: Vec<String>,
    /// How many these are.
    pub template_count: i64,
    /// The names of their API tokens, which end with the membership.
    pub tokens: Vec<String>,
    /// How many executions that they launched are not over; these go on.
    pub executions: i64,
    /// How many reviews of these executions wait; they stay open to others.
    pub reviews: i64,
    /// How many open reviews name them; these are to be given to others.
    pub named_reviews: i64,
    /// How many links to reviews they made that work; these end.
    pub review_links: i64,
    /// How many invitations they made that are open; these end.
    pub invitations: i64,
    /// Who may be given the templates, from A to Z.
    pub candidates: Vec<PersonName>,
}

/// What is sent to invite people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationForm {
    /// Their addresses, 1 to 100. One that has an open invitation gets a new one in its place.
    pub emails: Vec<String>,
    /// What they become, at most what whoever invites them is.
    pub role: Role,
}

/// An invitation that was just made; its address is never shown again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewInvitation {
    /// The id by which it is revoked.
    pub id: InvitationId,
    /// Who is invited.
    pub email: String,
    /// What they become.
    pub role: Role,
    /// Where the link leads, below the server's own address.
    pub path: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// An invitation that nobody has accepted and nobody has revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvitationRow {
    /// The id by which it is revoked.
    pub id: InvitationId,
    /// Who is invited.
    pub email: String,
    /// What they become.
    pub role: Role,
    /// Who invited them; none for somebody whose account is gone.
    pub invited_by: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when its link works.
    pub expires_at: Timestamp,
    /// Whether that is past.
    pub expired: bool,
    /// Why its email was given up; none while it may still arrive, or where none was sent.
    pub mail_error: Option<String>,
}

/// An invitation as whoever has its link sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvitationView {
    /// The workspace's name.
    pub workspace: String,
    /// Who invited them.
    pub invited_by: String,
    /// The address that is invited.
    pub email: String,
    /// What they become.
    pub role: Role,
    /// Until when the link works.
    pub expires_at: Timestamp,
    /// What the visitor has to do to join.
    pub way: JoinWay,
}

/// What it takes to accept an invitation, which depends on who has opened it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JoinWay {
    /// Nobody has an account of the address: a name and a password make one.
    NewAccount,
    /// There is an account of the address, and nobody is signed in: its password is asked for.
    Password,
    /// The visitor is signed in with the address that is invited.
    SignedIn,
    /// The visitor is signed in as somebody else, and has to sign out.
    Other {
        /// The address with which they are signed in.
        email: String,
    },
}

/// What is sent to accept an invitation.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct JoinForm {
    /// The name for a new account.
    pub name: String,
    /// In clear: the password for a new account, or of the account that there is. Whoever is
    /// signed in needs none.
    pub password: String,
}

impl InvitationForm {
    /// The form with blanks trimmed, or everything that is wrong with it.
    ///
    /// # Errors
    /// No address, too many, or each that is none, by its place.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut errors = vec![];
        if self.emails.is_empty() {
            errors.push(FieldProblem::field("required", "emails", "Enter an email address."));
        } else if self.emails.len() > MOST_AT_ONCE {
            let message = format!("Invite at most {MOST_AT_ONCE} people at once.");
            errors.push(FieldProblem::field("too_many", "emails", message));
        }
        let addresses = self.emails.iter().take(MOST_AT_ONCE).enumerate();
        let emails = addresses.map(|(place, text)| address(place, text, &mut errors)).collect();
        refuse(NOT_INVITED, errors).map(|()| Self { emails, ..self })
    }
}

/// The sentence over everything that is wrong with invitations.
pub const NOT_INVITED: &str = "No one was invited.";

/// An address to invite; what is no address is repeated in the message, so that it is found among
/// the others.
fn address(place: usize, text: &str, errors: &mut Vec<FieldProblem>) -> String {
    let mut wrong = vec![];
    let address = email(&format!("emails[{place}]"), text, &mut wrong);
    errors.extend(wrong.into_iter().map(|error| {
        let begun: String = address.chars().take(REPEATED_CHARS).collect();
        FieldProblem {
            message: format!("“{}” isn't an email address.", begun.escape_debug()),
            ..error
        }
    }));
    address
}

/// The addresses in a text, separated by commas, semicolons or white space; each once, whatever its
/// case.
pub fn split_addresses(text: &str) -> Vec<String> {
    let mut known = BTreeSet::new();
    text.split(|c: char| c == ',' || c == ';' || c.is_whitespace())
        .filter(|word| !word.is_empty() && known.insert(word.to_lowercase()))
        .map(str::to_owned)
        .collect()
}

impl JoinForm {
    /// The form as it makes an account, with blanks trimmed, or everything that is wrong with it.
    ///
    /// # Errors
    /// A name or a password that cannot be kept.
    pub fn checked_for_new_account(self) -> Result<Self, Problem> {
        let mut errors = vec![];
        let name = plain_name("name", &self.name, MAX_NAME_CHARS, &mut errors);
        new_password("password", &self.password, &mut errors);
        refuse("You haven't joined.", errors).map(|()| Self { name, ..self })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn form(emails: &[&str]) -> InvitationForm {
        let emails = emails.iter().map(|email| (*email).to_owned()).collect();
        InvitationForm { emails, role: Role::Editor }
    }

    fn paths(problem: &Problem) -> Vec<&str> {
        problem.errors.iter().filter_map(|error| error.path.as_deref()).collect()
    }

    #[test]
    fn addresses_are_trimmed_and_each_wrong_one_is_named_by_its_place() {
        let sound = form(&[" ben@example.org "]).checked().unwrap();
        assert_eq!(sound.emails, ["ben@example.org"]);

        let problem = form(&["ben@example.org", "b\u{202E}en@x", "cleo"]).checked().unwrap_err();
        assert_eq!(paths(&problem), ["emails[1]", "emails[2]"]);
        assert_eq!(problem.errors[0].message, "“b\\u{202e}en@x” isn't an email address.");
    }

    #[test]
    fn nobody_and_more_than_a_hundred_are_refused() {
        assert_eq!(paths(&form(&[]).checked().unwrap_err()), ["emails"]);
        let many = vec!["ben@example.org"; MOST_AT_ONCE + 1];
        assert_eq!(paths(&form(&many).checked().unwrap_err()), ["emails"]);
        assert!(form(&many[1..]).checked().is_ok());
    }

    #[test]
    fn a_list_is_split_however_it_was_pasted() {
        let text = "ben@example.org, cleo@example.org;\n\tBen@Example.org  dan@example.org,";
        assert_eq!(
            split_addresses(text),
            ["ben@example.org", "cleo@example.org", "dan@example.org"]
        );
    }

    #[test]
    fn a_new_account_needs_a_name_and_a_password() {
        let form = JoinForm { name: " Ben ".to_owned(), password: "correct horse".to_owned() };
        assert_eq!(form.checked_for_new_account().map(|form| form.name).unwrap(), "Ben");

        let problem = JoinForm::default().checked_for_new_account().err().unwrap();
        assert_eq!(paths(&problem), ["name", "password"]);
    }
}
