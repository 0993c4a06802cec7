//! A person's own account, and the links by which a forgotten password is replaced.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    access::{Permission, Role, can},
    account::{
        MAX_NAME_CHARS, SignedInPlace, TokenView, email, new_password, plain_name, refuse,
        typed_password,
    },
    problem::{FieldProblem, Problem},
    time::Timestamp,
};

/// What the page of the own account shows beside what every page knows of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPage {
    /// Where the person is signed in, the last used first.
    pub places: Vec<SignedInPlace>,
    /// The person's own tokens in this workspace, the newest first.
    pub tokens: Vec<TokenView>,
    /// Whether mails are sent, so that the person chooses which they want.
    pub mail: bool,
}

/// What is sent to be called otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NameForm {
    /// The name that others see.
    pub name: String,
}

/// What is sent to sign in with another address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressForm {
    /// The new address, used to sign in.
    pub email: String,
    /// The password in clear.
    pub password: String,
}

/// What is sent to delete one's own account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeletionForm {
    /// The account's address, typed once more.
    pub email: String,
    /// The password in clear.
    pub password: String,
}

/// What is sent with a link to a new password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPasswordForm {
    /// The wanted password in clear.
    pub password: String,
}

/// A link to a new password that was just made; it is never shown again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewPasswordLink {
    /// The address of the account.
    pub email: String,
    /// Where the link leads, below the server's own address.
    pub path: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// Whose password a link replaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PasswordLinkView {
    /// The person's name.
    pub user_name: String,
    /// The address of the account.
    pub email: String,
}

/// Whether somebody may let a person choose a new password, as far as one workspace of the person
/// is concerned: who has the password is the person, so nobody may be more, or be in more places,
/// by way of it.
pub fn may_reset(own: Option<Role>, theirs: Role) -> bool {
    own.is_some_and(|own| can(own, Permission::ManageMembers) && own >= theirs)
}

impl NameForm {
    /// The form with blanks trimmed.
    ///
    /// # Errors
    /// What is wrong with the name.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut errors = vec![];
        let name = plain_name("name", &self.name, MAX_NAME_CHARS, &mut errors);
        refuse("Your name was not saved.", errors).map(|()| Self { name })
    }
}

impl AddressForm {
    /// The form with blanks trimmed.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut errors = vec![];
        let email = email("email", &self.email, &mut errors);
        typed_password(&self.password, &mut errors);
        refuse("Your email was not changed.", errors).map(|()| Self { email, ..self })
    }
}

impl DeletionForm {
    /// The form, if the address is the account's, in any case.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn checked(self, email: &str) -> Result<Self, Problem> {
        let mut errors = vec![];
        if self.email.trim().to_lowercase() != email.to_lowercase() {
            let message = format!("Enter your email: {email}");
            errors.push(FieldProblem::field("not_confirmed", "email", message));
        }
        typed_password(&self.password, &mut errors);
        refuse("Your account was not deleted.", errors).map(|()| self)
    }
}

impl NewPasswordForm {
    /// The form.
    ///
    /// # Errors
    /// What is wrong with the password.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut errors = vec![];
        new_password("password", &self.password, &mut errors);
        refuse("The password was not changed.", errors).map(|()| self)
    }
}

/// What is sent by somebody who has forgotten their password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgottenPasswordForm {
    /// The address of the account.
    pub email: String,
}

impl ForgottenPasswordForm {
    /// The form with blanks trimmed.
    ///
    /// # Errors
    /// Something that is no address.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut errors = vec![];
        let email = email("email", &self.email, &mut errors);
        refuse("No link was sent.", errors).map(|()| Self { email })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn paths(problem: &Problem) -> Vec<&str> {
        problem.errors.iter().filter_map(|error| error.path.as_deref()).collect()
    }

    #[test]
    fn nobody_lets_somebody_in_who_is_more_or_is_elsewhere() {
        let may = |own: Option<Role>| Role::ALL.map(|theirs| may_reset(own, theirs));

        assert_eq!(may(Some(Role::Owner)), [true; 5]);
        assert_eq!(may(Some(Role::Admin)), [true, true, true, true, false]);
        assert_eq!(may(Some(Role::Editor)), [false; 5]);
        assert_eq!(may(None), [false; 5]);
    }

    #[test]
    fn an_account_is_deleted_by_its_own_address_in_any_case_and_a_password() {
        let form = |email: &str, password: &str| DeletionForm {
            email: email.to_owned(),
            password: password.to_owned(),
        };

        assert!(form(" ADA@example.org ", "secret").checked("ada@example.org").is_ok());
        let wrong = form("ben@example.org", "").checked("ada@example.org").err().unwrap();
        assert_eq!(paths(&wrong), ["email", "password"]);
    }

    #[test]
    fn every_wrong_field_of_a_new_address_is_named_at_once() {
        let form = AddressForm { email: "ada".to_owned(), password: String::new() };

        assert_eq!(paths(&form.checked().err().unwrap()), ["email", "password"]);
        let short = NewPasswordForm { password: "short".to_owned() };
        assert_eq!(paths(&short.checked().err().unwrap()), ["password"]);
    }
}
