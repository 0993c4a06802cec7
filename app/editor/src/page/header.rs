//! The header of the page: the name, what is published of the draft, the state of saving, the
//! toolbar and the menu.

use std::time::Duration;

use api::templates::load_template_version;
use frame::{
    comments::button::CommentsButton,
    layout::breadcrumb::{Breadcrumb, Crumb},
};
use leptos::{prelude::*, task::spawn_local};
use model::{
    comment::subject::CommentSubject,
    edit::{Command, diff},
    transfer::steps::Order,
    validate::Faults,
    workflow::Workflow,
};
use ui::{
    button::{Button, ButtonLook},
    format::pluralize,
    icon::{Glyph, Icon},
    menu::{Menu, MenuAction},
    toast::ToastKind,
};
use web::{client::signal::SetNew, routes};

use super::{
    launching::{LaunchButton, Launching, TestButton},
    page_state::{InspectorView, PageState},
};
use crate::{
    canvas::{CanvasCommand, run_command},
    problems::count_words,
    saving::{OtherEditors, SavedChip},
    toolbar::Toolbar,
    transfer::{download_react_flow, download_steps},
};

/// The notice after the export of steps that do not all run one after the other.
const SIDE_BY_SIDE: &str = "Exported. To get this workflow back, turn on “Run independent steps in parallel” when you import it.";

/// The breadcrumb, the name, the chip of the saving state and the toolbar.
#[component]
pub(super) fn Header(state: PageState, launching: Launching) -> impl IntoView {
    let crumbs = vec![Crumb::link("Workflows", routes::gallery(state.workspace))];
    let document = state.canvas.editor.document;
    let editable = document.editable;
    let subject = CommentSubject::Template { id: document.template, node_id: None };
    let name = Signal::derive(move || document.workflow.with(|workflow| workflow.name.clone()));
    view! {
        <header class="builder__head">
            <div class="builder__where">
                <Breadcrumb crumbs=crumbs />
                <div class="builder__names">
                    <Name state=state />
                    <PublishedLine state=state />
                </div>
                <Show when=move || editable.get()>
                    <SavedChip saving=state.saving />
                    <OtherEditors saving=state.saving />
                </Show>
            </div>
            <Toolbar canvas=state.canvas>
                <CommentsButton subject=subject about=name />
                <ProblemsButton state=state />
                <More state=state />
                <Show when=move || editable.get()>
                    <Button
                        look=ButtonLook::Ghost
                        icon=Icon::Flag
                        on_press=move |()| state.save()
                    >
                        "Publish…"
                    </Button>
                </Show>
                <TestButton state=state />
                <LaunchButton state=state launching=launching />
            </Toolbar>
        </header>
    }
    .into_any()
}

/// The name of the workflow, as a field.
#[component]
fn Name(state: PageState) -> impl IntoView {
    let editor = state.canvas.editor;
    let name = Memo::new(move |_| editor.document.workflow.with(|workflow| workflow.name.clone()));
    let first = name.get_untracked();
    let rename = move |event: leptos::ev::Event| {
        let typed = event_target_value(&event);
        let typed = typed.trim().to_owned();
        if !typed.is_empty() && typed != name.get_untracked() {
            editor.run(Command::Name(typed), "rename the workflow");
        }
    };
    view! {
        <input
            class="builder__name"
            aria-label="Workflow name"
            value=first
            prop:value=move || name.get()
            readonly=move || !editor.document.editable.get()
            on:change=rename
        />
    }
}

/// The button with the number of issues, which shows their list or the panel again.
#[component]
fn ProblemsButton(state: PageState) -> impl IntoView {
    let editor = state.canvas.editor;
    let (faults, hidden) = (editor.document.faults, editor.document.unfinished.hidden);
    let words = move || {
        let found = count_words(faults.get());
        found.unwrap_or_else(|| match hidden.get() {
            0 => "No problems".to_owned(),
            unfinished => format!("{unfinished} to do"),
        })
    };
    let severity = move || match faults.get() {
        Faults { errors: 1.., .. } => "error",
        Faults { warnings: 1.., .. } => "warning",
        Faults { .. } => "none",
    };
    let icon = Signal::derive(move || match faults.get() {
        Faults { errors: 0, warnings: 0 } if hidden.get() > 0 => Icon::CircleDashed,
        Faults { errors: 0, warnings: 0 } => Icon::CircleCheck,
        Faults { .. } => Icon::TriangleAlert,
    });
    let toggle = move |_| {
        editor.reveal_issues();
        state.inspector.update(|shown| {
            *shown = match shown {
                InspectorView::Panel => InspectorView::Problems,
                InspectorView::Problems => InspectorView::Panel,
            };
        });
    };
    let is_pressed = move || state.inspector.get() == InspectorView::Problems;
    let pressed = move || if is_pressed() { "true" } else { "false" };
    view! {
        <button
            type="button"
            class="builder__problems"
            translate="no"
            data-state=severity
            aria-pressed=pressed
            on:click=toggle
        >
            <Glyph icon=icon size=14 />
            {words}
        </button>
    }
    .into_any()
}

