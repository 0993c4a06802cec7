//! Autosave of a document or an agent: its state between the editor and the server.

use serde::{Deserialize, Serialize};

use super::draft::{PAUSE_MS, wait_ms};
use crate::{
    agent::library::AgentForm, api::documents::DocumentChange, document::Writing, problem::Problem,
};

/// The code of the problem that refuses a save made on an older revision.
pub const DOCUMENT_CHANGED: &str = "document_changed";

/// What a page saves while it is edited, all of it together.
pub trait Editable: Clone + PartialEq {
    /// What is sent to save it.
    type Change;
    /// The code of the problem that refuses a save made on an older revision.
    const MOVED_ON: &'static str;

    /// As the server keeps it; none if it refuses it.
    fn kept(self) -> Option<Self>;

    /// What is sent to save it as it is `now`.
    fn change(revision: i64, base: &Self, now: &Self) -> Self::Change;

    /// My changes, and theirs where I changed nothing.
    fn mine_over(base: &Self, mine: &Self, theirs: &Self) -> Self;
}

/// The state of a document that is edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress<T = Writing> {
    /// The server has it as it is.
    Saved,
    /// It has changed since it was saved.
    Changed,
    /// It is being sent.
    Saving,
    /// The server could not be reached; it is retried.
    Offline,
    /// The server refuses it, for this reason.
    Refused(Problem),
    /// Somebody else changed the same; a person has to choose.
    Conflict(Box<Newer<T>>),
}

impl<T> Progress<T> {
    /// The same without what others have written.
    pub fn plain(&self) -> Progress<()> {
        match self {
            Self::Saved => Progress::Saved,
            Self::Changed => Progress::Changed,
            Self::Saving => Progress::Saving,
            Self::Offline => Progress::Offline,
            Self::Refused(problem) => Progress::Refused(problem.clone()),
            Self::Conflict(theirs) => {
                Progress::Conflict(Box::new(Newer { revision: theirs.revision, writing: () }))
            }
        }
    }
}

/// The document as the server has it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newer<T = Writing> {
    /// The revision on the server.
    pub revision: i64,
    /// The document at that revision.
    pub writing: T,
}

/// What the editor has to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step<T = Writing> {
    /// Nothing is to be done until the document changes.
    Rest,
    /// Send the present document in so many milliseconds.
    Send(u32),
    /// Load the present document from the server.
    Fetch,
    /// Replace the document by this one, which holds others' changes too, and send it.
    Adopt(Box<T>),
    /// Replace the document by this one, which the person chose, and send it.
    Settle(Box<T>),
}

/// Whose change wins where two people changed the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// That of the person at this page.
    Mine,
    /// That of whoever saved first.
    Theirs,
}

/// What a browser stores of a document until the server has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsaved {
    pub revision: i64,
    /// The document at that revision.
    pub base: Writing,
    /// The changed document.
    pub writing: Writing,
}

impl Unsaved {
    /// Reads what was stored; none where it cannot be read.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The text to be stored.
    pub fn text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}

/// Keeps what people write in a document.
pub type DocumentAutosave = Autosave<Writing>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Autosave<T> {
    base: T,
    revision: i64,
    sent: Option<T>,
    /// Sent since `base` without an answer: the server may have saved it.
    lost: Option<T>,
    failures: usize,
    progress: Progress<T>,
}

impl DocumentAutosave {
    /// What the browser stores while the document is `now`; none when the server has it.
    pub fn unsaved(&self, now: &Writing) -> Option<Unsaved> {
        let pending = self.sent.is_some() || *now != self.base;
        pending.then(|| Unsaved {
            revision: self.revision,
            base: self.base.clone(),
            writing: now.clone(),
        })
    }

    /// Goes on with what the browser stored.
    pub fn resume(&mut self, kept: Unsaved) -> Step {
        let theirs = Newer { revision: self.revision, writing: self.base.clone() };
        self.base = kept.base;
        self.merge_newer(theirs, &kept.writing)
    }
}

