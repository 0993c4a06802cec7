//! Runs the commands of keys, menus and buttons.

use leptos::prelude::*;
use model::{
    canvas::{geometry::Point, hit::Hit, ports::NODE_WIDTH, tool::Choose},
    edit::{Incoming, Refused, enable},
    execution::run_scope::RunScope,
    id::EdgeId,
    nodes::NodeKind,
};

use super::{canvas_state::CanvasState, command::CanvasCommand};
use crate::{
    client::focus::focus,
    editor::{
        store::{CanvasSelection, Editor, Purpose},
        transfer::{download, download_picture},
    },
};

/// The gap between a node and one that is added beside it, in world units.
const BESIDE: f64 = 96.0;
/// Where the title begins on a card and how far down it reaches, in world units.
const TITLE_X: f64 = 52.0;
const TITLE_Y: f64 = 30.0;

impl CanvasState {
    /// Runs a command. One that needs a single node is refused on the card of a collapsed lane, or
    /// opens the lane.
    pub fn run_command(self, command: CanvasCommand) {
        let editor = self.editor;
        let on_lane = || {
            let focus = editor.focus.get_untracked();
            focus.is_some_and(|id| editor.canvas_model.lane(&id).is_some())
        };
        let moves = editor.drag.with_untracked(Option::is_some);
        match command {
            _ if moves || !command.is_about_one() || !on_lane() => self.dispatch(command),
            CanvasCommand::Configure | CanvasCommand::Rename => self.collapse(),
            _ => editor.notify("This card stands for a lane: open it first."),
        }
    }

    fn dispatch(self, command: CanvasCommand) {
        use CanvasCommand as C;
        let editor = self.editor;
        match command {
            C::Undo => self.step_history(Editor::undo),
            C::Redo => self.step_history(Editor::redo),
            C::Delete => self.delete(),
            C::Duplicate => editor.duplicate(),
            C::Copy => self.copy(),
            C::Cut => self.cut(),
            C::Paste => self.paste_from(Some(self.aim()), Incoming::Drop),
            C::PasteKeeping => self.paste_from(None, Incoming::Keep),
            C::AddNote => self.add_note(self.aim()),
            C::Grow => editor.grow(1.0),
            C::Shrink => editor.grow(-1.0),
            C::Find => self.finder.set(true),
            C::SelectAll => editor.select_all(),
            C::SelectNone => editor.select(CanvasSelection::default()),
            C::Tidy => editor.tidy(),
            C::Group => editor.group(),
            C::Ungroup => editor.ungroup(),
            C::Extract => self.extract(),
            C::Collapse => self.collapse(),
            C::Arrange => self.open_align_menu(),
            C::Align(how) => editor.align(how),
            C::Distribute(axis) => editor.distribute(axis),
            C::QuickAdd => self.quick_add(),
            C::AddAfter => self.add_after(),
            C::AddBefore => self.add_before(),
            C::Rename => self.renaming.set(editor.focus.get_untracked()),
            C::Lift => self.lift(),
            C::Connect => self.open_connector(),
            C::Reconnect(side) => self.open_reconnector(side),
            C::Label => self.label_edge(),
            C::Disconnect => editor.disconnect(),
            C::Enable => self.enable(),
            C::Configure => self.configure(),
            C::LastOutput => self.show_output(),
            C::Menu => self.open_focus_menu(),
            C::Use(tool) => self.tool.set(tool),
            C::Toggle | C::Extend => self.toggle(command == C::Extend),
            C::NextEdge => self.step_edge(1),
            C::PreviousEdge => self.step_edge(-1),
            C::Escape => self.escape(),
            C::Outline => {
                self.side.set("outline");
                request_animation_frame(|| focus("outline"));
            }
            C::Lines => self.toggle_line_style(),
            C::Export | C::ExportPicture => self.export(command),
            C::Keys => self.keys.set(true),
            C::Test | C::TestOnly | C::TestTo | C::TestFrom | C::Breakpoint => {
                self.request_test(command)
            }
            C::Arrow(direction) => self.arrow(direction, false, false),
            C::Fit | C::FitSelection | C::FullSize | C::ZoomIn | C::ZoomOut => self.look(command),
        }
    }

    fn export(self, command: CanvasCommand) {
        self.editor.workflow.with_untracked(|workflow| match command {
            CanvasCommand::ExportPicture => download_picture(workflow),
            _ => download(workflow),
        });
    }

