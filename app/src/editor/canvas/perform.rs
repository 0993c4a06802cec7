//! Doing what keys, menus and buttons ask for.

use leptos::prelude::*;
use model::{
    canvas::{geometry::Point, hit::Hit, ports::NODE_WIDTH, tool::Choose},
    edit::{Incoming, Refused, enable},
    execution::part::Part,
    id::EdgeId,
    nodes::NodeKind,
};

use super::{deed::Deed, desk::Desk};
use crate::{
    client::focus::focus,
    editor::{
        store::{Chosen, Editor, Purpose},
        transfer::{download, download_picture},
    },
};

/// From a card to what is added beside it, in world units.
const BESIDE: f64 = 96.0;
/// Where on a card its title begins, and how far down it reaches.
const TITLE_X: f64 = 52.0;
const TITLE_Y: f64 = 30.0;

impl Desk {
    /// Does it, as far as it makes sense now: the card of a lane is opened before anything is about
    /// one of the nodes it stands for.
    pub fn perform(self, deed: Deed) {
        let editor = self.editor;
        let on_lane = || {
            let focus = editor.focus.get_untracked();
            focus.is_some_and(|id| editor.drawing.lane(&id).is_some())
        };
        let moves = editor.carrying.with_untracked(Option::is_some);
        match deed {
            _ if moves || !deed.is_about_one() || !on_lane() => self.act(deed),
            Deed::Configure | Deed::Rename => self.collapse(),
            _ => editor.refuse("This card stands for a lane: open it first."),
        }
    }

    fn act(self, deed: Deed) {
        let editor = self.editor;
        match deed {
            Deed::Undo => self.turn(Editor::undo),
            Deed::Redo => self.turn(Editor::redo),
            Deed::Delete => self.delete(),
            Deed::Duplicate => editor.duplicate(),
            Deed::Copy => self.copy(),
            Deed::Cut => self.cut(),
            Deed::Paste => self.paste_from(Some(self.aim()), Incoming::Drop),
            Deed::PasteKeeping => self.paste_from(None, Incoming::Keep),
            Deed::AddNote => self.add_note(self.aim()),
            Deed::Grow => editor.grow(1.0),
            Deed::Shrink => editor.grow(-1.0),
            Deed::Find => self.finder.set(true),
            Deed::SelectAll => editor.choose_all(),
            Deed::SelectNone => editor.choose(Chosen::default()),
            Deed::Tidy => editor.tidy(),
            Deed::Group => editor.group(),
            Deed::Ungroup => editor.ungroup(),
            Deed::Extract => self.extract(),
            Deed::Collapse => self.collapse(),
            Deed::Arrange => self.menu_of_order(),
            Deed::Align(how) => editor.align(how),
            Deed::Distribute(axis) => editor.distribute(axis),
            Deed::QuickAdd => self.quick_add(),
            Deed::AddAfter => self.add_after(),
            Deed::AddBefore => self.add_before(),
            Deed::Rename => self.renaming.set(editor.focus.get_untracked()),
            Deed::Lift => self.lift(),
            Deed::Connect => self.open_connector(),
            Deed::Reconnect(side) => self.open_reconnector(side),
            Deed::Label => self.label_edge(),
            Deed::Disconnect => editor.disconnect(),
            Deed::Enable => self.enable(),
            Deed::Configure => self.configure(),
            Deed::LastOutput => self.show_output(),
            Deed::Menu => self.menu_of_focus(),
            Deed::Use(tool) => self.tool.set(tool),
            Deed::Toggle | Deed::Extend => self.toggle(deed == Deed::Extend),
            Deed::NextEdge => self.step_edge(1),
            Deed::PreviousEdge => self.step_edge(-1),
            Deed::Escape => self.escape(),
            Deed::Outline => {
                self.side.set("outline");
                request_animation_frame(|| focus("outline"));
            }
            Deed::Lines => self.turn_lines(),
            Deed::Export | Deed::ExportPicture => self.export(deed),
            Deed::Keys => self.keys.set(true),
            Deed::Test | Deed::TestOnly | Deed::TestTo | Deed::TestFrom | Deed::Breakpoint => {
                self.try_out(deed);
            }
            Deed::Arrow(direction) => self.arrow(direction, false, false),
            Deed::Fit | Deed::FitSelection | Deed::FullSize | Deed::ZoomIn | Deed::ZoomOut => {
                self.look(deed)
            }
        }
    }