impl<T: Editable> Autosave<T> {
    /// The autosave of a document that was just loaded.
    pub fn new(base: T, revision: i64) -> Self {
        Self { base, revision, sent: None, lost: None, failures: 0, progress: Progress::Saved }
    }

    /// The state of the document.
    pub fn progress(&self) -> &Progress<T> {
        &self.progress
    }

    /// The last revision that the server is known to have had.
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// Records that the document may have changed; returns in how many milliseconds to send it.
    pub fn note_change(&mut self, now: &T) -> Option<u32> {
        if matches!(self.progress, Progress::Saving | Progress::Offline | Progress::Conflict(_)) {
            return None;
        }
        let changed = *now != self.base;
        self.progress = if changed { Progress::Changed } else { Progress::Saved };
        changed.then_some(PAUSE_MS)
    }

    /// What to send now; nothing while something is on its way, in a conflict, or without a change.
    pub fn send(&mut self, now: &T) -> Option<T::Change> {
        let stuck = matches!(self.progress, Progress::Conflict(_)) || self.sent.is_some();
        if stuck || *now == self.base {
            return None;
        }
        self.progress = Progress::Saving;
        self.sent = Some(now.clone());
        Some(T::change(self.revision, &self.base, now))
    }

    /// What to send when the page goes and no answer will arrive; none where nothing has changed.
    pub fn leave(&mut self, now: &T) -> Option<T::Change> {
        if matches!(self.progress, Progress::Conflict(_)) || *now == self.base {
            return None;
        }
        self.lost = Some(now.clone());
        Some(T::change(self.revision, &self.base, now))
    }

    /// Handles the answer to what was sent: the new revision, or the problem. The document is
    /// `now`.
    pub fn handle_answer(&mut self, answer: Result<i64, Problem>, now: &T) -> Step<T> {
        match answer {
            Ok(revision) => {
                let Some(sent) = self.sent.take() else { return Step::Rest };
                self.rebase(Newer { revision, writing: sent });
                self.schedule_next(now)
            }
            Err(problem) if problem.code == T::MOVED_ON => Step::Fetch,
            Err(problem) => {
                self.lost = self.sent.take();
                self.handle_failure(problem)
            }
        }
    }

    /// Handles a newer document on the server: one of mine whose answer was lost, or somebody
    /// else's.
    pub fn merge_newer(&mut self, theirs: Newer<T>, now: &T) -> Step<T> {
        let own = [self.sent.take(), self.lost.take()].into_iter().flatten();
        if own.filter_map(|own| own.kept()).any(|own| own == theirs.writing) {
            self.rebase(theirs);
            return self.schedule_next(now);
        }
        match merge(&self.base, now, &theirs.writing) {
            Some(merged) => {
                self.rebase(theirs);
                self.progress = Progress::Changed;
                Step::Adopt(Box::new(merged))
            }
            None => {
                self.progress = Progress::Conflict(Box::new(theirs));
                Step::Rest
            }
        }
    }

    /// Settles a conflict with my changes or with theirs; what I did not change is theirs either
    /// way.
    pub fn settle(&mut self, whose: Whose, now: &T) -> Step<T> {
        let Progress::Conflict(theirs) = &self.progress else { return Step::Rest };
        let theirs = (**theirs).clone();
        let chosen = match whose {
            Whose::Mine => T::mine_over(&self.base, now, &theirs.writing),
            Whose::Theirs => theirs.writing.clone(),
        };
        self.rebase(theirs);
        self.progress = Progress::Changed;
        Step::Settle(Box::new(chosen))
    }

    /// Handles a problem: retries later where it may pass, else refuses.
    pub fn handle_failure(&mut self, problem: Problem) -> Step<T> {
        if !problem.may_pass() {
            self.progress = Progress::Refused(problem);
            return Step::Rest;
        }
        self.failures += 1;
        self.progress = Progress::Offline;
        Step::Send(wait_ms(self.failures, &problem))
    }

    fn rebase(&mut self, server: Newer<T>) {
        self.base = server.writing;
        self.revision = server.revision;
        self.failures = 0;
        self.lost = None;
    }

