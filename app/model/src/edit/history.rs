//! Undo and redo.

use std::collections::{BTreeSet, VecDeque};

use super::{Command, Refused, Touched, apply::perform, merge};
use crate::{id::NodeId, workflow::Workflow};

/// The most entries that can be undone.
pub const LIMIT: usize = 200;
/// Nudges closer than this are one entry, in milliseconds.
const NUDGES_MS: f64 = 600.0;
/// Typing in one field without a longer rest is one entry, in milliseconds.
const TYPING_MS: f64 = 1_500.0;

/// The label of an entry, and what it may be joined with.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// What was done, e.g. "move 3 nodes".
    pub label: String,
    /// With which changes right before it it forms one entry.
    pub joins: Joins,
    /// Milliseconds of any clock that does not go back.
    pub now_ms: f64,
}

/// With which changes right before it a change forms one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Joins {
    /// With none: it is an entry of its own.
    Nothing,
    /// With those of the drag with this number, however long it takes.
    Drag(u32),
    /// With nudges of the same nodes within 600 ms of each other.
    Nudge,
    /// With typing in the same field until it is left ([`History::seal`]), or 1.5 s go by without a
    /// change.
    Typing {
        /// The node whose field it is; none is the workflow itself.
        node: Option<NodeId>,
        /// The path of the field.
        field: String,
    },
}

impl Mark {
    /// An entry of its own.
    pub fn new(label: impl Into<String>, now_ms: f64) -> Self {
        Self { label: label.into(), joins: Joins::Nothing, now_ms }
    }

    /// The same mark, joined with earlier changes of the same kind.
    #[must_use]
    pub fn joining(self, joins: Joins) -> Self {
        Self { joins, ..self }
    }
}

/// What was undone or redone.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// The label of the entry, e.g. "move 3 nodes".
    pub label: String,
    /// What it changed: this is drawn anew and its nodes are selected.
    pub touched: Touched,
}

/// What was done to one workflow, newest last, and what was undone of it.
#[derive(Debug, Clone, Default)]
pub struct History {
    done: VecDeque<Entry>,
    undone: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    mark: Mark,
    /// Undoes the entry; redoes it once it was undone.
    command: Command,
    /// The workflow with this entry but without what others changed since; none where nobody did.
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

    /// Goes on with a workflow that also holds changes by others, which cannot be undone here.
    /// Earlier entries still can be undone; what was undone before is not redone.
    pub fn adopt(&mut self, workflow: &mut Workflow, taken: Workflow) {
        let before = std::mem::replace(workflow, taken);
        self.seal();
        self.undone.clear();
        self.keep_alone(before);
    }

    /// Stores the workflow on which the newest entry was made, which is not the present one any
    /// more.
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

    /// Undoes the newest entry. None when there is no entry, or others have changed the same since:
    /// then the entry is dropped.
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

    /// Undoes an entry on which others have built: only what it changed and they have not.
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

    /// Redoes what was undone last; none when nothing was, or another change came after.
    pub fn redo(&mut self, workflow: &mut Workflow) -> Option<Done> {
        let (entry, done) = turn(workflow, self.undone.pop()?)?;
        self.done.push_back(entry);
        self.seal();
        Some(done)
    }

    /// Ends what later changes could still join: the drag is over, the field was left.
    pub fn seal(&mut self) {
        if let Some(last) = self.done.back_mut() {
            last.mark.joins = Joins::Nothing;
        }
    }

    /// The label of what [`History::undo`] would undo, e.g. "move 3 nodes".
    pub fn undo_label(&self) -> Option<&str> {
        self.done.back().map(|entry| entry.mark.label.as_str())
    }

    /// The label of what [`History::redo`] would redo.
    pub fn redo_label(&self) -> Option<&str> {
        self.undone.last().map(|entry| entry.mark.label.as_str())
    }
}

/// Whether something that an undo would bring back is there already because others kept it.
fn is_back(alone: &Workflow, without: &Workflow, now: &Workflow) -> bool {
    let mut nodes = without.nodes.iter().filter(|node| alone.node(&node.id).is_none());
    let mut edges = without.edges.iter().filter(|edge| alone.edge(&edge.id).is_none());
    nodes.any(|node| now.node(&node.id).is_some()) || edges.any(|edge| now.edge(&edge.id).is_some())
}

/// Carries out an entry; returns the entry for the way back and what was done.
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
