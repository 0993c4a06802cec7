//! What the editor knows: the one document with its history, what is selected, what is seen.

mod around;
mod bands;
mod carrying;
mod chosen;
mod doing;
mod drawing;
mod faces;
mod first;
mod grouping;
mod judging;
mod lens;
mod offers;
mod stretching;
mod tidying;

use std::collections::{BTreeSet, HashSet};

use leptos::prelude::*;
use model::{
    canvas::{geometry::Point, hit::Hit, tool::Choose},
    edit::{Command, History, Joins, Mark, Refused, Touched},
    id::{NodeId, TemplateId},
    nodes::NodeKind,
    pages::BuilderPage,
    validate::{Faults, Issue},
    workflow::{Node, Workflow},
};

pub use bands::{Band, bands};
pub use carrying::{Carrying, Taken};
pub use chosen::Chosen;
pub use doing::Purpose;
pub use drawing::{Drawing, Wire};
pub use judging::EdgeFault;
pub use lens::Lens;
pub use offers::{Offers, offers};

use crate::{
    client::clock::now,
    editor::testing::Testing,
    ui::toast::{ToastKind, Toasts, use_toasts},
};

/// With more nodes than this only those near the stage are drawn, once the first view is there.
pub const CULLED: usize = 150;

/// What can be taken back, and how often something was changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// What undo would take back, e.g. "move 3 nodes".
    pub undo: Option<String>,
    /// What redo would do again.
    pub redo: Option<String>,
    /// Counts the changes of the document.
    pub changes: u64,
}

/// The handle of everything in the editor.
#[derive(Clone, Copy)]
pub struct Editor {
    /// The template.
    pub template: TemplateId,
    /// Whether it may be changed.
    pub editable: Signal<bool>,
    /// The document; changed only by [`Editor::run`] and its like.
    pub workflow: RwSignal<Workflow>,
    /// What can be taken back.
    pub past: RwSignal<Past>,
    /// What is selected.
    pub chosen: RwSignal<Chosen>,
    /// What a search on the canvas has found, while it goes on.
    pub found: RwSignal<Option<Found>>,
    /// The card that Tab leads to.
    pub focus: RwSignal<Option<NodeId>>,
    /// The document as it is drawn.
    pub drawing: Drawing,
    /// The lanes of its forks.
    pub bands: Memo<Vec<Band>>,
    /// What is seen of it.
    pub lens: Lens,
    /// How much is wrong with it.
    pub faults: RwSignal<Faults>,
    /// What is wrong with it, as it was when it rested last.
    pub issues: RwSignal<Vec<Issue>>,
    /// What is dragged.
    pub carrying: RwSignal<Option<Carrying>>,
    /// What happened, for screen readers.
    pub news: RwSignal<String>,
    /// Short news for everybody.
    pub toasts: Toasts,
    /// Whether it is asked what the workflow is called that is made of the selection.
    pub extracting: RwSignal<bool>,
    /// What was pasted that comes from no canvas.
    pub foreign: RwSignal<Option<Foreign>>,
    /// Trying it out.
    pub testing: Testing,
    history: StoredValue<History>,
    /// The words of the news that offer to take the newest entry back.
    offered: StoredValue<Option<String>>,
    drags: StoredValue<u32>,
}

/// What a search has found: the rest steps back meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// All of it.
    pub all: HashSet<NodeId>,
    /// What is looked at.
    pub at: Option<NodeId>,
}

/// A text that was pasted and comes from no canvas.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreign {
    /// What it says.
    pub text: String,
    /// Where it was pasted, in world units.
    pub at: Point,
}

/// The present by the browser's clock, in milliseconds.
pub fn now_ms() -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit in 53 bits")]
    let now = now().0 as f64;
    now
}

