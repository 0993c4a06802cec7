//! People and what they sign in with: set-up, sessions, passwords, API tokens.

mod join;
pub mod oidc;
mod password;
pub(super) mod password_links;
mod sessions;
mod set_up;
pub mod sign_in;
pub mod tokens;

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::context::ServiceContext;
use crate::password::Passwords;

/// The accounts of people and their keys.
#[derive(Clone)]
pub struct Accounts {
    context: Arc<ServiceContext>,
    /// Hashes and verifies passwords, two at a time.
    passwords: Passwords,
    /// How many checks may wait that come from addresses with too many wrong guesses.
    crowded: Arc<Semaphore>,
}

/// The most checks that wait for addresses with too many wrong guesses: others come in between.
const MOST_CROWDED: usize = 4;

impl Accounts {
    pub(super) fn new(context: Arc<ServiceContext>) -> Self {
        let crowded = Arc::new(Semaphore::new(MOST_CROWDED));
        Self { context, passwords: Passwords::default(), crowded }
    }
}
