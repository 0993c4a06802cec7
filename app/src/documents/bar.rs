//! The filter of a list of documents: as it stands in the address, and as one GET form above the list,
//! which works without scripts too.

use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use model::{
    api::documents::{DocumentFilter, DocumentShelf},
    document::DocumentStatus,
    id::{ExecutionId, ProjectId, WorkspaceId},
};
use ui::{
    button::LinkButton,
    field::{Choice, SearchField},
};
use web::routes;

use crate::narrow::{Narrow, query_string, search_typed, use_in_place};

/// The search starts when nothing has been typed for so long.
const PAUSE_MS: u32 = 200;

/// The filters: words, status, tag, project, template, execution, and whether what lists leave out
/// is shown.
#[component]
pub(super) fn Bar(
    place: Place,
    filter: Memo<DocumentFilter>,
    shelf: DocumentShelf,
) -> impl IntoView {
    let in_place = use_in_place();
    let go = Callback::new(move |filter: DocumentFilter| in_place.run(place.address_of(&filter)));
    let search = search_typed(PAUSE_MS, move |words| {
        go.run(DocumentFilter { q: words.trim().to_owned(), ..filter.get_untracked() });
    });
    let narrowed = move || !place.is_all(&filter.read());
    let everything = place.address();
    view! {
        <form
            class="documents__bar"
            role="search"
            method="get"
            action=place.address()
            on:submit=|event| event.prevent_default()
        >
            <SearchField
                name="q"
                label="Search documents"
                value=Signal::derive(move || filter.read().q.clone())
                on_input=search
            />
            <Selects place=place filter=filter shelf=shelf on_choose=go />
            <noscript>
                <button class="button" type="submit">
                    "Search"
                </button>
            </noscript>
            <Show when=narrowed>
                <LinkButton href=everything.clone()>"Clear"</LinkButton>
            </Show>
        </form>
    }
}

#[component]
fn Selects(
    place: Place,
    filter: Memo<DocumentFilter>,
    shelf: DocumentShelf,
    on_choose: Callback<DocumentFilter>,
) -> impl IntoView {
    let DocumentShelf { tags, projects, templates, executions, aside } = shelf;
    let asked = filter.with_untracked(|filter| filter.execution);
    let is_aside = filter.with_untracked(|filter| filter.aside);
    let set_aside = || Choice::new("true", "Test runs and earlier attempts");
    let aside = (aside > 0 || is_aside).then(set_aside).into_iter().collect();
    let executions = execution_choices(executions, asked);
    let statuses = DocumentStatus::ALL.map(|status| Choice::new(status.as_str(), status.label()));
    let tags = tags.into_iter().map(|tag| Choice::new(tag.clone(), tag)).collect();
    let several = place.project().is_none() && projects.len() > 1;
    let projects = projects.into_iter().map(|one| Choice::new(one.id.to_string(), one.name));
    let projects = if several { projects.collect() } else { vec![] };
    let templates = templates.into_iter().map(|(id, name)| Choice::new(id.to_string(), name));
    let dropdowns = Dropdowns { filter, on_choose };
    view! {
        {dropdowns
            .select(
                "status", "Status", "Any status",
                statuses.into(),
                |filter| filter.status.map(|status| status.as_str().to_owned()),
                |filter, word| filter.status = word.and_then(|word| word.parse().ok()),
            )}
        {dropdowns
            .select(
                "tag", "Tag", "Any tag",
                tags,
                |filter| filter.tag.clone(),
                |filter, tag| filter.tag = tag,
            )}
        {dropdowns
            .select(
                "project", "Project", "Any project",
                projects,
                |filter| filter.project.map(|id| id.to_string()),
                |filter, id| filter.project = id.and_then(|id| id.parse().ok()),
            )}
        {dropdowns
            .select(
                "template", "Workflow", "Any workflow",
                templates.collect(),
                |filter| filter.template.map(|id| id.to_string()),
                |filter, id| filter.template = id.and_then(|id| id.parse().ok()),
            )}
        {dropdowns
            .select(
                "execution", "Run", "Any run",
                executions,
                |filter| filter.execution.map(|id| id.to_string()),
                |filter, id| filter.execution = id.and_then(|id| id.parse().ok()),
            )}
        {dropdowns
            .select(
                "aside", "Show", "Final documents",
                aside,
                |filter| filter.aside.then(|| "true".to_owned()),
                |filter, shown| filter.aside = shown.is_some(),
            )}
    }
}

/// The executions to choose from. The one that the address asks for is added where it is too old to
/// be among them.
fn execution_choices(known: Vec<(ExecutionId, String)>, asked: Option<ExecutionId>) -> Vec<Choice> {
    let older = asked.filter(|id| known.iter().all(|(known, _)| known != id));
    let all = older.map(|id| (id, "An older run".to_owned())).into_iter().chain(known);
    all.map(|(id, name)| Choice::new(id.to_string(), name)).collect()
}

/// The present filter, and the callback for a changed one.
#[derive(Clone, Copy)]
struct Dropdowns {
    filter: Memo<DocumentFilter>,
    on_choose: Callback<DocumentFilter>,
}

