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

use super::context::ServiceContext;
use crate::password::Passwords;

/// The accounts of people and their keys.
#[derive(Clone)]
pub struct Accounts {
    context: Arc<ServiceContext>,
    /// Hashes and verifies passwords, two at a time.
    passwords: Passwords,
}

impl Accounts {
    pub(super) fn new(context: Arc<ServiceContext>) -> Self {
        Self { context, passwords: Passwords::default() }
    }
}
