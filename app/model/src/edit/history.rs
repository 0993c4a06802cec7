//! What was done and can be taken back.

use std::collections::{BTreeSet, VecDeque};

use super::{Command, Refused, Touched, apply::perform, merge};
use crate::{id::NodeId, workflow::Workflow};

/// Most entries that can be taken back.
pub const LIMIT: usize = 200;
/// Nudges closer than this are one entry, in milliseconds.
const NUDGES_MS: f64 = 600.0;
/// Typing in one field without a longer rest is one entry, in milliseconds.
const TYPING_MS: f64 = 1_500.0;

/// What an entry is called, and what it may be one with.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// What was done, e.g. "move 3 nodes".
    pub label: String,
    /// Which changes right before it it is one entry with.
    pub joins: Joins,
    /// Milliseconds of any clock that does not go back.
    pub now_ms: f64,
}

/// Which changes right before it a change is one entry with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Joins {
    /// None.
    Nothing,
    /// Those of this drag, however long it takes.
    Drag(u32),
    /// Nudges of the same nodes within 600 ms of each other.
    Nudge,
    /// Typing in the same field until it is left ([`History::seal`]), or 1.5 s go by without a
    /// change.
    Typing {
        /// Whose field; none is the workflow's own.
        node: Option<NodeId>,
        /// Which field, as a path.
        field: String,
    },
}

impl Mark {
    /// An entry of its own.
    pub fn new(label: impl Into<String>, now_ms: f64) -> Self {
        Self { label: label.into(), joins: Joins::Nothing, now_ms }
    }

    /// One entry with those before it that are of the same kind.
    #[must_use]
    pub fn joining(self, joins: Joins) -> Self {
        Self { joins, ..self }
    }
}

/// What was taken back or done again.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// What it is called.
    pub label: String,
    /// What it touched: drawn anew, and its nodes selected.
    pub touched: Touched,
}

/// What was done to one workflow, newest last, and what was taken back of it.
#[derive(Debug, Clone, Default)]
pub struct History {
    done: VecDeque<Entry>,
    undone: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    mark: Mark,
    /// Takes it back; does it again when it was taken back.
    command: Command,
    /// The workflow as it was with it, without what others changed since; none where nobody did.
    alone: Option<Box<Workflow>>,
}

impl History {
    /// Carries out a command and remembers it; one that changes nothing leaves no entry.
    ///
    /// # Errors
    /// Why it cannot be done; then nothing has changed, what can be taken back included.
    pub fn run(
        &mut self,
        workflow: &mut Workflow,
        mut command: Command,
        mark: Mark,
    ) -> Result<Touched, Refused> {
        command.round();
        let inverse = super::apply(workflow, command.clone())?;
        if command.is_void(&inverse) {
            return Ok(Touched::default());
        }
        self.undone.clear();
        let touched = command.touched();
        match self.done.back_mut().filter(|last| last.takes(&mark, &touched)) {
            Some(last) => last.join(mark, inverse),
            None => self.push(Entry { mark, command: inverse, alone: None }),
        }
        Ok(touched)
    }

    /// Goes on with a workflow that holds what others changed as well, which is not taken back
    /// here. What was done before still can be; what was taken back before is not done again.
    pub fn adopt(&mut self, workflow: &mut Workflow, taken: Workflow) {
        let before = std::mem::replace(workflow, taken);
        self.seal();
        self.undone.clear();
        self.keep_alone(before);
    }

    /// The newest entry was made on this workflow, which is not the present one any more.
    fn keep_alone(&mut self, workflow: Workflow) {
        if let Some(last) = self.done.back_mut() {
            last.alone.get_or_insert_with(|| Box::new(workflow));
        }
    }

    fn push(&mut self, entry: Entry) {
        if self.done.len() == LIMIT {
            self.done.pop_front();
        }
        self.done.push_back(entry);
    }

