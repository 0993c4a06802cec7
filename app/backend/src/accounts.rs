//! People: the first visit, signing in and out.

use async_trait::async_trait;
use model::{
    account::{SessionView, SetUpForm, SignInForm},
    problem::Problem,
};

use crate::{
    actor::{Actor, Origin},
    key::Key,
};

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

/// People: the first visit, signing in and out.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Who the actor is and where, for every page's header.
    async fn session_view(&self, actor: &Actor) -> Result<SessionView, Problem>;

    /// Whether the instance waits for its owner.
    async fn set_up_state(&self) -> Result<SetUpState, Problem>;

    /// Creates the owner, their workspace and its first project, and signs them in.
    /// Only while nobody has an account; the whole of it or nothing.
    async fn set_up(&self, form: SetUpForm, origin: &Origin) -> Result<SignedIn, Problem>;

    /// Opens a fresh session for the right password and ends the one the browser came with.
    /// A wrong password and an unknown account get the same words in the same time.
    async fn sign_in(
        &self,
        form: SignInForm,
        origin: &Origin,
        old_key: Option<&str>,
    ) -> Result<SignedIn, Problem>;

    /// Ends the session of a key. Ending one that is not there is no error.
    async fn sign_out(&self, key: &str) -> Result<(), Problem>;
}
