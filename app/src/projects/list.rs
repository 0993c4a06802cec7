//! Every project of the workspace.

use api::projects::{create_project, load_projects};
use frame::layout::{
    breadcrumb::{Breadcrumb, Crumb},
    page_resource::{ResourceView, load_once},
    session::use_session,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_navigate;
use model::{access::Permission, api::projects::NewProject, id::WorkspaceId, library::ProjectRow};
use ui::{
    badge::Tag,
    button::{Button, ButtonLook},
    card::PageHeader,
    format,
    icon::{Glyph, Icon},
    skeleton::SkeletonShape,
};
use web::routes;

use super::naming::NameDialog;

/// The projects, those in use first, and the way to a new one.
#[component]
pub fn ProjectsRoute() -> impl IntoView {
    let session = use_session();
    let workspace = session.map(|session| session.workspace());
    let may = session.is_some_and(|session| session.may(Permission::EditProject));
    let projects = load_once(|| (), |()| load_projects());
    let new = move || {
        let workspace = workspace.filter(|_| may);
        workspace.map(|workspace| view! { <NewProjectButton workspace=workspace /> }).into_any()
    };
    let crumbs = workspace.map(|workspace| {
        vec![Crumb::link("Documents", routes::documents(workspace)), Crumb::here("Projects")]
    });
    let show = move |rows: Vec<ProjectRow>| {
        workspace.map(|workspace| view! { <Cards workspace=workspace rows=rows /> }).into_any()
    };
    view! {
        <Title text="Projects" />
        <div class="page projects">
            {crumbs.map(|crumbs| view! { <Breadcrumb crumbs=crumbs /> })}
            <PageHeader
                title="Projects"
                lead="Folders for documents, images and runs. A run goes to the first project unless you choose another."
                actions=new
            />
            <ResourceView
                page=projects
                failure="Couldn't load projects"
                shape=SkeletonShape::Cards
                count=3
                show=show
            />
        </div>
    }
}

#[component]
fn NewProjectButton(workspace: WorkspaceId) -> impl IntoView {
    let open = RwSignal::new(false);
    let navigate = use_navigate();
    let made = move |project: ProjectRow| {
        navigate(&routes::project(workspace, project.id), Default::default());
    };
    view! {
        <Button look=ButtonLook::Primary icon=Icon::Plus on_press=move |()| open.set(true)>
            "New project"
        </Button>
        <NameDialog
            id="new-project"
            title="New project"
            verb="Create"
            now=String::new()
            open=open
            keep=|name| create_project(NewProject { name })
            on_done=made
        />
    }
}

#[component]
fn Cards(workspace: WorkspaceId, rows: Vec<ProjectRow>) -> impl IntoView {
    let card = move |row: ProjectRow| {
        let count = |count: i64, one, many| format::pluralize(count.unsigned_abs(), one, many);
        let held = [
            count(row.documents, "document", "documents"),
            count(row.images, "image", "images"),
            count(row.executions, "run", "runs"),
        ];
        view! {
            <li class="card card--link project-card" data-archived=row.archived.then_some("")>
                <Glyph icon=Icon::Folder size=20 />
                <h2 class="project__name clip-two" dir="auto" translate="no" title=row.name>
                    <a class="card__cover" href=routes::project(workspace, row.id)>
                        {row.name.clone()}
                    </a>
                </h2>
                {row.archived.then(|| view! { <Tag icon=Icon::Archive>"Archived"</Tag> })}
                <p class="project-card__held subtle small num">{held.join(" · ")}</p>
            </li>
        }
    };
    view! { <ul class="project__workflows">{rows.into_iter().map(card).collect_view()}</ul> }
}
