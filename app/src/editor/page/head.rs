//! The bar over everything: where one is, whether it is kept, what can be done with the whole.

use leptos::prelude::*;
use model::{edit::Command, transfer::steps::Order, validate::Faults};

use super::{
    launching::{LaunchButton, Launching, TestButton},
    room::{Beside, Room},
};
use crate::{
    editor::{
        canvas::Deed,
        problems::count_words,
        saving::{OtherEditors, SavedChip},
        toolbar::Toolbar,
        transfer::{download_react_flow, download_steps},
    },
    layout::breadcrumb::{Breadcrumb, Crumb},
    routes,
    ui::{
        button::{Button, ButtonLook},
        icon::{Glyph, Icon},
        menu::{Menu, MenuAction},
        toast::ToastKind,
    },
};

/// What is to be known of a file of steps that are not in a row.
const SIDE_BY_SIDE: &str = "Saved. Read back in the written order, its steps run one after the other: ask for them side by side to have this workflow again.";

/// Breadcrumb, name, chip and toolbar.
#[component]
pub(super) fn Head(room: Room, launching: Launching) -> impl IntoView {
    let crumbs = vec![Crumb::link("Workflows", routes::gallery(room.workspace))];
    let editable = room.desk.editor.editable;
    view! {
        <header class="builder__head">
            <div class="builder__where">
                <Breadcrumb crumbs=crumbs />
                <Name room=room />
                <Show when=move || editable.get()>
                    <SavedChip saving=room.saving />
                    <OtherEditors saving=room.saving />
                </Show>
            </div>
            <Toolbar desk=room.desk>
                <ProblemsButton room=room />
                <More room=room />
                <Show when=move || editable.get()>
                    <Button
                        look=ButtonLook::Ghost
                        icon=Icon::Flag
                        on_press=move |()| room.save()
                    >
                        "Save"
                    </Button>
                </Show>
                <TestButton room=room />
                <LaunchButton room=room launching=launching />
            </Toolbar>
        </header>
    }
    .into_any()
}

/// What the workflow is called, to be changed where it stands.
#[component]
fn Name(room: Room) -> impl IntoView {
    let editor = room.desk.editor;
    let name = Memo::new(move |_| editor.workflow.with(|workflow| workflow.name.clone()));
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
            aria-label="Name of the workflow"
            value=first
            prop:value=move || name.get()
            readonly=move || !editor.editable.get()
            on:change=rename
        />
    }
}

/// "2 errors": shows what is wrong, or the panel again.
#[component]
fn ProblemsButton(room: Room) -> impl IntoView {
    let faults = room.desk.editor.faults;
    let words = move || count_words(faults.get()).unwrap_or_else(|| "No problems".to_owned());
    let state = move || match faults.get() {
        Faults { errors: 1.., .. } => "error",
        Faults { warnings: 1.., .. } => "warning",
        Faults { .. } => "none",
    };
    let icon = Signal::derive(move || match faults.get() {
        Faults { errors: 0, warnings: 0 } => Icon::CircleCheck,
        Faults { .. } => Icon::TriangleAlert,
    });
    let toggle = move |_| {
        room.beside.update(|beside| {
            *beside = match beside {
                Beside::Panel => Beside::Problems,
                Beside::Problems => Beside::Panel,
            };
        });
    };
    let pressed = move || if room.beside.get() == Beside::Problems { "true" } else { "false" };
    view! {
        <button
            type="button"
            class="builder__problems"
            data-state=state
            aria-pressed=pressed
            on:click=toggle
        >
            <Glyph icon=icon size=14 />
            {words}
        </button>
    }
    .into_any()
}

/// What one seldom needs.
#[component]
fn More(room: Room) -> impl IntoView {
    let editor = room.desk.editor;
    let export = move |()| room.desk.perform(Deed::Export);
    let picture = move |()| room.desk.perform(Deed::ExportPicture);
    let for_react_flow = move |()| editor.workflow.with_untracked(download_react_flow);
    let as_steps = move |()| match editor.workflow.with_untracked(download_steps) {
        Ok(Order::Written) => {}
        Ok(Order::Needed) => editor.toasts.show(ToastKind::Done, SIDE_BY_SIDE),
        Err(why) => editor.refuse(why.to_string()),
    };
    view! {
        <Menu label="More" trigger=|| view! { <Glyph icon=Icon::Ellipsis /> }>
            <MenuAction icon=Icon::Clock on_press=move |()| room.versions.set(true)>
                "Versions"
            </MenuAction>
            <MenuAction icon=Icon::Copy on_press=move |()| room.copying.set(true)>
                "Save as template"
            </MenuAction>
            <Show when=move || editor.editable.get()>
                <MenuAction icon=Icon::Upload on_press=move |()| room.importing.set(true)>
                    "Import"
                </MenuAction>
            </Show>
            <Show when=move || editor.editable.get()>
                <MenuAction icon=Icon::CircleCheck on_press=move |()| room.saving.switch()>
                    {move || match room.saving.is_by_itself() {
                        true => "Save only when asked",
                        false => "Save by itself",
                    }}
                </MenuAction>
            </Show>
            <MenuAction icon=Icon::Download on_press=export>
                "Export"
            </MenuAction>
            <MenuAction icon=Icon::Image on_press=picture>
                "Export as a picture"
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
