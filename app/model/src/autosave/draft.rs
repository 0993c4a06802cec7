//! Autosave of a workflow's draft: its state between the editor and the server.

use std::collections::BTreeSet;

use crate::{
    edit::{Conflict, Merged, merge},
    id::TemplateId,
    pages::{DraftSaved, DraftToSave, NewerDraft},
    problem::Problem,
    workflow::Workflow,
};

use super::Pending;

/// A draft is sent when nothing has changed for so long, in milliseconds.
pub const PAUSE_MS: u32 = 800;

/// How long to wait after the first, second … failure to reach the server, in milliseconds.
const RETRY_MS: [u32; 5] = [1_000, 2_000, 5_000, 10_000, 30_000];

/// How many sent drafts without an answer are remembered.
const MOST_LOST: usize = 8;

/// The state of a draft.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
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
    Conflict(Box<Clash>),
}

/// A conflict between this draft and somebody else's.
#[derive(Debug, Clone, PartialEq)]
pub struct Clash {
    /// The draft that both began with.
    pub base: Workflow,
    /// The draft that the server has now.
    pub theirs: NewerDraft,
    /// What both changed, each in another way.
    pub conflicts: Vec<Conflict>,
}

/// The server's answer to a draft that was sent.
pub type Answer = Result<DraftSaved, Problem>;