    /// Why a command cannot be run with the present selection, where that is known before.
    pub fn why_not(self, command: CanvasCommand) -> Option<String> {
        let plan = || self.editor.preview_extraction(&self.editor.selection.read_untracked().nodes);
        (command == CanvasCommand::Extract).then(|| plan().err()).flatten().map(|why| match why {
            Refused::Nothing => "Select the steps first.".to_owned(),
            why => why.to_string(),
        })
    }

    /// Opens the dialog that makes a workflow of the selection.
    fn extract(self) {
        match self.why_not(CanvasCommand::Extract) {
            Some(why) => self.editor.notify(why),
            None if self.editor.editable.get_untracked() => self.editor.extracting.set(true),
            None => {}
        }
    }

    /// Opens the field for the label of the one selected edge.
    fn label_edge(self) {
        let selection = self.editor.selection.get_untracked();
        match selection.edges.first() {
            Some(edge) if selection.edges.len() == 1 => self.labelling.set(Some(edge.clone())),
            _ => self.editor.notify("Select one connection first."),
        }
    }

    /// Opens the dialog for a test run, or sets or removes a breakpoint at the focused node.
    fn request_test(self, command: CanvasCommand) {
        let editor = self.editor;
        if !editor.editable.get_untracked() {
            return;
        }
        let test_run = editor.test_run;
        if command == CanvasCommand::Test {
            return test_run.requested.set(Some(RunScope::Whole));
        }
        let Some(id) = editor.focus.get_untracked() else {
            return editor.notify("Choose a node first.");
        };
        match command {
            CanvasCommand::TestOnly => test_run.requested.set(Some(RunScope::Only(id))),
            CanvasCommand::TestTo => test_run.requested.set(Some(RunScope::UpTo(id))),
            CanvasCommand::TestFrom => test_run.requested.set(Some(RunScope::From(id))),
            _ => {
                let word = if test_run.toggle_breakpoint(&id) { "set" } else { "removed" };
                editor.say(format!("Breakpoint {word} before {}", editor.title(&id)));
            }
        }
    }

    fn look(self, command: CanvasCommand) {
        let (viewport, canvas_model) = (self.editor.viewport, self.editor.canvas_model);
        match command {
            CanvasCommand::Fit => viewport.fit(canvas_model.bounds()),
            CanvasCommand::FitSelection => {
                let selection = self.editor.selection.get_untracked();
                viewport
                    .fit(canvas_model.bounds_of(&selection.nodes).unwrap_or(canvas_model.bounds()));
            }
            CanvasCommand::FullSize => viewport.reset_zoom(),
            CanvasCommand::ZoomIn => viewport.zoom(1),
            _ => viewport.zoom(-1),
        }
    }

    /// Disables or enables the selected steps, or the focused one.
    fn enable(self) {
        let editor = self.editor;
        let mut nodes = editor.selection.get_untracked().nodes;
        if nodes.is_empty() {
            nodes.extend(editor.focus.get_untracked());
        }
        let nodes = editor.canvas_model.expand_lanes(nodes);
        editor.edit(|workflow| enable(workflow, &nodes));
    }

    /// Opens the picker at the pointer, or in the middle of the stage.
    fn quick_add(self) {
        self.pick(self.aim(), Purpose::Alone);
    }

    /// The world point at the pointer, or in the middle of the stage.
    pub fn aim(self) -> Point {
        let viewport = self.editor.viewport;
        let screen = self.pointer.get_value().unwrap_or_else(|| viewport.middle());
        viewport.view.get_untracked().to_canvas(screen)
    }

    /// Adds a note at a world point and opens its panel.
    pub fn add_note(self, at: Point) {
        if let Some(id) = self.editor.add(NodeKind::Note, at, &Purpose::Alone) {
            self.editor.focus.set(Some(id));
            self.configure();
        }
    }

    /// Opens the picker for a node before the focused one: on the edge that leads there, if it is
    /// the only one.
    fn add_before(self) {
        let Some(id) = self.editor.focus.get_untracked() else { return };
        let Some(card) = self.editor.canvas_model.rect(&id) else { return };
        let at = Point::new(card.origin.x - NODE_WIDTH - BESIDE, card.origin.y);
        let leads = self.editor.workflow.with_untracked(|workflow| {
            let mut leads = workflow.edges.iter().filter(|edge| edge.target == id);
            leads.next().filter(|_| leads.next().is_none()).map(|edge| edge.id.clone())
        });
        self.pick(at, leads.map_or(Purpose::Before(id), Purpose::Onto));
    }

