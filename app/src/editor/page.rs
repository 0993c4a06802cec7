//! The page of the editor.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    id::{TemplateId, WorkspaceId},
    pages::BuilderPage,
};

use super::{
    canvas::{Canvas, Desk},
    outline::{Announcements, Outline},
    store::Editor,
    toolbar::Toolbar,
};
use crate::{
    api::builder::load_builder,
    client::alive::use_alive,
    layout::{
        address::{required, use_id},
        breadcrumb::{Breadcrumb, Crumb},
        loaded::{Loaded, load_once},
        session::use_session,
    },
    routes,
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

/// The editor of a loaded draft: outline, canvas, and what stands around them.
#[component]
pub fn Builder(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// What it starts from.
    page: BuilderPage,
) -> impl IntoView {
    let editor = Editor::new(&page);
    let desk = Desk::new(editor);
    let alive = use_alive();
    let name = page.name;
    let crumbs = vec![
        Crumb::link("Workflows", routes::gallery(workspace)),
        Crumb::link(name.clone(), routes::template(workspace, page.id)),
        Crumb::here("Edit"),
    ];
    view! {
        <Title text=format!("Edit {name}") />
        <div class="builder">
            <h1 class="unseen">"Edit " {name}</h1>
            <header class="builder__head">
                <Breadcrumb crumbs=crumbs />
                <Toolbar desk=desk />
            </header>
            <aside class="builder__side" aria-label="Outline">
                <Outline desk=desk />
            </aside>
            <div class="builder__canvas">
                <Show when=move || alive.get()>
                    <Canvas desk=desk />
                </Show>
            </div>
            <Announcements editor=editor />
        </div>
    }
}
