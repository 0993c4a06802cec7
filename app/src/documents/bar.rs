//! The filters above a list of documents: one GET form, which works without scripts too.

use leptos::prelude::*;
use model::{
    api::documents::{DocumentFilter, DocumentShelf},
    document::DocumentStatus,
    id::ExecutionId,
};
use ui::{
    button::LinkButton,
    field::{Choice, SearchField},
};

use super::filter::Place;
use crate::narrow::{Narrow, search_typed, use_in_place};

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
    let older = older.map(|id| (id, "An older run".to_owned()));
    let all = older.into_iter().chain(known);
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
