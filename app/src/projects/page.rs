//! One project: its documents, images, executions and workflows, one at a time as the address says; and
//! every project of the workspace.

use api::projects::{create_project, load_project, load_projects};
use frame::{
    activity::words::chip_for,
    layout::{
        address::{required, use_id},
        breadcrumb::{Breadcrumb, Crumb},
        page_resource::{ResourceView, load_once},
        session::use_session,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_query_map};
use model::{
    access::Permission,
    api::projects::NewProject,
    id::{ProjectId, WorkspaceId},
    library::{ProjectExecution, ProjectPage, ProjectRow, ProjectWorkflow},
};
use ui::{
    badge::{StatusChip, Tag},
    button::{Button, ButtonLook, ButtonSize, LinkButton},
    card::PageHeader,
    empty::EmptyState,
    format,
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
    skeleton::SkeletonShape,
    table::Table,
};
use web::routes;

use super::{
    images::Images,
    managing::{Manage, NameDialog},
};
use crate::documents::{Documents, NewButton, Place};

const FAILURE: &str = "Couldn't load project";

/// A part of a project's page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Documents,
    Images,
    Executions,
    Workflows,
}

impl Part {
    const ALL: [Self; 4] = [Self::Documents, Self::Images, Self::Executions, Self::Workflows];

    /// The value of `part` in the address.
    fn key(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Images => "images",
            Self::Executions => "executions",
            Self::Workflows => "workflows",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Documents => "Documents",
            Self::Images => "Images",
            Self::Executions => "Runs",
            Self::Workflows => "Workflows",
        }
    }

    /// The part with this key; the first one for any other.
    fn from_key(word: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|part| Some(part.key()) == word).unwrap_or_default()
    }
}

/// The project in the address. Its parts load beside it and not within its view: a resource that is
/// created within another one cannot be hydrated.
#[component]
pub fn ProjectRoute() -> impl IntoView {
    let id = use_id::<ProjectId>("project");
    let load = |id: Option<ProjectId>| async move { load_project(required(id)?).await };
    let project = load_once(move || id.get(), load);
    let query = use_query_map();
    let part = Memo::new(move |_| query.with(|query| Part::from_key(query.get_str("part"))));
    let workspace = use_session().map(|session| session.workspace());
    let head = move |page: ProjectPage| {
        workspace
            .map(|workspace| view! { <Head workspace=workspace page=page part=part /> })
            .into_any()
    };
    let body = move || {
        let (Some(workspace), Some(id)) = (workspace, id.get()) else { return ().into_any() };
        let place = Place::Project(workspace, id);
        match part.get() {
            Part::Documents => view! { <Documents place=place /> }.into_any(),
            Part::Images => view! { <Images place=place /> }.into_any(),
            Part::Executions => {
                let show = move |page: ProjectPage| {
                    view! { <Executions workspace=workspace rows=page.executions /> }.into_any()
                };
                view! { <ResourceView page=project failure=FAILURE show=show /> }.into_any()
            }
            Part::Workflows => {
                let show = move |page: ProjectPage| {
                    view! { <Workflows workspace=workspace project=page.project rows=page.workflows /> }
                        .into_any()
                };
                view! { <ResourceView page=project failure=FAILURE show=show /> }.into_any()
            }
        }
    };
    view! {
        <div class="page project">
            <ResourceView
                page=project
                failure=FAILURE
                shape=SkeletonShape::Lines
                count=2
                show=head
            />
            <div class="project__body">{body}</div>
        </div>
    }
}

/// The name of the project, the menu, and links to its parts.
#[component]
fn Head(workspace: WorkspaceId, page: ProjectPage, part: Memo<Part>) -> impl IntoView {
    let ProjectPage { project, workflows, .. } = page;
    let id = project.id;
    let place = Place::Project(workspace, id);
    let counts = [
        project.documents,
        project.images,
        project.executions,
        i64::try_from(workflows.len()).unwrap_or(i64::MAX),
    ];
    let links = Part::ALL.into_iter().zip(counts).map(move |(one, count)| {
        let current = move || (part.get() == one).then_some("page");
        let href = format!("{}?part={}", routes::project(workspace, id), one.key());
        view! {
            <li>
                <a class="pill" href=href aria-current=current>
                    {one.label()} " " <span class="subtle num">{count}</span>
                </a>
            </li>
        }
    });
    let project = RwSignal::new(project);
    let name = Signal::derive(move || project.read().name.clone());
    let archived = Signal::derive(move || project.read().archived);
    let crumbs = Signal::derive(move || {
        vec![Crumb::link("Projects", routes::projects(workspace)), Crumb::here(name.get()).named()]
    });
    let lead = move || {
        if archived.get() {
            "Archived. Restore the project to add to it."
        } else {
            "Documents, images and runs."
        }
    };
    // The page may be left before its title is.
    let title = move || name.try_get().unwrap_or_default();
    view! {
        <Title text=title />
        <Breadcrumb crumbs=crumbs />
        <PageHeader
            title=name
            is_name=true
            lead=Signal::derive(move || Some(lead().to_owned()))
            actions=move || {
                view! {
                    <Manage workspace=workspace project=project />
                    <Show when=move || !archived.get()>
                        <NewButton workspace=workspace place=place />
                    </Show>
                }
                    .into_any()
            }
        />
        <nav class="project__parts" aria-label="Parts of the project">
            <ul class="pills">{links.collect_view()}</ul>
        </nav>
    }
}