impl Dropdowns {
    /// A dropdown for one part of the filter, whose first row `all` stands for any value; none where
    /// there is nothing to choose from.
    fn select(
        self,
        name: &'static str,
        label: &'static str,
        all: &'static str,
        options: Vec<Choice>,
        value: fn(&DocumentFilter) -> Option<String>,
        put: fn(&mut DocumentFilter, Option<String>),
    ) -> Option<AnyView> {
        let now = Signal::derive(move || self.filter.with(value).unwrap_or_default());
        let choose = Callback::new(move |value: String| {
            let mut filter = self.filter.get_untracked();
            put(&mut filter, Some(value).filter(|value| !value.is_empty()));
            self.on_choose.run(filter);
        });
        (!options.is_empty()).then(|| {
            view! {
                <Narrow
                    name=name
                    label=label
                    all=all
                    value=now
                    options=options
                    on_choice=choose
                />
            }
            .into_any()
        })
    }
}

/// The page on which documents or images are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The page of all of the workspace.
    Workspace(WorkspaceId),
    /// The page of a project, with only what is in it.
    Project(WorkspaceId, ProjectId),
}

impl Place {
    /// The workspace that the page belongs to.
    pub(crate) fn workspace(self) -> WorkspaceId {
        match self {
            Self::Workspace(workspace) | Self::Project(workspace, _) => workspace,
        }
    }

    /// The project whose page it is; there one cannot filter by project.
    pub(crate) fn project(self) -> Option<ProjectId> {
        match self {
            Self::Workspace(_) => None,
            Self::Project(_, project) => Some(project),
        }
    }

    /// The address of the page without a filter.
    pub(super) fn address(self) -> String {
        match self {
            Self::Workspace(workspace) => routes::documents(workspace),
            Self::Project(workspace, project) => routes::project(workspace, project),
        }
    }

    /// The filter in the query of an address; what cannot be read is left out.
    pub(super) fn filter(self, query: &ParamsMap) -> DocumentFilter {
        let text = |name: &str| query.get(name).filter(|text| !text.is_empty());
        DocumentFilter {
            q: text("q").unwrap_or_default(),
            project: self.project().or(text("project").and_then(|id| id.parse().ok())),
            tag: text("tag"),
            status: text("status").and_then(|word| word.parse().ok()),
            execution: text("execution").and_then(|id| id.parse().ok()),
            template: text("template").and_then(|id| id.parse().ok()),
            aside: text("aside").is_some(),
        }
    }

    /// The address of the page with this filter.
    pub(super) fn address_of(self, filter: &DocumentFilter) -> String {
        let project = filter.project.filter(|_| self.project().is_none());
        let said = [
            ("q", Some(filter.q.clone())),
            ("project", project.map(|id| id.to_string())),
            ("tag", filter.tag.clone()),
            ("status", filter.status.map(|status| status.as_str().to_owned())),
            ("execution", filter.execution.map(|id| id.to_string())),
            ("template", filter.template.map(|id| id.to_string())),
            ("aside", filter.aside.then(|| "true".to_owned())),
        ];
        let said = said.iter().map(|(name, value)| (*name, value.as_deref().unwrap_or_default()));
        format!("{}{}", self.address(), query_string(said))
    }

    /// Whether the filter admits everything that the page can list.
    pub(super) fn is_all(self, filter: &DocumentFilter) -> bool {
        *filter == DocumentFilter { project: self.project(), ..DocumentFilter::default() }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_execution_that_is_asked_for_can_be_seen_in_the_list() {
        let id = |number| ExecutionId(Uuid::from_u128(number));
        let known = || vec![(id(2), "Ads #2".to_owned())];
        let labels = |asked| execution_choices(known(), asked).into_iter().map(|one| one.label);

        assert_eq!(labels(None).collect::<Vec<_>>(), ["Ads #2"]);
        assert_eq!(labels(Some(id(2))).collect::<Vec<_>>(), ["Ads #2"]);
        assert_eq!(labels(Some(id(1))).collect::<Vec<_>>(), ["An older run", "Ads #2"]);
    }
}

#[cfg(test)]
mod filter_tests {
    use model::document::DocumentStatus;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_filter_is_what_its_address_says() {
        let (workspace, project) = (WorkspaceId(Uuid::nil()), ProjectId(Uuid::from_u128(1)));
        let place = Place::Workspace(workspace);
        let filter = DocumentFilter {
            q: "warm tea".to_owned(),
            tag: Some("شاي & co".to_owned()),
            status: Some(DocumentStatus::InReview),
            project: Some(project),
            aside: true,
            ..DocumentFilter::default()
        };

        let address = place.address_of(&filter);
        let (_, query) = address.split_once('?').unwrap_or_default();
        let mut read = ParamsMap::new();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or_default();
            read.insert(name.to_owned(), value.to_owned());
        }

        assert_eq!(place.filter(&read), filter);
        assert!(!Place::Project(workspace, project).address_of(&filter).contains("project="));
        assert!(place.is_all(&DocumentFilter::default()) && !place.is_all(&filter));
    }
}
