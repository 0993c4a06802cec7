//! The search for a node; and the commands and nodes of the canvas for the command palette.

use diagram::kind_icon;
use leptos::prelude::*;
use model::{canvas::tool::Tool, id::NodeId};
use ui::combobox::Choice;
use web::client::keys::keys_here;

use super::choices::Choices;
use crate::{
    canvas::{
        canvas_state::CanvasState,
        command::CanvasCommand,
        focus::{focus_canvas, is_nowhere, lift::show_node},
        run_command::{run_command, why_not},
    },
    store::{Editor, EditorView, Found},
};

const COMMANDS: &[CanvasCommand] = &[
    CanvasCommand::QuickAdd,
    CanvasCommand::Undo,
    CanvasCommand::Redo,
    CanvasCommand::Tidy,
    CanvasCommand::Find,
    CanvasCommand::Group,
    CanvasCommand::Ungroup,
    CanvasCommand::Collapse,
    CanvasCommand::Extract,
    CanvasCommand::Arrange,
    CanvasCommand::Fit,
    CanvasCommand::FitSelection,
    CanvasCommand::FullSize,
    CanvasCommand::SelectAll,
    CanvasCommand::Duplicate,
    CanvasCommand::Copy,
    CanvasCommand::Cut,
    CanvasCommand::Paste,
    CanvasCommand::Delete,
    CanvasCommand::Rename,
    CanvasCommand::Connect,
    CanvasCommand::Disconnect,
    CanvasCommand::Label,
    CanvasCommand::Use(Tool::Select),
    CanvasCommand::Use(Tool::Hand),
    CanvasCommand::Test,
    CanvasCommand::TestOnly,
    CanvasCommand::TestFrom,
    CanvasCommand::Breakpoint,
    CanvasCommand::Outline,
    CanvasCommand::Lines,
    CanvasCommand::Export,
    CanvasCommand::ExportPicture,
    CanvasCommand::Keys,
];

/// The prefix of a command's key in the command palette.
const COMMAND: &str = "command:";
/// The prefix of a node's key in the command palette.
const NODE: &str = "node:";

/// The commands of the canvas, as the command palette lists them.
pub fn commands(canvas: CanvasState) -> Vec<Choice> {
    let choice = |(place, command): (usize, &CanvasCommand)| Choice {
        detail: why_not(canvas.editor, *command).unwrap_or_default(),
        aside: keys_here(command.keys()),
        ..Choice::new(format!("{COMMAND}{place}"), command.icon(), command.label())
    };
    COMMANDS.iter().enumerate().map(choice).collect()
}

/// All nodes, as the command palette lists them.
pub fn nodes(canvas: CanvasState) -> Vec<Choice> {
    let prefixed = |choice: Choice| Choice { key: format!("{NODE}{}", choice.key), ..choice };
    node_choices(canvas.editor).into_iter().map(prefixed).collect()
}

/// All nodes in reading order, by their ids; a search also finds the texts in their configuration.
fn node_choices(editor: Editor) -> Vec<Choice> {
    let canvas_model = editor.view.canvas_model;
    let choice = |id: &NodeId| {
        let signals = canvas_model.node_signals(id)?;
        let card = signals.card.get_untracked();
        // The card of a collapsed lane is no node and is left out.
        let texts = editor.document.node(id)?.data.config.texts();
        let state = card.run.as_ref().map(|run| run.status.word().to_owned());
        let texts = texts.into_iter().map(|(_, text)| text);
        let words: Vec<String> = state.into_iter().chain(texts).collect();
        Some(Choice {
            key: id.to_string(),
            icon: kind_icon(&card.kind),
            kind: card.kind,
            name: card.label,
            detail: format!("{} {}", card.subtitle, words.join(" ")),
            aside: String::new(),
        })
    };
    canvas_model.order.with_untracked(|order| order.iter().filter_map(choice).collect())
}

/// Runs the command that was chosen in the command palette, or goes to the chosen node.
pub fn choose(canvas: CanvasState, key: &str) {
    // Unless something else had the focus before, keys go to the canvas from now on.
    if is_nowhere() {
        focus_canvas();
    }
    let command = key.strip_prefix(COMMAND).and_then(|place| place.parse::<usize>().ok());
    match (command.and_then(|place| COMMANDS.get(place)), key.strip_prefix(NODE)) {
        (Some(command), _) => run_command(canvas, *command),
        (None, Some(id)) => show_node(canvas.editor, &NodeId(id.to_owned())),
        (None, None) => {}
    }
}

/// Highlights the results and brings the active one into view; for a hidden node the card that
/// stands for it.
fn show_found(view: EditorView, keys: Vec<String>, at: usize) {
    let nodes = keys.into_iter().map(|key| view.canvas_model.visible_card(NodeId(key)));
    let nodes: Vec<NodeId> = nodes.collect();
    let at = nodes.get(at).cloned();
    if let Some(card) = at.as_ref().and_then(|id| view.canvas_model.rect(id)) {
        view.viewport.show(card);
    }
    view.found.set(Some(Found { all: nodes.into_iter().collect(), at }));
}

/// The search for a node, while it is open.
#[component]
pub fn Finder(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    let choose = move |key: String| {
        canvas.popups.finder.set(false);
        focus_canvas();
        show_node(canvas.editor, &NodeId(key));
    };
    // The results before anything is typed, and the present ones.
    let first = StoredValue::new(None::<(Vec<String>, usize)>);
    let last = StoredValue::new(None::<(Vec<String>, usize)>);
    let close = move |()| {
        let found = last.get_value().filter(|found| Some(found) != first.get_value().as_ref());
        canvas.popups.finder.set(false);
        focus_canvas();
        if let Some((keys, at)) = found
            && let Some(key) = keys.into_iter().nth(at)
        {
            show_node(canvas.editor, &NodeId(key));
        }
    };
    let on_found = Callback::new(move |(keys, at): (Vec<String>, usize)| {
        let found = Some((keys.clone(), at));
        if first.with_value(Option::is_none) {
            first.set_value(found.clone());
        }
        last.set_value(found);
        show_found(canvas.editor.view, keys, at);
    });
    Effect::new(move || {
        if !canvas.popups.finder.get() {
            canvas.editor.view.found.set(None);
            first.set_value(None);
            last.set_value(None);
        }
    });
    view! {
        <Show when=move || canvas.popups.finder.get()>
            <Choices
                id="finder"
                label="Find a step"
                list="Matches"
                none="No matches."
                all=node_choices(canvas.editor)
                place=None
                on_choose=choose
                on_close=close
                on_found=Some(on_found)
            />
        </Show>
    }
}
