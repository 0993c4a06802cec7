//! Runs the commands of keys, menus and buttons.

use leptos::prelude::*;
use model::{
    canvas::{
        geometry::Point,
        hit::{Card, Hit},
        ports::{NODE_WIDTH, PortSide},
        tool::Choose,
    },
    edit::{self, Incoming, Refused},
    execution::run_scope::RunScope,
    graph::is_empty_loop,
    id::NodeId,
    nodes::NodeKind,
};
use web::client::focus::focus;

use super::{
    canvas_state::CanvasState,
    clipboard::{copy, cut, paste_from},
    command::CanvasCommand,
    focus::lift::{arrow, delete, lay_down, lift, step_history},
    gesture::{
        handlers::cancel,
        pointer::{aim, hit},
        select::{select_focused, select_next_edge},
    },
    lanes::collapse,
    lines::toggle_line_style,
    popup::open::{
        open_align_menu, open_connector, open_focus_menu, open_picker, open_picker_inside,
        open_reconnector,
    },
    ports::ports_on_side,
};
use crate::{
    store::{
        CanvasSelection, Editor, EditorView, Purpose, actions,
        auto_layout::tidy,
        drag_nodes::{cancel_drag, grow},
        grouping,
    },
    transfer::{download, download_picture},
};

/// The gap between a node and one that is added beside it, in world units.
const BESIDE: f64 = 96.0;
/// Where the title begins on a card and how far down it reaches, in world units.
const TITLE_X: f64 = 52.0;
const TITLE_Y: f64 = 30.0;

/// Runs a command. One that needs a single node is refused on the card of a collapsed lane, or
/// opens the lane.
pub fn run_command(canvas: CanvasState, command: CanvasCommand) {
    let view = canvas.editor.view;
    let on_lane = || {
        let focus = view.focus.get_untracked();
        focus.is_some_and(|id| view.canvas_model.lane(&id).is_some())
    };
    let moves = view.drag.with_untracked(Option::is_some);
    match command {
        _ if moves || !command.is_about_one() || !on_lane() => dispatch(canvas, command),
        CanvasCommand::Configure | CanvasCommand::Rename => collapse(canvas.editor),
        _ => canvas.editor.notices.notify("This card is a collapsed lane. Expand it first."),
    }
}

fn dispatch(canvas: CanvasState, command: CanvasCommand) {
    use CanvasCommand as C;
    let (editor, popups) = (canvas.editor, canvas.popups);
    match command {
        C::Undo => step_history(editor, Editor::undo),
        C::Redo => step_history(editor, Editor::redo),
        C::Delete => delete(editor),
        C::Duplicate => actions::duplicate(editor),
        C::Copy => copy(editor),
        C::Cut => cut(editor),
        C::Paste => paste_from(canvas, Some(aim(canvas)), Incoming::Drop),
        C::PasteKeeping => paste_from(canvas, None, Incoming::Keep),
        C::AddNote => add_note(canvas, aim(canvas)),
        C::Grow => grow(editor, 1.0),
        C::Shrink => grow(editor, -1.0),
        C::Find => popups.finder.set(true),
        C::SelectAll => editor.select_all(),
        C::SelectNone => editor.view.select(CanvasSelection::default()),
        C::Tidy => tidy(editor),
        C::Group => grouping::group(editor),
        C::Ungroup => grouping::ungroup(editor),
        C::Extract => open_extraction(canvas),
        C::Collapse => collapse(editor),
        C::Arrange => open_align_menu(canvas),
        C::Align(how) => grouping::align(editor, how),
        C::Distribute(axis) => grouping::distribute(editor, axis),
        C::QuickAdd => quick_add(canvas),
        C::AddAfter => add_after(canvas),
        C::AddBefore => add_before(canvas),
        C::Rename => popups.renaming.set(editor.view.focus.get_untracked()),
        C::Lift => lift(editor),
        C::Connect => open_connector(canvas),
        C::Reconnect(side) => open_reconnector(canvas, side),
        C::Label => open_label(canvas),
        C::Disconnect => actions::disconnect(editor),
        C::Enable => enable(editor),
        C::Configure => configure(canvas),
        C::LastOutput => show_output(canvas),
        C::Menu => open_focus_menu(canvas),
        C::Use(tool) => canvas.gesture.tool.set(tool),
        C::Toggle => select_focused(editor, Choose::Toggle),
        C::Extend => select_focused(editor, Choose::Add),
        C::NextEdge => select_next_edge(editor, 1),
        C::PreviousEdge => select_next_edge(editor, -1),
        C::Escape => escape(canvas),
        C::Outline => show_outline(canvas),
        C::Lines => toggle_line_style(editor),
        C::Export => editor.document.workflow.with_untracked(download),
        C::ExportPicture => editor.document.workflow.with_untracked(download_picture),
        C::Keys => popups.keys.set(true),
        C::Test | C::TestOnly | C::TestTo | C::TestFrom | C::Breakpoint => {
            request_test(editor, command)
        }
        C::Arrow(direction) => arrow(editor, direction, false, false),
        C::Fit | C::FitSelection | C::FullSize | C::ZoomIn | C::ZoomOut => {
            move_view(editor.view, command)
        }
    }
}

