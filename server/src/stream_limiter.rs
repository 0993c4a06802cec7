//! Limits how many event streams are open at once: per session, person, workspace and process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use backend::actor::{Actor, Credential};
use model::{
    id::{UserId, WorkspaceId},
    problem::{Problem, ProblemKind},
};

/// The most streams that one session or token may have open.
pub const MOST_OF_ONE: usize = 8;
/// The most streams that one person may have open, with all their sessions and tokens.
pub const MOST_OF_PERSON: usize = 32;
/// The most streams of one workspace, so that there is room for others.
pub const MOST_OF_WORKSPACE: usize = 400;
/// The most streams that one process keeps open.
pub const MOST_OF_ALL: usize = 500;
/// Seconds after which a refused client should try again.
const RETRY_AFTER_S: u64 = 10;

/// Whose streams are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Holder {
    Credential(Credential),
    Person(UserId),
    Workspace(WorkspaceId),
    Process,
}

impl Holder {
    fn most(self) -> usize {
        match self {
            Self::Credential(_) => MOST_OF_ONE,
            Self::Person(_) => MOST_OF_PERSON,
            Self::Workspace(_) => MOST_OF_WORKSPACE,
            Self::Process => MOST_OF_ALL,
        }
    }

    fn refusal(self) -> Problem {
        let full = |what| {
            format!("The {what} has reached its limit of live connections. Try again later.")
        };
        let detail = match self {
            Self::Credential(_) => format!(
                "You have too many tabs open ({MOST_OF_ONE} live connections). Close one, or try \
                 again later."
            ),
            Self::Person(_) => format!(
                "You have {MOST_OF_PERSON} live connections open, with all your browsers and \
                 tokens. Close one, or try again later."
            ),
            Self::Workspace(_) => full("workspace"),
            Self::Process => full("server"),
        };
        let (kind, code) = match self {
            Self::Credential(_) | Self::Person(_) => (ProblemKind::RateLimited, "too_many_streams"),
            Self::Workspace(_) | Self::Process => (ProblemKind::Unavailable, "streams_full"),
        };
        Problem { retry_after_s: Some(RETRY_AFTER_S), ..Problem::new(kind, code, detail) }
    }
}

/// The limiter of this process; clones share it.
///
/// The ninth stream of a session is refused, instead of the first one being closed: a page that is
/// refused polls every few seconds and tries again now and then, while a page whose stream ends
/// opens a new one at once, so that nine tabs would take the eight permits from each other without
/// end.
#[derive(Debug, Clone, Default)]
pub struct StreamLimiter(Arc<Mutex<HashMap<Holder, usize>>>);

/// The permit for one open stream, given back on drop.
#[derive(Debug)]
pub struct StreamPermit {
    limiter: StreamLimiter,
    holders: [Holder; 4],
}

impl StreamLimiter {
    /// Takes a permit, unless this session or token, its person, their workspace, or the process has
    /// none left.
    pub fn acquire(&self, actor: &Actor) -> Result<StreamPermit, Problem> {
        let holders = [
            Holder::Credential(actor.credential),
            Holder::Person(actor.user),
            Holder::Workspace(actor.workspace),
            Holder::Process,
        ];
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |holder: &&Holder| taken.get(holder).is_some_and(|own| *own >= holder.most());
        if let Some(full) = holders.iter().find(is_full) {
            return Err(full.refusal());
        }
        for holder in holders {
            *taken.entry(holder).or_default() += 1;
        }
        Ok(StreamPermit { limiter: self.clone(), holders })
    }
}

impl Drop for StreamPermit {
    fn drop(&mut self) {
        let mut taken = self.limiter.0.lock().unwrap_or_else(PoisonError::into_inner);
        for holder in self.holders {
            if let Some(own) = taken.get_mut(&holder) {
                *own -= 1;
                if *own == 0 {
                    taken.remove(&holder);
                }
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use model::access::{Role, TokenScope};
    use uuid::Uuid;

    use super::*;

    fn actor(workspace: WorkspaceId, user: UserId) -> Actor {
        Actor {
            user,
            workspace,
            role: Role::Viewer,
            archived: false,
            credential: Credential::Token(Uuid::now_v7().into()),
            scope: TokenScope::Read,
            origin: None,
        }
    }

    fn id<T: From<Uuid>>() -> T {
        Uuid::now_v7().into()
    }

    #[test]
    fn many_tokens_of_one_person_leave_room_for_others() {
        let (limiter, workspace, person) = (StreamLimiter::default(), id(), id());
        let take = |_| limiter.acquire(&actor(workspace, person)).unwrap();
        let mut open: Vec<StreamPermit> = (0..MOST_OF_PERSON).map(take).collect();

        let refused = limiter.acquire(&actor(workspace, person)).unwrap_err();
        assert_eq!((refused.code.as_str(), refused.status()), ("too_many_streams", 429));
        assert!(limiter.acquire(&actor(workspace, id())).is_ok());
        open.pop();
        assert!(limiter.acquire(&actor(workspace, person)).is_ok());
    }

    #[test]
    fn one_workspace_leaves_room_for_others_until_the_server_is_full() {
        let (limiter, workspace) = (StreamLimiter::default(), id());
        let take = |workspace| limiter.acquire(&actor(workspace, id()));
        let mut open: Vec<_> = (0..MOST_OF_WORKSPACE).map(|_| take(workspace).unwrap()).collect();

        assert_eq!(take(workspace).unwrap_err().code, "streams_full");
        open.extend((MOST_OF_WORKSPACE..MOST_OF_ALL).map(|_| take(id()).unwrap()));
        assert_eq!(take(id()).unwrap_err().status(), 503);
        open.pop();
        assert!(take(id()).is_ok());
    }
}
