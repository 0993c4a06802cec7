//! The toolbar over the canvas.

use leptos::prelude::*;
use model::canvas::tool::Tool;
use ui::{
    button::{Button, ButtonLook, IconButton},
    icon::Icon,
};

use super::canvas::{CanvasCommand, CanvasState, run_command};

/// Undo and redo with the label of their entry, the tools, and the commands that arrange cards.
#[component]
pub fn Toolbar(
    /// The handle of the canvas.
    canvas: CanvasState,
    /// More buttons at the end of the bar.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let editor = canvas.editor;
    let past = editor.document.past;
    let undo = Memo::new(move |_| past.with(|past| past.undo.clone()));
    let redo = Memo::new(move |_| past.with(|past| past.redo.clone()));
    // Buttons are disabled instead of hidden: the toolbar must not move when the selection changes.
    let few = Memo::new(move |_| editor.view.selection.with(|selection| selection.nodes.len() < 2));
    let labelled = |verb: &'static str, what: Memo<Option<String>>| {
        Signal::derive(move || match what.get() {
            Some(what) => format!("{verb}: {what}"),
            None => verb.to_owned(),
        })
    };
    view! {
        <div class="builder-bar" role="toolbar" aria-label="Editor">
            <Show when=move || editor.document.editable.get()>
                <IconButton
                    icon=Icon::Undo2
                    label=labelled("Undo", undo)
                    disabled=Signal::derive(move || undo.read().is_none())
                    on_press=move |()| run_command(canvas, CanvasCommand::Undo)
                />
                <IconButton
                    icon=Icon::Redo2
                    label=labelled("Redo", redo)
                    disabled=Signal::derive(move || redo.read().is_none())
                    on_press=move |()| run_command(canvas, CanvasCommand::Redo)
                />
                <span class="builder-bar__rule"></span>
                <ToolButton canvas=canvas tool=Tool::Select />
                <ToolButton canvas=canvas tool=Tool::Hand />
                <span class="builder-bar__touch">
                    <IconButton
                        icon=Icon::Square
                        label="Select with a finger"
                        pressed=Signal::derive(move || Some(canvas.gesture.finger_selects.get()))
                        on_press=move |()| canvas.gesture.finger_selects.update(|on| *on = !*on)
                    />
                </span>
                <Button look=ButtonLook::Ghost icon=Icon::LayoutTemplate on_press=move |()| run_command(canvas, CanvasCommand::Tidy)>
                    <span class="builder-bar__word">"Tidy"</span>
                </Button>
                <IconButton icon=CanvasCommand::Arrange.icon() label="Align" disabled=few on_press=move |()| run_command(canvas, CanvasCommand::Arrange) />
                <IconButton icon=Icon::Frame label="Group" disabled=few on_press=move |()| run_command(canvas, CanvasCommand::Group) />
                <Button look=ButtonLook::Ghost icon=Icon::Plus on_press=move |()| run_command(canvas, CanvasCommand::QuickAdd)>
                    <span class="builder-bar__word">"Add"</span>
                </Button>
            </Show>
            <span class="spring"></span>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}

#[component]
fn ToolButton(canvas: CanvasState, tool: Tool) -> impl IntoView {
    let (icon, label) = match tool {
        Tool::Select => (Icon::MousePointer2, "Select tool (V)"),
        Tool::Hand => (Icon::Hand, "Hand tool (H)"),
    };
    let pressed = Signal::derive(move || Some(canvas.gesture.tool.get() == tool));
    view! {
        <IconButton
            icon=icon
            label=label
            pressed=pressed
            on_press=move |()| run_command(canvas, CanvasCommand::Use(tool))
        />
    }
}