    fn schedule_next(&mut self, now: &T) -> Step<T> {
        if *now == self.base {
            self.progress = Progress::Saved;
            return Step::Rest;
        }
        self.progress = Progress::Changed;
        Step::Send(PAUSE_MS)
    }
}

impl Editable for Writing {
    type Change = DocumentChange;
    const MOVED_ON: &'static str = DOCUMENT_CHANGED;

    fn kept(self) -> Option<Self> {
        self.checked().ok()
    }

    fn change(revision: i64, base: &Self, now: &Self) -> DocumentChange {
        DocumentChange::from_diff(revision, base, now)
    }

    fn mine_over(base: &Self, mine: &Self, theirs: &Self) -> Self {
        Self {
            title: mine_or(&base.title, &mine.title, &theirs.title),
            content: mine_or(&base.content, &mine.content, &theirs.content),
            status: mine_or(&base.status, &mine.status, &theirs.status),
            tags: mine_or(&base.tags, &mine.tags, &theirs.tags),
        }
    }
}

impl Editable for AgentForm {
    type Change = Self;
    const MOVED_ON: &'static str = "stale_draft";

    fn kept(self) -> Option<Self> {
        self.checked().ok()
    }

    fn change(revision: i64, _: &Self, now: &Self) -> Self {
        Self { draft_revision: Some(revision), ..now.clone() }
    }

    /// An agent is one whole: half of each of two people would be nobody's.
    fn mine_over(base: &Self, mine: &Self, theirs: &Self) -> Self {
        mine_or(base, mine, theirs)
    }
}

fn mine_or<T: PartialEq + Clone>(base: &T, mine: &T, theirs: &T) -> T {
    if mine == base { theirs.clone() } else { mine.clone() }
}