    fn export(self, deed: Deed) {
        self.editor.workflow.with_untracked(|workflow| match deed {
            Deed::ExportPicture => download_picture(workflow),
            _ => download(workflow),
        });
    }

    /// Why something cannot be done with what is selected, where that can be said before.
    pub fn why_not(self, deed: Deed) -> Option<String> {
        let extracted = || self.editor.extractable(&self.editor.chosen.read_untracked().nodes);
        (deed == Deed::Extract).then(|| extracted().err()).flatten().map(|why| match why {
            Refused::Nothing => "Select the steps first.".to_owned(),
            why => why.to_string(),
        })
    }

    /// Asks what the workflow is to be called that is made of the selection.
    fn extract(self) {
        match self.why_not(Deed::Extract) {
            Some(why) => self.editor.refuse(why),
            None if self.editor.editable.get_untracked() => self.editor.extracting.set(true),
            None => {}
        }
    }

    /// Opens the field for the words on the one selected edge.
    fn label_edge(self) {
        let chosen = self.editor.chosen.get_untracked();
        match chosen.edges.first() {
            Some(edge) if chosen.edges.len() == 1 => self.labelling.set(Some(edge.clone())),
            _ => self.editor.refuse("Select one connection first."),
        }
    }

    /// Asks about a test run, or turns a breakpoint of the focused node on or off.
    fn try_out(self, deed: Deed) {
        let editor = self.editor;
        if !editor.editable.get_untracked() {
            return;
        }
        let testing = editor.testing;
        if deed == Deed::Test {
            return testing.asked.set(Some(Part::Whole));
        }
        let Some(id) = editor.focus.get_untracked() else {
            return editor.refuse("Choose a node first.");
        };
        match deed {
            Deed::TestOnly => testing.asked.set(Some(Part::Only(id))),
            Deed::TestTo => testing.asked.set(Some(Part::UpTo(id))),
            Deed::TestFrom => testing.asked.set(Some(Part::From(id))),
            _ => {
                let word = if testing.turn_breakpoint(&id) { "set" } else { "removed" };
                editor.say(format!("Breakpoint {word} before {}", editor.title(&id)));
            }
        }
    }

    fn look(self, deed: Deed) {
        let (lens, drawing) = (self.editor.lens, self.editor.drawing);
        match deed {
            Deed::Fit => lens.fit(drawing.bounds()),
            Deed::FitSelection => {
                let chosen = self.editor.chosen.get_untracked();
                lens.fit(drawing.around_of(&chosen.nodes).unwrap_or(drawing.bounds()));
            }
            Deed::FullSize => lens.full_size(),
            Deed::ZoomIn => lens.zoom(1),
            _ => lens.zoom(-1),
        }
    }

    /// Leaves the selected steps out, or the focused one; or brings them back.
    fn enable(self) {
        let editor = self.editor;
        let mut nodes = editor.chosen.get_untracked().nodes;
        if nodes.is_empty() {
            nodes.extend(editor.focus.get_untracked());
        }
        let nodes = editor.drawing.meant(nodes);
        editor.edit(|workflow| enable(workflow, &nodes));
    }

    /// Opens the picker under the pointer, or in the middle of the stage.
    fn quick_add(self) {
        self.pick(self.aim(), Purpose::Alone);
    }

    /// The world point under the pointer, or in the middle of the stage.
    pub fn aim(self) -> Point {
        let lens = self.editor.lens;
        let screen = self.pointer.get_value().unwrap_or_else(|| lens.middle());
        lens.view.get_untracked().to_canvas(screen)
    }

    /// Adds a note at a world point and asks what it says.
    pub fn add_note(self, at: Point) {
        if let Some(id) = self.editor.add(NodeKind::Note, at, &Purpose::Alone) {
            self.editor.focus.set(Some(id));
            self.configure();
        }
    }