/// Why a command cannot be run with the present selection, where that is known before.
pub fn why_not(editor: Editor, command: CanvasCommand) -> Option<String> {
    let selection = editor.view.selection;
    let plan = || editor.document.preview_extraction(&selection.read_untracked().nodes);
    (command == CanvasCommand::Extract).then(|| plan().err()).flatten().map(|why| match why {
        Refused::Nothing => "Select the steps first.".to_owned(),
        why => why.to_string(),
    })
}

/// Shows the outline and focuses it once it is drawn.
fn show_outline(canvas: CanvasState) {
    canvas.side.set("outline");
    request_animation_frame(|| focus("outline"));
}

/// Opens the dialog that makes a workflow of the selection.
fn open_extraction(canvas: CanvasState) {
    let Editor { document, notices, .. } = canvas.editor;
    match why_not(canvas.editor, CanvasCommand::Extract) {
        Some(why) => notices.notify(why),
        None if document.editable.get_untracked() => canvas.popups.extracting.set(true),
        None => {}
    }
}

/// Opens the field for the label of the one selected edge.
fn open_label(canvas: CanvasState) {
    let selection = canvas.editor.view.selection.get_untracked();
    match selection.edges.first() {
        Some(edge) if selection.edges.len() == 1 => {
            canvas.popups.labelling.set(Some(edge.clone()));
        }
        _ => canvas.editor.notices.notify("Select one connection first."),
    }
}

/// Opens the dialog for a test run, or sets or removes a breakpoint at the focused node.
fn request_test(editor: Editor, command: CanvasCommand) {
    if !editor.document.editable.get_untracked() {
        return;
    }
    let test_run = editor.test_run;
    if command == CanvasCommand::Test {
        return test_run.requested.set(Some(RunScope::Whole));
    }
    let Some(id) = editor.view.focus.get_untracked() else {
        return editor.notices.notify("Select a step first.");
    };
    match command {
        CanvasCommand::TestOnly => test_run.requested.set(Some(RunScope::Only(id))),
        CanvasCommand::TestTo => test_run.requested.set(Some(RunScope::UpTo(id))),
        CanvasCommand::TestFrom => test_run.requested.set(Some(RunScope::From(id))),
        _ => {
            let word = if test_run.toggle_breakpoint(&id) { "set" } else { "removed" };
            editor.notices.say(format!("Breakpoint {word} before {}", editor.title(&id)));
        }
    }
}

fn move_view(view: EditorView, command: CanvasCommand) {
    let EditorView { viewport, canvas_model, .. } = view;
    match command {
        CanvasCommand::Fit => viewport.fit(canvas_model.bounds()),
        CanvasCommand::FitSelection => {
            let selected = canvas_model.bounds_of(&view.selected_nodes());
            viewport.fit(selected.unwrap_or(canvas_model.bounds()));
        }
        CanvasCommand::FullSize => viewport.reset_zoom(),
        CanvasCommand::ZoomIn => viewport.zoom(1),
        _ => viewport.zoom(-1),
    }
}

/// Disables or enables the selected steps, or the focused one.
fn enable(editor: Editor) {
    let view = editor.view;
    let mut nodes = view.selected_nodes();
    if nodes.is_empty() {
        nodes.extend(view.focus.get_untracked());
    }
    let nodes = view.canvas_model.expand_lanes(nodes);
    editor.edit(|workflow| edit::enable(workflow, &nodes));
}

/// Adds a note at a world point and opens its panel.
pub fn add_note(canvas: CanvasState, at: Point) {
    if let Some(id) = actions::add(canvas.editor, NodeKind::Note, at, &Purpose::Alone) {
        canvas.editor.view.focus.set(Some(id));
        configure(canvas);
    }
}

