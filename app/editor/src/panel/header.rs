//! The header of the panel: icon, name and type of the node, help and a button to close it.

use diagram::kind_icon;
use leptos::{html, prelude::*};
use ui::{
    button::IconButton,
    icon::{Glyph, Icon},
};

use super::subject::{NodeEdit, Subject};

/// The header of the panel; its help is closed at first.
#[component]
pub(super) fn Header(
    subject: Subject,
    editable: Signal<bool>,
    on_close: Callback<()>,
    /// More buttons.
    tools: ViewFn,
) -> impl IntoView {
    let spec = subject.node.with_untracked(|node| node.data.config.spec());
    let help = RwSignal::new(false);
    view! {
        <header class="config__header" data-kind=spec.key>
            <span class="config__icon">
                <Glyph icon=kind_icon(spec.key) size=18 />
            </span>
            <div class="config__names">
                <Name subject=subject editable=editable />
                <p class="subtle small">{spec.label}</p>
            </div>
            {tools.run()}
            <IconButton
                icon=Icon::CircleQuestionMark
                label="About this step"
                pressed=Signal::derive(move || Some(help.get()))
                on_press=move |()| help.update(|help| *help = !*help)
            />
            <IconButton icon=Icon::X label="Close the panel" on_press=on_close />
        </header>
        <Show when=move || help.get()>
            <p class="config__purpose small">{spec.purpose}</p>
        </Show>
    }
}

/// The name as a field: Enter and blur keep it, Escape restores the present one.
#[component]
fn Name(subject: Subject, editable: Signal<bool>) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    let label = Memo::new(move |_| subject.node.with(|node| node.data.label.clone()));
    Effect::new(move || {
        let wanted = label.get();
        if let Some(input) = node.get() {
            input.set_value(&wanted);
        }
    });
    let keep = move || {
        let Some(input) = node.get_untracked() else { return };
        let typed = input.value().trim().to_owned();
        if typed.is_empty() {
            input.set_value(&label.get_untracked());
        } else if typed != label.get_untracked() {
            let mut now = subject.node.get_untracked();
            now.data.label = typed;
            let field = "label".to_owned();
            subject.on_change.run(NodeEdit { node: now.id, field, data: now.data, connect: None });
            subject.on_settle.run(());
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "Enter" => keep(),
        "Escape" => {
            if let Some(input) = node.get_untracked() {
                input.set_value(&label.get_untracked());
            }
        }
        _ => {}
    };
    view! {
        <input
            node_ref=node
            class="config__name"
            id="config-label"
            aria-label="Step name"
            value=label.get_untracked()
            readonly=move || !editable.get()
            on:keydown=on_key
            on:blur=move |_| keep()
        />
    }
}