/// The menu of commands that are seldom needed.
#[component]
fn More(state: PageState) -> impl IntoView {
    let editor = state.canvas.editor;
    let export = move |()| run_command(state.canvas, CanvasCommand::Export);
    let picture = move |()| run_command(state.canvas, CanvasCommand::ExportPicture);
    let for_react_flow = move |()| editor.document.workflow.with_untracked(download_react_flow);
    let as_steps = move |()| match editor.document.workflow.with_untracked(download_steps) {
        Ok(Order::Written) => {}
        Ok(Order::Needed) => editor.notices.toasts.show(ToastKind::Done, SIDE_BY_SIDE),
        Err(why) => editor.notices.notify(why.to_string()),
    };
    view! {
        <Menu label="More" trigger=|| view! { <Glyph icon=Icon::Ellipsis /> }>
            <MenuAction icon=Icon::Clock on_press=move |()| state.versions.set(true)>
                "Versions"
            </MenuAction>
            <MenuAction icon=Icon::Copy on_press=move |()| state.copying.set(true)>
                "Save a copy…"
            </MenuAction>
            <Show when=move || editor.document.editable.get()>
                <MenuAction icon=Icon::Upload on_press=move |()| state.importing.set(true)>
                    "Import…"
                </MenuAction>
            </Show>
            <Show when=move || editor.document.editable.get()>
                <MenuAction icon=Icon::CircleCheck on_press=move |()| state.saving.toggle_by_itself()>
                    {move || {
                        if state.saving.is_by_itself() {
                            "Turn off autosave"
                        } else {
                            "Turn on autosave"
                        }
                    }}
                </MenuAction>
            </Show>
            <MenuAction icon=Icon::Download on_press=export>
                "Export as JSON"
            </MenuAction>
            <MenuAction icon=Icon::Image on_press=picture>
                "Export as image"
            </MenuAction>
            <MenuAction icon=Icon::Download on_press=for_react_flow>
                "Export for React Flow"
            </MenuAction>
            <MenuAction icon=Icon::Download on_press=as_steps>
                "Export as steps"
            </MenuAction>
        </Menu>
    }
    .into_any()
}

/// The draft is compared this long after the last change.
const DEBOUNCE: Duration = Duration::from_millis(150);

/// Which version is live, and in how much the draft differs from it.
#[component]
pub(super) fn PublishedLine(state: PageState) -> impl IntoView {
    let changes = use_changes(state);
    view! {
        <p class="builder__live" translate="no" data-testid="published">
            {move || published_words(state.version.get(), changes.get())}
        </p>
    }
    .into_any()
}

/// Counts the differences between the draft and the version that is live.
fn use_changes(state: PageState) -> RwSignal<usize> {
    let (live, changes) = (RwSignal::new(None::<Workflow>), RwSignal::new(0));
    let document = state.canvas.editor.document;
    let allowed = state.page.with_value(|page| page.editable);
    Effect::new(move || {
        // Who may not edit sees what is published.
        let Some(version) = state.version.get().filter(|_| allowed) else { return };
        spawn_local(async move {
            // Where it cannot be loaded, the line only says which one is live.
            let Ok(found) = load_template_version(document.template, version).await else { return };
            if state.version.try_get_untracked() == Some(Some(version)) {
                live.set(Some(found.workflow));
            }
        });
    });
    Effect::new(move || {
        live.track();
        let at = document.past.with(|past| past.changes);
        let compare = move || {
            // The page may have been left meanwhile, or the document changed again.
            if document.past.try_with_untracked(|past| past.changes) != Some(at) {
                return;
            }
            let count = live.with_untracked(|live| {
                let against = |now: &Workflow| live.as_ref().map(|live| diff(live, now).len());
                document.workflow.with_untracked(against)
            });
            changes.set_new(count.unwrap_or_default());
        };
        set_timeout(compare, DEBOUNCE);
    });
    changes
}

fn published_words(version: Option<i32>, changes: usize) -> String {
    match (version, changes) {
        (None, _) => "Not published".to_owned(),
        (Some(version), 0) => format!("v{version} live"),
        (Some(version), changes) => {
            let changes = pluralize(changes as u64, "change", "changes");
            format!("v{version} live · {changes}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::published_words;

    #[test]
    fn what_is_live_is_said_with_how_much_has_changed_since() {
        assert_eq!(published_words(None, 0), "Not published");
        assert_eq!(published_words(Some(1), 0), "v1 live");
        assert_eq!(published_words(Some(1), 1), "v1 live · 1 change");
        assert_eq!(published_words(Some(2), 3), "v2 live · 3 changes");
    }
}