/// What ran in the project, as the history shows executions: a table, or cards on a phone.
#[component]
fn Executions(workspace: WorkspaceId, rows: Vec<ProjectExecution>) -> impl IntoView {
    if rows.is_empty() {
        return view! { <NothingRan workspace=workspace /> }.into_any();
    }
    let row = move |row: ProjectExecution| {
        let took = row.completed_at.map(|end| format::duration(end.ms_since(row.started_at)));
        let made = format!(
            "{}, {}",
            format::pluralize(row.documents.unsigned_abs(), "document", "documents"),
            format::pluralize(row.images.unsigned_abs(), "image", "images"),
        );
        view! {
            <tr role="row">
                <td role="cell" class="history__what">
                    <a class="link" translate="no" href=routes::execution(workspace, row.id)>
                        {format!("{} #{}", row.name, row.number)}
                    </a>
                </td>
                <td role="cell" class="history__state">
                    <StatusChip status=chip_for(row.status, row.pause_reason) />
                </td>
                <td role="cell" data-label="Started">
                    <RelativeTime at=row.started_at />
                </td>
                <td role="cell" class="num" data-label="Duration">
                    {took.unwrap_or_else(|| "–".to_owned())}
                </td>
                <td role="cell" class="muted" data-label="Results">
                    {made}
                </td>
                <td role="cell" class="muted" data-label="Started by">
                    {row.launched_by.unwrap_or_else(|| "–".to_owned())}
                </td>
            </tr>
        }
    };
    view! {
        <div class="history__table">
            <Table
                caption="Runs of the project, latest first"
                columns=vec!["Run", "Status", "Started", "Duration", "Results", "Started by"]
            >
                {rows.into_iter().map(row).collect_view()}
            </Table>
        </div>
    }
    .into_any()
}

#[component]
fn Workflows(
    workspace: WorkspaceId,
    project: ProjectRow,
    rows: Vec<ProjectWorkflow>,
) -> impl IntoView {
    if rows.is_empty() {
        return view! { <NothingRan workspace=workspace /> }.into_any();
    }
    let card = move |row: ProjectWorkflow| {
        let runs = format::pluralize(row.executions.unsigned_abs(), "run", "runs");
        view! {
            <li class="card project__workflow">
                <h2 class="project__name clip-two" title=row.name>
                    <a class="link" translate="no" href=routes::template(workspace, row.id)>
                        {row.name.clone()}
                    </a>
                </h2>
                <p class="muted small">{row.description}</p>
                <footer class="project__foot subtle small">
                    <span class="num">{runs}</span>
                    <span>"Last run " <RelativeTime at=row.last_at /></span>
                    <span class="spring"></span>
                    <LinkButton size=ButtonSize::Small href=routes::launch_into(workspace, row.id, project.id)>
                        "Launch again"
                    </LinkButton>
                </footer>
            </li>
        }
    };
    view! { <ul class="project__workflows">{rows.into_iter().map(card).collect_view()}</ul> }
        .into_any()
}

#[component]
fn NothingRan(workspace: WorkspaceId) -> impl IntoView {
    view! {
        <EmptyState
            icon=Icon::Workflow
            title="No runs here yet"
            text="Launch a template into this project. Its runs and results appear here."
        >
            <LinkButton href=routes::gallery(workspace) icon=Icon::LayoutTemplate>
                "Browse templates"
            </LinkButton>
        </EmptyState>
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_part_is_the_first() {
        assert_eq!(Part::from_key(Some("workflows")), Part::Workflows);
        assert_eq!(Part::from_key(Some("other")), Part::Documents);
        assert_eq!(Part::from_key(None), Part::Documents);
    }
}