    fn add_after(self) {
        let Some(id) = self.editor.focus.get_untracked() else { return };
        let Some(card) = self.editor.canvas_model.rect(&id) else { return };
        let at = Point::new(card.right() + BESIDE, card.origin.y);
        self.pick(at, Purpose::After(id));
    }

    fn toggle(self, more: bool) {
        let Some(id) = self.editor.focus.get_untracked() else { return };
        let how = if more { Choose::Add } else { Choose::Toggle };
        self.editor.select(self.editor.selection_after_click(&Hit::Card(id), how));
    }

    /// Opens the panel of the focused node; a lifted node is laid down instead.
    pub fn configure(self) {
        if self.editor.drag.with_untracked(Option::is_some) {
            return self.lay_down();
        }
        if let Some(id) = self.editor.focus.get_untracked() {
            self.editor.select(CanvasSelection::from_node(id.clone()));
            self.opened.set(Some(id));
        }
    }

    /// Shows the last output of the focused node in its panel.
    fn show_output(self) {
        if let Some(id) = self.editor.focus.get_untracked() {
            self.editor.select(CanvasSelection::from_node(id.clone()));
            self.clicked.set(Some(id));
            self.editor.test_run.tab.set("output");
        }
    }

    /// Selects the edge of the focused node that comes `step` after the selected one, going round.
    fn step_edge(self, step: isize) {
        let editor = self.editor;
        let Some(id) = editor.focus.get_untracked() else { return };
        let edges: Vec<EdgeId> = editor.workflow.with_untracked(|workflow| {
            let own = workflow.edges.iter().filter(|edge| edge.source == id || edge.target == id);
            own.map(|edge| edge.id.clone()).collect()
        });
        let now =
            editor.selection.with_untracked(|c| edges.iter().position(|e| c.edges.contains(e)));
        let next = match now {
            Some(at) => at.checked_add_signed(step).unwrap_or(edges.len() - 1) % edges.len(),
            None => 0,
        };
        let Some(edge) = edges.get(next) else { return };
        editor
            .select(CanvasSelection { edges: [edge.clone()].into(), ..CanvasSelection::default() });
        if let Some(signals) = editor.canvas_model.edge_signals(edge) {
            let wire = signals.wire.get_untracked();
            editor.say(format!(
                "Connection {} of {}, from {} to {}{}",
                next + 1,
                edges.len(),
                editor.title(&wire.source),
                editor.title(&wire.target),
                wire.label.map(|label| format!(", {label}")).unwrap_or_default()
            ));
        }
    }

    /// Handles a double click: on a title it renames, on a card it opens the panel, on an edge it
    /// edits the label, elsewhere it opens the picker.
    pub fn double_click(self, at: Point) {
        let world = self.editor.viewport.view.get_untracked().to_canvas(at);
        match self.hit(at, self.pressed_with.get_value()) {
            Hit::Card(id) => {
                let title = self.editor.canvas_model.rect(&id).is_some_and(|card| {
                    let off = world - card.origin;
                    (TITLE_X..).contains(&off.x) && off.y <= TITLE_Y
                });
                self.editor.focus.set(Some(id));
                self.run_command(if title {
                    CanvasCommand::Rename
                } else {
                    CanvasCommand::Configure
                });
            }
            Hit::Nothing => self.pick(world, Purpose::Alone),
            Hit::Edge(id) => self.labelling.set(Some(id)),
            Hit::Port(_) | Hit::End(..) | Hit::Corner(_) => {}
        }
    }

    /// Ends one thing: a gesture, a lifted node or an armed edge, or else the selection.
    pub fn escape(self) {
        let editor = self.editor;
        if self.cancel() {
            return;
        }
        if editor.drag.with_untracked(Option::is_some) {
            editor.cancel_drag();
            editor.say("Put back");
        } else if self.connect_drag.with_untracked(Option::is_some) {
            self.connect_drag.set(None);
            editor.say("Not connected");
        } else {
            editor.select(CanvasSelection::default());
        }
    }
}