/// What the editor has to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Nothing is to be done until the draft changes.
    Rest,
    /// Send the present draft in so many milliseconds.
    Send(u32),
    /// Replace the draft by this one, which holds others' changes too, and send it.
    Adopt(Box<Workflow>),
    /// Replace the draft by this one, which was saved under another name than was wanted.
    Rename(Box<Workflow>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct DraftAutosave {
    template: TemplateId,
    /// The last draft that the server is known to have had.
    base: Workflow,
    revision: i64,
    sent: Option<Workflow>,
    /// Drafts sent since `base` without an answer: the server may have saved any of them.
    lost: Vec<Workflow>,
    failures: usize,
    standing: Standing,
}

impl DraftAutosave {
    /// The autosave of a draft that was just loaded.
    pub fn new(template: TemplateId, base: Workflow, revision: i64) -> Self {
        let (sent, lost) = (None, vec![]);
        Self { template, base, revision, sent, lost, failures: 0, standing: Standing::Saved }
    }

    /// The state of the draft.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The last revision that the server is known to have had.
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// The draft of that revision.
    pub fn base(&self) -> &Workflow {
        &self.base
    }

    /// Whether the server is not known to have the draft `now`.
    pub fn is_pending(&self, now: &Workflow) -> bool {
        self.sent.is_some() || *now != self.base
    }

    /// Records that the draft may have changed; returns in how many milliseconds to send it.
    pub fn note_change(&mut self, now: &Workflow) -> Option<u32> {
        if matches!(self.standing, Standing::Saving | Standing::Offline | Standing::Conflict(_)) {
            return None;
        }
        let changed = *now != self.base;
        self.standing = if changed { Standing::Changed } else { Standing::Saved };
        changed.then_some(PAUSE_MS)
    }

    /// What to send now; nothing while something is on its way, in a conflict, or without a change.
    pub fn send(&mut self, now: &Workflow) -> Option<DraftToSave> {
        let stuck = matches!(self.standing, Standing::Conflict(_)) || self.sent.is_some();
        if stuck || *now == self.base {
            return None;
        }
        self.standing = Standing::Saving;
        self.sent = Some(now.clone());
        Some(DraftToSave {
            template_id: self.template,
            draft_revision: self.revision,
            workflow: now.clone(),
        })
    }

    /// What to send when the editor closes but the page stays: answers still arrive.
    pub fn part(&mut self, now: &Workflow) -> Option<DraftToSave> {
        if let Some(sent) = self.sent.take() {
            self.lose(sent);
        }
        self.send(now)
    }

    /// What to send when the page goes and no answer will arrive; none where nothing has changed.
    pub fn leave(&mut self, now: &Workflow) -> Option<DraftToSave> {
        if matches!(self.standing, Standing::Conflict(_)) || *now == self.base {
            return None;
        }
        self.lose(now.clone());
        Some(DraftToSave {
            template_id: self.template,
            draft_revision: self.revision,
            workflow: now.clone(),
        })
    }

    /// Handles the answer to what was sent, while the draft is `now`.
    pub fn handle_answer(&mut self, answer: Answer, now: &Workflow) -> Next {
        let Some(sent) = self.sent.take() else { return Next::Rest };
        match answer {
            Ok(DraftSaved::Saved { draft_revision }) => {
                self.rebase(sent, draft_revision);
                self.schedule_next(now)
            }
            Ok(DraftSaved::Renamed { draft_revision, name }) => {
                let mut mine = now.clone();
                if mine.name == sent.name {
                    mine.name.clone_from(&name);
                }
                self.rebase(Workflow { name, ..sent }, draft_revision);
                let is_kept = mine == self.base;
                self.standing = if is_kept { Standing::Saved } else { Standing::Changed };
                Next::Rename(Box::new(mine))
            }
            Ok(DraftSaved::Behind(theirs)) => self.merge_newer(*theirs, now),
            Err(problem) if problem.may_pass() => {
                self.lose(sent);
                self.failures += 1;
                self.standing = Standing::Offline;
                Next::Send(wait_ms(self.failures, &problem))
            }
            Err(problem) => {
                self.standing = Standing::Refused(problem);
                Next::Rest
            }
        }
    }

    /// Handles a draft that somebody else saved, while this one is `now`. It does nothing while
    /// anything is pending: the answer to that will tell.
    pub fn handle_newer(&mut self, theirs: NewerDraft, now: &Workflow) -> Next {
        if self.is_pending(now) || theirs.draft_revision <= self.revision {
            return Next::Rest;
        }
        self.merge_newer(theirs, now)
    }

    /// Settles a conflict: mine holds, except at the paths in `take_theirs`.
    pub fn settle(&mut self, take_theirs: &BTreeSet<Vec<String>>, now: &Workflow) -> Next {
        let Standing::Conflict(clash) = &self.standing else { return Next::Rest };
        let clash = clash.clone();
        let merged = merge(&clash.base, now, &clash.theirs.workflow, take_theirs).workflow;
        self.rebase(clash.theirs.workflow, clash.theirs.draft_revision);
        self.standing = Standing::Changed;
        Next::Adopt(Box::new(merged))
    }

    /// What the browser stores while the draft is `now`; none when the server has it.
    pub fn unsaved(&self, now: &Workflow) -> Option<Pending> {
        self.is_pending(now).then(|| Pending {
            revision: self.revision,
            base: self.base.clone(),
            workflow: now.clone(),
            lost: self.lost.iter().chain(&self.sent).cloned().collect(),
            taken: None,
        })
    }

    /// Whether what an earlier visit stored merges with the present draft without a conflict.
    pub fn fits(&self, kept: &Pending, now: &Workflow) -> bool {
        self.merge_kept(kept, now).conflicts.is_empty()
    }

    /// Goes on with what an earlier visit stored, while everything in the present draft `now` is
    /// saved; returns the new draft. Where both changed the same it is mine, and a person has to
    /// choose.
    pub fn resume(&mut self, kept: &Pending, now: &Workflow) -> Workflow {
        let merged = self.merge_kept(kept, now);
        if merged.conflicts.is_empty() {
            if self.is_older(kept) {
                self.rebase(kept.base.clone(), kept.revision);
            }
            // Any of it may be on its way still.
            kept.lost.iter().chain([&kept.workflow]).for_each(|sent| self.lose(sent.clone()));
            return merged.workflow;
        }
        let theirs = NewerDraft { draft_revision: self.revision, workflow: now.clone() };
        (self.base, self.revision) = (kept.base.clone(), kept.revision);
        let (base, conflicts) = (self.base.clone(), merged.conflicts);
        self.standing = Standing::Conflict(Box::new(Clash { base, theirs, conflicts }));
        kept.workflow.clone()
    }

    /// Merges what an earlier visit stored with the present draft. The server may have what that
    /// visit sent.
    fn merge_kept(&self, kept: &Pending, now: &Workflow) -> Merged {
        let arrived = kept.lost.contains(&self.base) || kept.workflow == self.base;
        let base = if arrived || self.is_older(kept) { &self.base } else { &kept.base };
        merge(base, &kept.workflow, now, &BTreeSet::new())
    }

    /// Whether that visit knew of a newer draft than this one was loaded with: its last answer
    /// arrived while the page that replaced it was loading.
    fn is_older(&self, kept: &Pending) -> bool {
        self.revision < kept.revision
    }

    /// Handles a newer draft on the server: one of mine whose answer was lost, or somebody else's.
    fn merge_newer(&mut self, theirs: NewerDraft, now: &Workflow) -> Next {
        self.failures = 0;
        if self.lost.contains(&theirs.workflow) {
            self.rebase(theirs.workflow, theirs.draft_revision);
            return self.schedule_next(now);
        }
        let merged = merge(&self.base, now, &theirs.workflow, &BTreeSet::new());
        if merged.conflicts.is_empty() {
            self.rebase(theirs.workflow, theirs.draft_revision);
            let is_news = merged.workflow != self.base;
            self.standing = if is_news { Standing::Changed } else { Standing::Saved };
            return Next::Adopt(Box::new(merged.workflow));
        }
        let clash = Clash { base: self.base.clone(), theirs, conflicts: merged.conflicts };
        self.standing = Standing::Conflict(Box::new(clash));
        Next::Rest
    }

    /// Remembers a draft that the server may have saved or not.
    fn lose(&mut self, sent: Workflow) {
        if self.lost.contains(&sent) {
            return;
        }
        if self.lost.len() == MOST_LOST {
            self.lost.remove(0);
        }
        self.lost.push(sent);
    }

    fn rebase(&mut self, base: Workflow, revision: i64) {
        self.base = base;
        self.revision = revision;
        self.failures = 0;
        self.lost.clear();
    }

    fn schedule_next(&mut self, now: &Workflow) -> Next {
        if *now == self.base {
            self.standing = Standing::Saved;
            return Next::Rest;
        }
        self.standing = Standing::Changed;
        Next::Send(PAUSE_MS)
    }
}

/// How long to wait after so many failures (from 1), in milliseconds; at least what the server asks
/// for.
pub(super) fn wait_ms(failures: usize, problem: &Problem) -> u32 {
    let wait = RETRY_MS[failures.saturating_sub(1).min(RETRY_MS.len() - 1)];
    let asked = problem.retry_after_s.unwrap_or_default().saturating_mul(1_000);
    u32::try_from(asked).unwrap_or(u32::MAX).max(wait)
}
