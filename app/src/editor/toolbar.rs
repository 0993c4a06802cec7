//! The bar over the canvas: back and forth, tools, order.

use leptos::prelude::*;
use model::canvas::tool::Tool;

use super::canvas::{Deed, Desk};
use crate::ui::{
    button::{Button, ButtonLook, IconButton},
    icon::Icon,
};

/// Undo and redo with what they would do, the tools, and what puts the cards in order.
#[component]
pub fn Toolbar(
    /// What goes on.
    desk: Desk,
    /// What else stands at the end of the bar.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let editor = desk.editor;
    let past = editor.past;
    let undo = Memo::new(move |_| past.with(|past| past.undo.clone()));
    let redo = Memo::new(move |_| past.with(|past| past.redo.clone()));
    // The bar keeps its place under the hand that selects: nothing comes or goes with a selection.
    let few = Memo::new(move |_| editor.chosen.with(|chosen| chosen.nodes.len() < 2));
    let labelled = |verb: &'static str, what: Memo<Option<String>>| {
        Signal::derive(move || match what.get() {
            Some(what) => format!("{verb}: {what}"),
            None => verb.to_owned(),
        })
    };
    view! {
        <div class="builder-bar" role="toolbar" aria-label="Editor">
            <Show when=move || editor.editable.get()>
                <IconButton
                    icon=Icon::Undo2
                    label=labelled("Undo", undo)
                    disabled=Signal::derive(move || undo.read().is_none())
                    on_press=move |()| desk.perform(Deed::Undo)
                />
                <IconButton
                    icon=Icon::Redo2
                    label=labelled("Redo", redo)
                    disabled=Signal::derive(move || redo.read().is_none())
                    on_press=move |()| desk.perform(Deed::Redo)
                />
                <span class="builder-bar__rule"></span>
                <ToolButton desk=desk tool=Tool::Select />
                <ToolButton desk=desk tool=Tool::Hand />
                <span class="builder-bar__touch">
                    <IconButton
                        icon=Icon::Square
                        label="Select with a finger"
                        pressed=Signal::derive(move || Some(desk.finger_selects.get()))
                        on_press=move |()| desk.finger_selects.update(|on| *on = !*on)
                    />
                </span>
                <Button look=ButtonLook::Ghost icon=Icon::LayoutTemplate on_press=move |()| desk.perform(Deed::Tidy)>
                    <span class="builder-bar__word">"Tidy"</span>
                </Button>
                <IconButton icon=Deed::Arrange.icon() label="Align" disabled=few on_press=move |()| desk.perform(Deed::Arrange) />
                <IconButton icon=Icon::Frame label="Group" disabled=few on_press=move |()| desk.perform(Deed::Group) />
                <Button look=ButtonLook::Ghost icon=Icon::Plus on_press=move |()| desk.perform(Deed::QuickAdd)>
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
fn ToolButton(desk: Desk, tool: Tool) -> impl IntoView {
    let (icon, label) = match tool {
        Tool::Select => (Icon::MousePointer2, "Select tool (V)"),
        Tool::Hand => (Icon::Hand, "Hand tool (H)"),
    };
    let pressed = Signal::derive(move || Some(desk.tool.get() == tool));
    view! {
        <IconButton
            icon=icon
            label=label
            pressed=pressed
            on_press=move |()| desk.perform(Deed::Use(tool))
        />
    }
}