    /// Takes the newest entry back; nothing when there is none, or others have changed the same
    /// since: then it is gone.
    pub fn undo(&mut self, workflow: &mut Workflow) -> Option<Done> {
        let mut entry = self.done.pop_back()?;
        let (entry, done) = match entry.alone.take() {
            None => turn(workflow, entry)?,
            Some(alone) => self.take_out(workflow, entry, *alone)?,
        };
        self.undone.push(entry);
        self.seal();
        Some(done)
    }

    /// Takes back an entry on which others have built: what it changed and they have not.
    fn take_out(
        &mut self,
        workflow: &mut Workflow,
        entry: Entry,
        alone: Workflow,
    ) -> Option<(Entry, Done)> {
        let touched = Touched { all: true, ..entry.command.touched() };
        let mut without = alone.clone();
        perform(&mut without, entry.command).ok()?;
        let merged = merge(&alone, &without, workflow, &BTreeSet::new());
        let applies = merged.conflicts.is_empty() && !is_back(&alone, &without, workflow);
        self.keep_alone(without);
        if !applies {
            return None;
        }
        let again = Command::Replace(Box::new(std::mem::replace(workflow, merged.workflow)));
        let label = entry.mark.label.clone();
        Some((Entry { mark: entry.mark, command: again, alone: None }, Done { label, touched }))
    }

    /// Does again what was taken back last; nothing when nothing was, or another change came.
    pub fn redo(&mut self, workflow: &mut Workflow) -> Option<Done> {
        let (entry, done) = turn(workflow, self.undone.pop()?)?;
        self.done.push_back(entry);
        self.seal();
        Some(done)
    }

    /// Ends what may still grow: the drag is over, the field was left.
    pub fn seal(&mut self) {
        if let Some(last) = self.done.back_mut() {
            last.mark.joins = Joins::Nothing;
        }
    }

    /// What [`History::undo`] would take back, e.g. "move 3 nodes".
    pub fn undo_label(&self) -> Option<&str> {
        self.done.back().map(|entry| entry.mark.label.as_str())
    }

    /// What [`History::redo`] would do again.
    pub fn redo_label(&self) -> Option<&str> {
        self.undone.last().map(|entry| entry.mark.label.as_str())
    }
}

/// Whether something that would come back is there already: others kept it.
fn is_back(alone: &Workflow, without: &Workflow, now: &Workflow) -> bool {
    let mut nodes = without.nodes.iter().filter(|node| alone.node(&node.id).is_none());
    let mut edges = without.edges.iter().filter(|edge| alone.edge(&edge.id).is_none());
    nodes.any(|node| now.node(&node.id).is_some()) || edges.any(|edge| now.edge(&edge.id).is_some())
}

/// Carries out an entry; the entry for the way back, and what was done.
fn turn(workflow: &mut Workflow, entry: Entry) -> Option<(Entry, Done)> {
    let touched = entry.command.touched();
    // It was made on just this workflow, so that only one changed behind its back can refuse.
    let command = perform(workflow, entry.command).ok()?;
    let label = entry.mark.label.clone();
    Some((Entry { mark: entry.mark, command, alone: None }, Done { label, touched }))
}

impl Entry {
    fn takes(&self, mark: &Mark, touched: &Touched) -> bool {
        let rest = mark.now_ms - self.mark.now_ms;
        self.mark.joins == mark.joins
            && match mark.joins {
                Joins::Nothing => false,
                Joins::Drag(_) => true,
                Joins::Nudge => rest <= NUDGES_MS && self.command.touched() == *touched,
                Joins::Typing { .. } => rest <= TYPING_MS,
            }
    }

    fn join(&mut self, mark: Mark, inverse: Command) {
        self.mark = mark;
        if self.command.covers(&inverse) {
            return;
        }
        let before = std::mem::replace(&mut self.command, Command::Many(vec![]));
        self.command = match before {
            Command::Many(mut steps) => {
                steps.insert(0, inverse);
                Command::Many(steps)
            }
            single => Command::Many(vec![inverse, single]),
        };
    }
}