impl Editor {
    /// Starts from a loaded page; while `narrow` it can only be looked at.
    pub fn new(page: &BuilderPage, narrow: Signal<bool>) -> Self {
        let allowed = page.editable;
        let drawing = Drawing::new(&page.workflow);
        let workflow = RwSignal::new(page.workflow.clone());
        let lanes = move |_: Option<&Vec<Band>>| {
            drawing.changes.track();
            workflow.with_untracked(|workflow| bands(workflow, drawing))
        };
        let editor = Self {
            template: page.id,
            editable: Memo::new(move |_| allowed && !narrow.get()).into(),
            bands: Memo::new(lanes),
            drawing,
            workflow,
            past: RwSignal::new(Past::default()),
            chosen: RwSignal::new(Chosen::default()),
            found: RwSignal::new(None),
            focus: RwSignal::new(None),
            lens: Lens::default(),
            faults: RwSignal::new(page.faults),
            issues: RwSignal::new(vec![]),
            carrying: RwSignal::new(None),
            news: RwSignal::new(String::new()),
            toasts: use_toasts(),
            extracting: RwSignal::new(false),
            foreign: RwSignal::new(None),
            testing: Testing::default(),
            history: StoredValue::new(History::default()),
            offered: StoredValue::new(None),
            drags: StoredValue::new(0),
        };
        editor.judge_at_first();
        on_cleanup(move || editor.withdraw_undo());
        editor
    }

    /// Carries out a command as an entry of its own; a refused one is told and changes nothing.
    pub fn run(self, command: Command, label: impl Into<String>) -> bool {
        self.run_marked(command, Mark::new(label, now_ms()))
    }

    /// Carries out a command that may be one entry with those before it.
    pub fn run_marked(self, command: Command, mark: Mark) -> bool {
        match self.attempt(command, mark) {
            Ok(()) => true,
            Err(why) => {
                self.refuse(why.to_string());
                false
            }
        }
    }

    /// Takes a whole workflow in the place of the present one, as one entry of the history; one
    /// without a name, as a file of nothing but steps is, goes on under the present one's.
    ///
    /// # Errors
    /// Why it cannot be, in words; nothing is changed then.
    pub fn replace(self, mut taken: Workflow, label: &'static str) -> Result<(), String> {
        if taken.name.trim().is_empty() {
            self.workflow.with_untracked(|present| taken.name.clone_from(&present.name));
        }
        let command = Command::Replace(Box::new(taken));
        self.attempt(command, Mark::new(label, now_ms())).map_err(|why| why.to_string())
    }

    /// Goes on with what holds others' changes as well, which are not to be taken back here.
    pub fn adopt(self, taken: Workflow) {
        self.workflow.update(|workflow| {
            self.history.update_value(|history| history.adopt(workflow, taken));
        });
        self.after(&Touched { all: true, ..Touched::default() });
    }

    fn attempt(self, command: Command, mark: Mark) -> Result<(), Refused> {
        if !self.editable.get_untracked() {
            return Ok(());
        }
        let mut result = Ok(Touched::default());
        self.workflow.update(|workflow| {
            self.history.update_value(|history| result = history.run(workflow, command, mark));
        });
        let touched = result?;
        // What changes nothing leaves no entry either.
        if touched != Touched::default() {
            self.withdraw_undo();
        }
        self.after(&touched);
        Ok(())
    }

    /// Takes the newest entry back, and shows and selects what it changed; says so where it no
    /// longer can be.
    pub fn undo(self) {
        let newest = self.past.with_untracked(|past| past.undo.clone());
        if let (false, Some(label)) = (self.turn(History::undo, "Undone"), newest) {
            self.withdraw_undo();
            self.after(&Touched::default());
            self.refuse(format!("Not taken back: {label}. A colleague changed the same since."));
        }
    }

    /// Does again what was taken back last.
    pub fn redo(self) {
        self.turn(History::redo, "Done again");
    }

    fn turn(
        self,
        turn: fn(&mut History, &mut Workflow) -> Option<model::edit::Done>,
        word: &'static str,
    ) -> bool {
        let mut done = None;
        self.workflow.update(|workflow| {
            self.history.update_value(|history| done = turn(history, workflow));
        });
        let Some(done) = done else { return false };
        self.withdraw_undo();
        self.after(&done.touched);
        let there = done.touched.nodes.iter().filter(|id| self.drawing.rect(id).is_some());
        let there: BTreeSet<NodeId> = there.cloned().collect();
        if let Some(changed) = self.drawing.around_of(&there) {
            self.choose_nodes(there);
            self.lens.reveal(changed);
        }
        self.say(format!("{word}: {}", done.label));
        true
    }