/// Both changes merged; none when both changed the same in another way, so that it matters whose
/// wins.
fn merge<T: Editable>(base: &T, mine: &T, theirs: &T) -> Option<T> {
    let merged = T::mine_over(base, mine, theirs);
    (merged == T::mine_over(base, theirs, mine)).then_some(merged)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::{document::DocumentStatus, problem::ProblemKind};

    fn writing(content: &str) -> Writing {
        Writing { title: "Tea".into(), content: content.into(), ..Writing::default() }
    }

    fn stale() -> Problem {
        Problem::conflict(DOCUMENT_CHANGED, "It has changed.")
    }

    /// Has sent `mine`, and was told that the document has moved on.
    fn overtaken(mine: &Writing) -> DocumentAutosave {
        let mut page = DocumentAutosave::new(writing("a"), 1);
        page.note_change(mine).unwrap();
        page.send(mine).unwrap();
        assert_eq!(page.handle_answer(Err(stale()), mine), Step::Fetch);
        page
    }

    #[test]
    fn what_was_typed_meanwhile_is_sent_next() {
        let mut page = DocumentAutosave::new(writing("a"), 1);
        page.note_change(&writing("b")).unwrap();
        let sent = page.send(&writing("b")).unwrap();
        assert_eq!((sent.revision, sent.content.as_deref(), sent.title), (1, Some("b"), None));

        assert_eq!(page.handle_answer(Ok(2), &writing("c")), Step::Send(PAUSE_MS));
        assert_eq!(page.send(&writing("c")).unwrap().revision, 2);
        assert_eq!(page.handle_answer(Ok(3), &writing("c")), Step::Rest);
        assert_eq!((page.progress(), page.unsaved(&writing("c"))), (&Progress::Saved, None));
    }

    #[test]
    fn changes_of_different_parts_are_brought_together() {
        let theirs = Writing { status: DocumentStatus::Published, ..writing("a") };
        let mut page = overtaken(&writing("b"));

        let step = page.merge_newer(Newer { revision: 4, writing: theirs.clone() }, &writing("b"));

        let both = Writing { content: "b".into(), ..theirs };
        assert_eq!(step, Step::Adopt(Box::new(both.clone())));
        assert_eq!(page.send(&both).unwrap().revision, 4);
    }

    #[test]
    fn both_having_changed_the_text_waits_for_a_choice_and_keeps_mine_in_the_browser() {
        let mut page = overtaken(&writing("mine"));
        let theirs = Newer { revision: 4, writing: writing("theirs") };

        assert_eq!(page.merge_newer(theirs.clone(), &writing("mine")), Step::Rest);
        assert_eq!(page.progress(), &Progress::Conflict(Box::new(theirs)));
        assert_eq!(page.send(&writing("mine")), None);
        assert_eq!(page.unsaved(&writing("mine")).unwrap().writing, writing("mine"));

        assert_eq!(
            page.settle(Whose::Mine, &writing("mine")),
            Step::Settle(Box::new(writing("mine")))
        );
        assert_eq!(page.send(&writing("mine")).unwrap().revision, 4);
    }

    #[test]
    fn keeping_mine_keeps_of_theirs_what_i_never_touched() {
        let theirs = Writing {
            status: DocumentStatus::Published,
            tags: vec!["theirs".to_owned()],
            ..writing("theirs")
        };
        let newer = Newer { revision: 4, writing: theirs.clone() };
        let conflict = |whose| {
            let mut page = overtaken(&writing("mine"));
            assert_eq!(page.merge_newer(newer.clone(), &writing("mine")), Step::Rest);
            page.settle(whose, &writing("mine"))
        };

        let kept = Writing { content: "mine".to_owned(), ..theirs.clone() };
        assert_eq!(conflict(Whose::Mine), Step::Settle(Box::new(kept)));
        assert_eq!(conflict(Whose::Theirs), Step::Settle(Box::new(theirs)));
    }

    #[test]
    fn an_answer_that_was_lost_is_no_conflict() {
        let mut page = overtaken(&writing("b"));

        let step = page.merge_newer(Newer { revision: 2, writing: writing("b") }, &writing("b"));

        assert_eq!((step, page.progress()), (Step::Rest, &Progress::Saved));
    }

    #[test]
    fn what_was_sent_when_the_page_went_is_no_conflict_when_it_comes_back() {
        let mut page = DocumentAutosave::new(writing("a"), 1);
        page.note_change(&writing("b")).unwrap();
        assert_eq!(page.leave(&writing("b")).unwrap().revision, 1);
        page.send(&writing("bc")).unwrap();
        assert_eq!(page.handle_answer(Err(stale()), &writing("bc")), Step::Fetch);

        let step = page.merge_newer(Newer { revision: 2, writing: writing("b") }, &writing("bc"));

        assert_eq!(step, Step::Send(PAUSE_MS));
        assert_eq!(page.send(&writing("bc")).unwrap().revision, 2);
    }

    #[test]
    fn a_server_that_is_away_is_tried_again_and_a_refusal_is_not() {
        let mut page = DocumentAutosave::new(writing("a"), 1);
        page.send(&writing("b")).unwrap();
        let away = Problem::new(ProblemKind::Unavailable, "away", "Away.");
        assert_eq!(page.handle_answer(Err(away), &writing("b")), Step::Send(1_000));
        page.send(&writing("b")).unwrap();
        let refused = Problem::invalid("Too long.", vec![]);

        assert_eq!(page.handle_answer(Err(refused.clone()), &writing("b")), Step::Rest);
        assert_eq!(page.progress(), &Progress::Refused(refused));
    }

    #[test]
    fn what_a_browser_kept_is_taken_up_on_what_the_server_has_now() {
        let kept = Unsaved { revision: 1, base: writing("a"), writing: writing("b") };
        let read = Unsaved::read(&kept.text().unwrap()).unwrap();
        let mut page =
            DocumentAutosave::new(Writing { tags: vec!["new".into()], ..writing("a") }, 2);

        let step = page.resume(read);

        let both = Writing { tags: vec!["new".into()], ..writing("b") };
        assert_eq!(step, Step::Adopt(Box::new(both)));
    }
}
