//! People and what they sign in with: set-up, sessions, passwords, API tokens.

mod join;
pub mod oidc;
mod password;
pub(super) mod password_links;
pub mod sessions;
mod set_up;
pub mod sign_in;

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::context::ServiceContext;
use crate::password::Passwords;

/// The accounts of people and their keys.
#[derive(Clone)]
pub struct Accounts {
    ctx: Arc<ServiceContext>,
    /// Hashes and verifies passwords, two at a time.
    passwords: Passwords,
    crowds: Crowds,
}

/// The checks that wait for each network with too many guesses.
#[derive(Clone, Default)]
struct Crowds(Arc<Mutex<HashMap<IpAddr, Arc<Semaphore>>>>);

/// The most checks that wait for one network with too many guesses: others come in between.
const MOST_CROWDED: usize = 4;

impl Accounts {
    pub(super) fn new(ctx: Arc<ServiceContext>) -> Self {
        Self { ctx, passwords: Passwords::default(), crowds: Crowds::default() }
    }
}

impl Crowds {
    /// A place among the checks of a network with too many guesses; none where all are taken.
    fn find_place(&self, network: IpAddr) -> Option<OwnedSemaphorePermit> {
        let mut crowded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        crowded.retain(|_, places| places.available_permits() < MOST_CROWDED);
        let places =
            crowded.entry(network).or_insert_with(|| Arc::new(Semaphore::new(MOST_CROWDED)));
        Arc::clone(places).try_acquire_owned().ok()
    }
}