/// Opens the picker for a node before the focused one: on the edge that leads there, if it is the
/// only one.
fn add_before(canvas: CanvasState) {
    let Editor { document, view, .. } = canvas.editor;
    let Some(id) = view.focus.get_untracked() else { return };
    let Some(card) = view.canvas_model.rect(&id) else { return };
    let at = Point::new(card.origin.x - NODE_WIDTH - BESIDE, card.origin.y);
    let leads = document.workflow.with_untracked(|workflow| {
        let mut leads = workflow.edges.iter().filter(|edge| edge.target == id);
        leads.next().filter(|_| leads.next().is_none()).map(|edge| edge.id.clone())
    });
    open_picker(canvas, at, leads.map_or(Purpose::Before(id), Purpose::Onto));
}

fn add_after(canvas: CanvasState) {
    if let Some(id) = canvas.editor.view.focus.get_untracked() {
        open_picker_after(canvas, id);
    }
}

fn open_picker_after(canvas: CanvasState, id: NodeId) {
    let Some(card) = canvas.editor.view.canvas_model.rect(&id) else { return };
    let at = Point::new(card.right() + BESIDE, card.origin.y);
    open_picker(canvas, at, Purpose::After(id));
}

/// Opens the picker for a step inside the selected loop while that is empty, or after the one
/// selected step, or else for one at the pointer.
fn quick_add(canvas: CanvasState) {
    let Editor { document, view, .. } = canvas.editor;
    let selected = view.selected_node();
    let is_empty = |id: &NodeId| {
        let workflow = document.workflow.read_untracked();
        workflow.node(id).is_some_and(|node| is_empty_loop(&workflow, node))
    };
    if let Some(id) = selected.as_ref().filter(|id| is_empty(id)) {
        return open_picker_inside(canvas, id);
    }
    let leads_on = |id: &NodeId| {
        let own = |card: &Card| card.id == *id;
        !ports_on_side(view.canvas_model, PortSide::Output, own).is_empty()
    };
    match selected.filter(leads_on) {
        Some(id) => open_picker_after(canvas, id),
        None => open_picker(canvas, aim(canvas), Purpose::Alone),
    }
}

/// Opens the panel of the focused node; a lifted node is laid down instead.
fn configure(canvas: CanvasState) {
    let view = canvas.editor.view;
    if view.drag.with_untracked(Option::is_some) {
        return lay_down(canvas.editor);
    }
    if let Some(id) = view.focus.get_untracked() {
        view.select(CanvasSelection::from_node(id.clone()));
        canvas.selection.opened.set(Some(id));
    }
}

/// Shows the last output of the focused node in its panel.
fn show_output(canvas: CanvasState) {
    let view = canvas.editor.view;
    if let Some(id) = view.focus.get_untracked() {
        view.select(CanvasSelection::from_node(id.clone()));
        canvas.selection.clicked.set(Some(id));
        canvas.editor.test_run.tab.set("output");
    }
}

/// Handles a double click: on a title it renames, on a card it opens the panel, on an edge it edits
/// the label, elsewhere it opens the picker.
pub fn double_click(canvas: CanvasState, at: Point) {
    let view = canvas.editor.view;
    let world = view.viewport.view.get_untracked().to_canvas(at);
    match hit(canvas, at, canvas.gesture.pressed_with.get_value()) {
        Hit::Card(id) => {
            let title = view.canvas_model.rect(&id).is_some_and(|card| {
                let off = world - card.origin;
                (TITLE_X..).contains(&off.x) && off.y <= TITLE_Y
            });
            view.focus.set(Some(id));
            let command = if title { CanvasCommand::Rename } else { CanvasCommand::Configure };
            run_command(canvas, command);
        }
        Hit::Nothing => open_picker(canvas, world, Purpose::Alone),
        Hit::Edge(id) => canvas.popups.labelling.set(Some(id)),
        Hit::Port(_) | Hit::End(..) | Hit::Corner(_) => {}
    }
}

/// Ends one thing: a gesture, a lifted node or an armed edge, or else the selection.
fn escape(canvas: CanvasState) {
    let (editor, connect_drag) = (canvas.editor, canvas.gesture.connect_drag);
    if cancel(canvas) {
        return;
    }
    if editor.view.drag.with_untracked(Option::is_some) {
        cancel_drag(editor);
        editor.notices.say("Move canceled");
    } else if connect_drag.with_untracked(Option::is_some) {
        connect_drag.set(None);
        editor.notices.say("Connection canceled");
    } else {
        editor.view.select(CanvasSelection::default());
    }
}
