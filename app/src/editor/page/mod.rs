//! The page of the editor: everything around one document.

mod beside;
mod blank;
mod commands;
mod dialogs;
mod head;
mod kept;
mod launching;
mod regions;
mod room;
mod side;
mod tools;
mod width;

use leptos::{ev, prelude::*};
use leptos_meta::Title;
use model::{
    id::{TemplateId, WorkspaceId},
    pages::BuilderPage,
};

use self::{
    beside::is_shown,
    blank::Blank,
    commands::offer_commands,
    head::Head,
    launching::launching,
    room::{Room, on_key},
    side::Side,
    tools::{Fetched, Tool, use_tools},
};
use super::{
    canvas::{Canvas, is_free},
    outline::Announcements,
    saving::{RefusedNotice, RestoreOffer, SignedOutNotice},
    testing::paint_runs,
};
use crate::{
    api::builder::load_builder,
    begin::EditButtons,
    client::alive::use_alive,
    layout::{
        address::{required, use_id},
        loaded::{Loaded, load_once},
        session::use_session,
    },
    ui::icon::{Glyph, Icon},
};

/// The editor of the template in the address.
#[component]
pub fn BuilderRoute() -> impl IntoView {
    let id = use_id::<TemplateId>("template");
    let page = load_once(move || id.get(), async |id| load_builder(required(id)?).await);
    let session = use_session();
    let show = move |page: BuilderPage| match session {
        Some(session) => view! { <Builder workspace=session.workspace() page=page /> }.into_any(),
        None => ().into_any(),
    };
    view! { <Loaded page=page failure="The workflow could not be loaded" count=8 show=show /> }
}

/// The editor of a loaded draft: palette and outline, canvas, panel.
#[component]
pub fn Builder(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// What it starts from.
    page: BuilderPage,
) -> impl IntoView {
    let (name, test_run) = (page.name.clone(), page.test_run);
    let room = Room::open(workspace, page);
    let (desk, editor) = (room.desk, room.desk.editor);
    paint_runs(editor);
    if let Some(id) = test_run {
        editor.testing.resume(id);
    }
    let launching = launching(room);
    offer_commands(room, launching);
    let keys = window_event_listener(ev::keydown, move |event| {
        if is_free(&event) {
            on_key(&event, room);
        }
    });
    on_cleanup(move || keys.remove());
    let (alive, tools) = (use_alive(), use_tools(room));
    view! {
        <Title text=format!("Edit {name}") />
        <div
            class="builder"
            data-beside=move || is_shown(room).then_some("")
            data-fixed=move || (!editor.editable.get()).then_some("")
            on:keydown=move |event| on_key(&event, room)
        >
            <h1 class="unseen">"Edit " {name}</h1>
            <Head room=room launching=launching />
            <Side desk=desk />
            <div
                class="builder__canvas"
                on:dragover=|event| event.prevent_default()
                on:drop=move |event| room.drop_file(&event)
            >
                <Notice room=room />
                <Show when=move || editor.editable.get()>
                    <SignedOutNotice saving=room.saving />
                    <RefusedNotice saving=room.saving />
                    <RestoreOffer saving=room.saving page=room.page on_restore=room.taker("restore unsaved changes") />
                </Show>
                <Show when=move || alive.get()>
                    <Canvas desk=desk />
                </Show>
                <Blank room=room />
                <Fetched tool=Tool::Run room=room here=tools />
            </div>
            <Fetched tool=Tool::Panel room=room here=tools />
            <Fetched tool=Tool::Dialogs room=room here=tools />
            <Announcements editor=editor />
        </div>
    }
}

/// Why nothing can be changed here, and what to do about it.
#[component]
fn Notice(room: Room) -> impl IntoView {
    let (allowed, system, id) =
        room.page.with_value(|page| (page.editable, page.is_system, page.id));
    let words = move || match (allowed, system, room.narrow.get()) {
        (true, _, true) => Some("View only on small screens: open it on a wider one to edit."),
        (false, true, _) => Some("This workflow came with the product. Edit a copy of it."),
        (false, false, _) => {
            Some("View only: your role may not change workflows. This is what is published.")
        }
        (true, _, false) => None,
    };
    let copy = system.then(|| {
        view! { <EditButtons workspace=room.workspace template=id is_system=true /> }
    });
    view! {
        <div class="builder__notice" role="status" hidden=move || words().is_none()>
            <Glyph icon=Icon::Eye size=16 />
            <p>{words}</p>
            {copy}
        </div>
    }
    .into_any()
}