    /// Ends what may still grow into one entry with what comes next.
    pub fn seal(self) {
        self.history.update_value(History::seal);
    }

    /// A mark that makes one entry of all commands of a new drag.
    pub fn drag_mark(self, label: impl Into<String>) -> Mark {
        self.drags.update_value(|drags| *drags = drags.wrapping_add(1));
        Mark::new(label, now_ms()).joining(Joins::Drag(self.drags.get_value()))
    }

    fn after(self, touched: &Touched) {
        self.workflow.with_untracked(|workflow| {
            self.drawing.refresh(workflow, touched);
            self.choose(self.chosen.get_untracked().within(workflow));
        });
        let past = self.history.with_value(|history| Past {
            undo: history.undo_label().map(str::to_owned),
            redo: history.redo_label().map(str::to_owned),
            changes: self.past.with_untracked(|past| past.changes + 1),
        });
        self.past.set(past);
        self.judge_soon();
        let gone = |id: &NodeId| self.drawing.spot(id).is_none();
        if self.focus.with_untracked(|at| at.as_ref().is_some_and(gone)) {
            self.focus.set(None);
        }
    }

    /// Selects just this; the card of a lane means what it stands for.
    pub fn choose(self, next: Chosen) {
        let next = Chosen { nodes: self.drawing.meant(next.nodes), edges: next.edges };
        self.drawing.mark_lanes(&next.nodes);
        let was = self.chosen.get_untracked();
        if was == next {
            return;
        }
        for id in was.nodes.symmetric_difference(&next.nodes) {
            if let Some(spot) = self.drawing.spot(id) {
                spot.chosen.set(next.nodes.contains(id));
            }
        }
        for id in was.edges.symmetric_difference(&next.edges) {
            if let Some(thread) = self.drawing.thread(id) {
                thread.chosen.set(next.edges.contains(id));
            }
        }
        self.chosen.set(next);
    }

    /// Selects these nodes and the edges between them.
    pub fn choose_nodes(self, ids: impl IntoIterator<Item = NodeId>) {
        let next = self.workflow.with_untracked(|workflow| Chosen::nodes(ids, workflow));
        self.choose(next);
    }

    /// Selects everything.
    pub fn choose_all(self) {
        self.choose_nodes(self.drawing.order.get_untracked());
        let count = self.chosen.with_untracked(|chosen| chosen.nodes.len());
        self.say(format!("{count} nodes selected"));
    }

    /// Whether there is nothing yet but where it starts and ends.
    pub fn is_blank(self) -> bool {
        let frame =
            |node: &Node| matches!(node.data.config.kind(), NodeKind::Start | NodeKind::End);
        self.workflow.with(|workflow| workflow.nodes.iter().all(frame))
    }

    /// A node of the document.
    pub fn node(self, id: &NodeId) -> Option<Node> {
        self.workflow.with_untracked(|workflow| workflow.node(id).cloned())
    }

    /// Whether a card is selected.
    pub fn is_chosen(self, id: &NodeId) -> bool {
        self.drawing.spot(id).is_some_and(|spot| spot.chosen.get_untracked())
    }

    /// The selection after something was clicked: the card of a lane is all it stands for.
    pub fn chosen_with(self, hit: &Hit, how: Choose) -> Chosen {
        let chosen = self.chosen.get_untracked();
        let lane = match hit {
            Hit::Card(id) => self.drawing.lane(id),
            _ => None,
        };
        match lane {
            Some(lane) => chosen.joined(Chosen { nodes: lane.nodes, ..Chosen::default() }, how),
            None => chosen.with(hit, how),
        }
    }

    /// What a card is called.
    pub fn title(self, id: &NodeId) -> String {
        let title = |workflow: &Workflow| workflow.node(id).map(|node| node.title().to_owned());
        let lane = || self.drawing.lane(id).map(|lane| lane.label);
        self.workflow.with_untracked(title).or_else(lane).unwrap_or_default()
    }

    /// Says something to screen readers.
    pub fn say(self, words: impl Into<String>) {
        self.news.set(words.into());
    }

    /// Says why something was not done.
    pub fn refuse(self, words: impl Into<String>) {
        self.toasts.show(ToastKind::Info, words);
    }
}
