//! Launches that the person has just asked for: shown before the server has answered.

use api::ApiError;
use leptos::prelude::*;
use model::{id::ExecutionId, pages::Launched, problem::Problem};

/// What became of a launch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nobody knows yet.
    Asked,
    /// It runs, under this id.
    Accepted(ExecutionId),
    /// It does not; why not.
    Refused(Problem),
}

/// A launch and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Launch {
    pub key: u64,
    pub name: String,
    pub outcome: Outcome,
}

/// The launches of this tab; get them with [`use_launches`].
#[derive(Debug, Clone, Copy)]
pub struct Launches {
    list: RwSignal<Vec<Launch>>,
    next: StoredValue<u64>,
}

impl Launches {
    /// A launch was asked for; settle it with the key.
    pub fn begin(self, name: &str) -> u64 {
        let key = self.next.get_value();
        self.next.set_value(key + 1);
        let launch = Launch { key, name: name.to_owned(), outcome: Outcome::Asked };
        self.list.try_update(|list| list.push(launch));
        key
    }

    /// The answer has come.
    pub fn settle(self, key: u64, answer: &Result<Launched, ApiError>) {
        let outcome = match answer {
            Ok(launched) => Outcome::Accepted(launched.execution_id),
            Err(error) => Outcome::Refused(error.0.clone()),
        };
        self.list.try_update(|list| {
            if let Some(launch) = list.iter_mut().find(|launch| launch.key == key) {
                launch.outcome = outcome;
            }
        });
    }

    /// Takes a launch off the list.
    pub(super) fn dismiss(self, key: u64) {
        self.list.try_update(|list| list.retain(|launch| launch.key != key));
    }

    /// The launches that are not among these executions yet, refused ones included.
    pub(super) fn find_unlisted(self, listed: &[ExecutionId]) -> Vec<Launch> {
        let missing = |launch: &&Launch| match &launch.outcome {
            Outcome::Accepted(id) => !listed.contains(id),
            _ => true,
        };
        self.list.with(|list| list.iter().filter(missing).cloned().collect())
    }

    /// Takes off what the list of what is under way holds by now.
    pub(super) fn forget(self, listed: &[ExecutionId]) {
        let held = |launch: &Launch| matches!(&launch.outcome, Outcome::Accepted(id) if listed.contains(id));
        if self.list.with_untracked(|list| list.iter().any(held)) {
            self.list.try_update(|list| list.retain(|launch| !held(launch)));
        }
    }

    /// How many launches the server has not answered yet.
    pub(super) fn count_pending(self) -> usize {
        self.list.with(|list| list.iter().filter(|one| one.outcome == Outcome::Asked).count())
    }
}

/// Makes the launches available below.
pub fn provide_launches() -> Launches {
    let launches = Launches { list: RwSignal::new(vec![]), next: StoredValue::new(0) };
    provide_context(launches);
    launches
}

/// The launches of this tab; none outside a workspace's frame.
pub fn use_launches() -> Option<Launches> {
    use_context()
}
