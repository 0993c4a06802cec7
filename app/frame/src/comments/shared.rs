//! What the buttons for comments on a page share: their counts, loaded together, which panel is
//! open, and what was written and not sent.

use std::collections::BTreeMap;

use api::comments::count_comments;
use leptos::prelude::*;
use model::{
    access::Permission,
    comment::{MOST_COUNTED, subject::CommentSubject},
    id::UserId,
    person::PersonName,
};
use web::{client::signal::SetNew, realtime};

type Counts = BTreeMap<CommentSubject, usize>;

/// What is written in a box: `@Name` stands for one of these people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Draft {
    /// The text in the box.
    pub text: String,
    /// Who is meant by the names in it.
    pub people: Vec<PersonName>,
}

/// Who reads and writes.
#[derive(Clone, Copy)]
pub struct Reader {
    pub person: UserId,
    /// Whether they hold a permission, and it holds in the workspace as it is.
    pub may: Callback<Permission, bool>,
}

/// The comments of the workspace; pages below the frame get it with [`use_comments`].
#[derive(Clone, Copy)]
pub struct Comments {
    /// What the open panel is about; none where no panel is open.
    pub(super) open: RwSignal<Option<CommentSubject>>,
    /// How often comments of the workspace have changed, as far as is known.
    pub(super) revision: RwSignal<i64>,
    /// How many comments name the person that they have not seen.
    pub(super) unseen: RwSignal<i64>,
    /// Who reads and writes.
    pub(super) reader: Reader,
    /// How many open threads there are about what has a button.
    counts: RwSignal<Counts>,
    drafts: StoredValue<BTreeMap<CommentSubject, Draft>>,
    refresh: Callback<()>,
}

impl Comments {
    /// Counts the open threads about this from now on.
    pub(super) fn watch(self, subject: &CommentSubject) {
        self.counts.update(|counts| {
            counts.entry(subject.clone()).or_default();
        });
        self.refresh.run(());
    }

    /// Counts them no longer, and closes their panel: its button is gone.
    pub(super) fn unwatch(self, subject: &CommentSubject) {
        self.counts.try_update(|counts| counts.remove(subject));
        if self.open.try_with_untracked(|open| open.as_ref() == Some(subject)) == Some(true) {
            self.open.try_set(None);
        }
    }

    /// How many open threads there are about this; 0 until it is known.
    pub(super) fn count(self, subject: &CommentSubject) -> usize {
        self.counts.with(|counts| counts.get(subject).copied().unwrap_or(0))
    }

    /// What was begun and not sent about this.
    pub(super) fn draft(self, subject: &CommentSubject) -> Draft {
        self.drafts.with_value(|drafts| drafts.get(subject).cloned().unwrap_or_default())
    }

    /// Keeps what is begun until it is sent.
    pub(super) fn keep_draft(self, subject: &CommentSubject, draft: Draft) {
        self.drafts.try_update_value(|drafts| drafts.insert(subject.clone(), draft));
    }
}

/// Keeps the counts for everything below.
pub fn provide_comments(reader: Reader) {
    let counts = RwSignal::new(Counts::new());
    let comments = Comments {
        open: RwSignal::new(None),
        revision: RwSignal::new(0),
        unseen: RwSignal::new(0),
        reader,
        counts,
        drafts: StoredValue::new(BTreeMap::new()),
        refresh: realtime::load_one_at_a_time(move || load_counts(counts)),
    };
    provide_context(comments);
    realtime::follow(move |news| {
        if let Some(now) = &news.attention {
            comments.revision.set_new(now.comment_revision);
            comments.unseen.set_new(now.mentions);
        }
    });
    Effect::new(move || {
        comments.revision.track();
        comments.refresh.run(());
    });
}

/// The comments of the workspace; none outside a workspace's frame.
pub fn use_comments() -> Option<Comments> {
    use_context()
}

async fn load_counts(counts: RwSignal<Counts>) {
    let subjects = counts.try_with_untracked(|counts| {
        counts.keys().take(MOST_COUNTED).cloned().collect::<Vec<CommentSubject>>()
    });
    let Some(subjects) = subjects.filter(|subjects| !subjects.is_empty()) else { return };
    // What cannot be counted now is counted with the next news.
    let Ok(found) = count_comments(subjects.clone()).await else { return };
    counts.try_update(|counts| {
        for (subject, count) in subjects.iter().zip(found) {
            if let Some(known) = counts.get_mut(subject) {
                *known = usize::try_from(count).unwrap_or(0);
            }
        }
    });
}
