//! People: the first visit, signing in and out, passwords and sessions.

use async_trait::async_trait;
use model::{
    account::{PasswordForm, SessionView, SetUpForm, SignInForm, SignedInPlace, TokenForm},
    api::{
        account::{ForgottenPasswordForm, NewPasswordForm, PasswordLinkView},
        members::{InvitationView, JoinForm},
    },
    id::TokenId,
    oidc::SignInWays,
    problem::Problem,
};
use uuid::Uuid;

use crate::{
    actor::{Actor, Origin, Person},
    key::Key,
};

model::password_links_operations!(crate::area::area);
model::tokens_operations!(crate::area::area);

/// Whether the instance waits for its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetUpState {
    /// Somebody has an account; set-up is closed.
    Done,
    /// The first visitor may create the owner.
    Open,
    /// The first visitor needs the one-time code from the log.
    CodeNeeded,
}

/// A fresh session and the key that opens it.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// For the cookie, and for nothing else.
    pub key: Key,
    /// Who is signed in now.
    pub actor: Actor,
}

/// A fresh token and the only sight of its key.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Names it when revoking.
    pub id: TokenId,
    /// `atl_…`, to be shown once.
    pub key: Key,
}

/// What signing in opens: a fresh session, in a workspace or in none.
#[derive(Debug, Clone)]
pub struct OpenedSession {
    /// For the cookie, and for nothing else.
    pub key: Key,
    /// Who is signed in now; none for somebody who is in no workspace.
    pub actor: Option<Actor>,
}

/// People: the first visit, signing in and out, passwords and sessions.
#[async_trait]
pub trait Accounts: PasswordLinkOperations + TokenOperations {
    /// Who the actor is and where, for every page's header.
    async fn session_view(&self, actor: &Actor) -> Result<SessionView, Problem>;

    /// Whether the instance waits for its owner.
    async fn set_up_state(&self) -> Result<SetUpState, Problem>;

    /// Creates the owner, their workspace and its first project, and signs them in.
    /// Only while nobody has an account; the whole of it or nothing.
    async fn set_up(&self, form: SetUpForm, origin: &Origin) -> Result<SignedIn, Problem>;

    /// How people sign in here.
    async fn sign_in_ways(&self) -> Result<SignInWays, Problem>;

    /// Opens a fresh session for the right password and ends the one the browser came with.
    /// A wrong password and an unknown account get the same words in the same time.
    async fn sign_in(
        &self,
        form: SignInForm,
        origin: &Origin,
        old_key: Option<&str>,
    ) -> Result<OpenedSession, Problem>;

    /// What the link of an invitation invites to, and what the visitor has to do to join. Opening it
    /// accepts nothing.
    async fn find_invitation(
        &self,
        token: &str,
        visitor: Option<Person>,
        origin: &Origin,
    ) -> Result<InvitationView, Problem>;

    /// Accepts an invitation: makes the visitor a member, with a new account where there is none of
    /// the address, signs them in there, and ends the session the browser came with.
    async fn join(
        &self,
        token: &str,
        form: JoinForm,
        visitor: Option<Person>,
        origin: &Origin,
        old_key: Option<&str>,
    ) -> Result<SignedIn, Problem>;

    /// Ends the session of a key; gives the address at which the browser signs out of the sign-in
    /// provider, too, which leads back to `next`. Ending one that is not there is no error.
    async fn sign_out(&self, key: &str, next: &str) -> Result<Option<String>, Problem>;

    /// The actor's open sessions, with the present one marked.
    async fn list_sessions(&self, actor: &Actor) -> Result<Vec<SignedInPlace>, Problem>;

    /// Ends one of the actor's own sessions.
    async fn revoke_session(&self, actor: &Actor, id: Uuid) -> Result<(), Problem>;

    /// Ends every session of the actor but the one that asks.
    async fn revoke_other_sessions(&self, actor: &Actor) -> Result<(), Problem>;

    /// Makes a token that acts for the actor and may do at most what they may.
    async fn create_token(&self, actor: &Actor, form: TokenForm) -> Result<NewToken, Problem>;

    /// Changes the actor's password, ends all their sessions and opens a fresh one here.
    async fn change_password(
        &self,
        actor: &Actor,
        form: PasswordForm,
        origin: &Origin,
    ) -> Result<SignedIn, Problem>;

    /// Has a link to a new password sent to an address, if there is an account of it; the answer is
    /// the same if there is none. Only where mails are sent.
    async fn forget_password(
        &self,
        form: ForgottenPasswordForm,
        origin: &Origin,
    ) -> Result<(), Problem>;

    /// Whose password a link replaces. Opening it changes nothing.
    async fn password_link(
        &self,
        token: &str,
        origin: &Origin,
    ) -> Result<PasswordLinkView, Problem>;

    /// Gives the person of a link a new password and ends all their sessions; the link ends with it.
    async fn reset_password(
        &self,
        token: &str,
        form: NewPasswordForm,
        origin: &Origin,
    ) -> Result<(), Problem>;
}
