//! The page of the editor: everything around one document.

mod commands;
mod dialogs;
mod header;
mod inspector;
mod launching;
mod page_state;
mod side;
mod tools;

use api::builder::load_builder;
use frame::{
    begin::EditButtons,
    layout::{
        address::{required, use_id},
        page_resource::{ResourceView, load_once},
        session::use_session,
    },
    switched_off::SwitchedOffNotice,
};
use leptos::{ev, prelude::*};
use leptos_meta::Title;
use model::{
    id::{TemplateId, WorkspaceId},
    pages::BuilderPage,
};
use ui::icon::{Glyph, Icon};
use web::client::{hydration_flag::use_hydrated, on_window};

use self::{
    commands::offer_commands,
    header::Header,
    inspector::is_shown,
    launching::use_launching,
    page_state::{PageState, on_key},
    side::{Blank, Side},
    tools::{LazyTool, Tool, use_tools},
};
use super::{
    agent_catalogue::provide_agents,
    canvas::{Canvas, is_free},
    catalogue::provide_catalogue,
    outline::Announcements,
    saving::{RefusedNotice, RestoreOffer, SignedOutNotice},
    test_run::paint_runs,
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
    view! { <ResourceView page=page failure="Couldn't load the workflow" count=8 show=show /> }
}

/// The editor of a loaded draft: palette and outline, canvas, panel.
#[component]
pub fn Builder(
    workspace: WorkspaceId,
    /// The draft and everything around it, as loaded.
    page: BuilderPage,
) -> impl IntoView {
    let (name, test_run) = (page.name.clone(), page.test_run);
    let disabled = Signal::stored(page.disabled.clone());
    provide_catalogue();
    provide_agents();
    let state = PageState::new(workspace, page);
    let (canvas, editor) = (state.canvas, state.canvas.editor);
    paint_runs(editor);
    if let Some(id) = test_run {
        editor.test_run.resume(id);
    }
    let launching = use_launching(state);
    offer_commands(state, launching);
    on_window(ev::keydown, move |event| {
        if is_free(&event) {
            on_key(&event, state);
        }
    });
    let (alive, tools) = (use_hydrated(), use_tools(state));
    view! {
        <Title text=format!("Edit {name}") />
        <div
            class="builder"
            data-beside=move || is_shown(state).then_some("")
            data-fixed=move || (!editor.document.editable.get()).then_some("")
            on:keydown=move |event| on_key(&event, state)
        >
            <h1 class="unseen">"Edit " {name}</h1>
            <Header state=state launching=launching />
            <Side canvas=canvas />
            <div
                class="builder__canvas"
                on:dragover=|event| event.prevent_default()
                on:drop=move |event| state.drop_file(&event)
            >
                <Notice state=state />
                <SwitchedOffNotice disabled=disabled />
                <Show when=move || editor.document.editable.get()>
                    <SignedOutNotice saving=state.saving />
                    <RefusedNotice saving=state.saving />
                    <RestoreOffer saving=state.saving page=state.page on_restore=state.replace_callback("restore unsaved changes") />
                </Show>
                <Show when=move || alive.get()>
                    <Canvas canvas=canvas />
                </Show>
                <Blank state=state />
                <LazyTool tool=Tool::Run state=state here=tools />
            </div>
            <LazyTool tool=Tool::Panel state=state here=tools />
            <LazyTool tool=Tool::Dialogs state=state here=tools />
            <Announcements editor=editor />
        </div>
    }
}

/// Why the draft is read-only, and what to do about it.
#[component]
fn Notice(state: PageState) -> impl IntoView {
    let (allowed, system, id) =
        state.page.with_value(|page| (page.editable, page.is_system, page.id));
    let words = move || match (allowed, system, state.phone.get()) {
        (true, _, true) => {
            Some("View only on phones. Open this workflow on a larger screen to edit it.")
        }
        (false, true, _) => Some("This template comes with Atelier. Make a copy to edit it."),
        (false, false, _) => {
            Some("View only. Your role can't edit workflows. This is the published version.")
        }
        (true, _, false) => None,
    };
    let copy = system.then(|| {
        view! { <EditButtons workspace=state.workspace template=id is_system=true /> }
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