    /// Puts a node into the connection that leads to the focused one; else beside it.
    fn add_before(self) {
        let Some(id) = self.editor.focus.get_untracked() else { return };
        let Some(card) = self.editor.drawing.rect(&id) else { return };
        let at = Point::new(card.origin.x - NODE_WIDTH - BESIDE, card.origin.y);
        let leads = self.editor.workflow.with_untracked(|workflow| {
            let mut leads = workflow.edges.iter().filter(|edge| edge.target == id);
            leads.next().filter(|_| leads.next().is_none()).map(|edge| edge.id.clone())
        });
        self.pick(at, leads.map_or(Purpose::Before(id), Purpose::Onto));
    }

    fn add_after(self) {
        let Some(id) = self.editor.focus.get_untracked() else { return };
        let Some(card) = self.editor.drawing.rect(&id) else { return };
        let at = Point::new(card.right() + BESIDE, card.origin.y);
        self.pick(at, Purpose::After(id));
    }

    fn toggle(self, more: bool) {
        let Some(id) = self.editor.focus.get_untracked() else { return };
        let how = if more { Choose::Add } else { Choose::Toggle };
        self.editor.choose(self.editor.chosen_with(&Hit::Card(id), how));
    }

    /// Opens the panel of the focused node.
    pub fn configure(self) {
        if self.editor.carrying.with_untracked(Option::is_some) {
            return self.lay_down();
        }
        if let Some(id) = self.editor.focus.get_untracked() {
            self.editor.choose(Chosen::node(id.clone()));
            self.opened.set(Some(id));
        }
    }

    /// Shows in the panel of the focused node what it gave last.
    fn show_output(self) {
        if let Some(id) = self.editor.focus.get_untracked() {
            self.editor.choose(Chosen::node(id.clone()));
            self.clicked.set(Some(id));
            self.editor.testing.tab.set("output");
        }
    }

    /// Selects the next edge of the focused node, or the one before.
    fn step_edge(self, step: isize) {
        let editor = self.editor;
        let Some(id) = editor.focus.get_untracked() else { return };
        let edges: Vec<EdgeId> = editor.workflow.with_untracked(|workflow| {
            let own = workflow.edges.iter().filter(|edge| edge.source == id || edge.target == id);
            own.map(|edge| edge.id.clone()).collect()
        });
        let now = editor.chosen.with_untracked(|c| edges.iter().position(|e| c.edges.contains(e)));
        let next = match now {
            Some(at) => at.checked_add_signed(step).unwrap_or(edges.len() - 1) % edges.len(),
            None => 0,
        };
        let Some(edge) = edges.get(next) else { return };
        editor.choose(Chosen { edges: [edge.clone()].into(), ..Chosen::default() });
        if let Some(thread) = editor.drawing.thread(edge) {
            let wire = thread.wire.get_untracked();
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

    /// A double click: on a title it renames, on a card it opens the panel, elsewhere it adds.
    pub fn double_click(self, at: Point) {
        let world = self.editor.lens.view.get_untracked().to_canvas(at);
        match self.hit(at, self.pressed_with.get_value()) {
            Hit::Card(id) => {
                let title = self.editor.drawing.rect(&id).is_some_and(|card| {
                    let off = world - card.origin;
                    (TITLE_X..).contains(&off.x) && off.y <= TITLE_Y
                });
                self.editor.focus.set(Some(id));
                self.perform(if title { Deed::Rename } else { Deed::Configure });
            }
            Hit::Nothing => self.pick(world, Purpose::Alone),
            Hit::Edge(id) => self.labelling.set(Some(id)),
            Hit::Port(_) | Hit::End(..) | Hit::Corner(_) => {}
        }
    }

    /// Ends one thing: what is dragged or half connected, else the selection.
    pub fn escape(self) {
        let editor = self.editor;
        if self.cancel() {
            return;
        }
        if editor.carrying.with_untracked(Option::is_some) {
            editor.put_back();
            editor.say("Put back");
        } else if self.linking.with_untracked(Option::is_some) {
            self.linking.set(None);
            editor.say("Not connected");
        } else {
            editor.choose(Chosen::default());
        }
    }
}
