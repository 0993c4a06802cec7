//! What the open panel knows, for all of its parts.

use api::comments::load_comments;
use leptos::prelude::*;
use model::{
    access::Permission,
    api::listing::PageRequest,
    comment::{CommentFilter, CommentThread, ThreadState, subject::CommentSubject},
    id::{CommentId, CommentThreadId, UserId},
    problem::Problem,
};
use web::realtime;

use super::shared::Reader;

/// How many threads are shown at first, and how many more each time.
pub(super) const STEP: i64 = 20;
/// The most threads that are shown.
pub(super) const MOST: i64 = 200;

/// What the panel knows, and what the person may do.
#[derive(Clone, Copy)]
pub(super) struct Board {
    pub subject: StoredValue<CommentSubject>,
    /// Whether it is about something as a whole, whose threads may be about steps.
    pub is_whole: bool,
    /// Which threads are shown.
    pub state: RwSignal<ThreadState>,
    /// How many of them.
    pub wanted: RwSignal<i64>,
    /// The threads; none until they are loaded.
    pub threads: RwSignal<Option<Vec<CommentThread>>>,
    pub has_more: RwSignal<bool>,
    /// Why they could not be loaded.
    pub problem: RwSignal<Option<Problem>>,
    /// The comment that is about to be deleted.
    pub doomed: RwSignal<Option<CommentId>>,
    /// Loads the threads again.
    pub refresh: Callback<()>,
    pub person: UserId,
    /// Whether they may write and resolve.
    pub may_write: bool,
    /// Whether they may delete what others wrote.
    pub may_moderate: bool,
}

impl Board {
    /// A panel about this, of which nothing is loaded yet.
    pub(super) fn new(subject: CommentSubject, reader: Reader) -> Self {
        let (state, wanted) = (RwSignal::new(ThreadState::Open), RwSignal::new(STEP));
        let (threads, has_more) = (RwSignal::new(None), RwSignal::new(false));
        let problem = RwSignal::new(None);
        let is_whole = subject.node_id().is_none();
        let subject = StoredValue::new(subject);
        let loading = Loading { subject, state, wanted, threads, has_more, problem };
        Self {
            subject,
            is_whole,
            state,
            wanted,
            threads,
            has_more,
            problem,
            doomed: RwSignal::new(None),
            refresh: realtime::load_one_at_a_time(move || loading.run()),
            person: reader.person,
            may_write: reader.may.run(Permission::Comment),
            may_moderate: reader.may.run(Permission::ModerateComments),
        }
    }

    /// A thread of the panel as it is now.
    pub(super) fn find(self, id: CommentThreadId) -> Option<CommentThread> {
        let find = |threads: &Vec<CommentThread>| threads.iter().find(|one| one.id == id).cloned();
        self.threads.with(|threads| threads.as_ref().and_then(find))
    }
}

/// What is loaded, and where it goes.
#[derive(Clone, Copy)]
struct Loading {
    subject: StoredValue<CommentSubject>,
    state: RwSignal<ThreadState>,
    wanted: RwSignal<i64>,
    threads: RwSignal<Option<Vec<CommentThread>>>,
    has_more: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
}

impl Loading {
    async fn run(self) {
        let asked = (
            self.subject.try_get_value(),
            self.state.try_get_untracked(),
            self.wanted.try_get_untracked(),
        );
        let (Some(subject), Some(state), Some(wanted)) = asked else { return };
        let filter = CommentFilter { subject, state: Some(state) };
        let asked = PageRequest { limit: Some(wanted), cursor: None };
        match load_comments(filter, asked).await {
            Ok(page) if self.state.try_get_untracked() == Some(state) => {
                self.has_more.try_set(page.next_cursor.is_some() && wanted < MOST);
                self.problem.try_set(None);
                self.threads.try_set(Some(page.items));
            }
            // Others are asked for by now.
            Ok(_) => {}
            Err(error) => drop(self.problem.try_set(Some(error.0))),
        }
    }
}
