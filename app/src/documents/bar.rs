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
    icon::{Glyph, Icon},
};

use super::filter::Place;
use crate::narrow::{search_typed, use_in_place};

/// The search starts when nothing has been typed for so long.
const PAUSE_MS: u32 = 200;
const STATUSES: [DocumentStatus; 3] =
    [DocumentStatus::Draft, DocumentStatus::InReview, DocumentStatus::Published];

/// The filters: words, status, tag, project, template and execution.
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
    let DocumentShelf { tags, projects, templates, executions } = shelf;
    let asked = filter.with_untracked(|filter| filter.execution);
    let executions = execution_choices(executions, asked);
    let statuses = STATUSES.map(|status| Choice::new(status.as_str(), status.label()));
    let tags = tags.into_iter().map(|tag| Choice::new(tag.clone(), tag)).collect();
    let several = place.project().is_none() && projects.len() > 1;
    let projects = projects.into_iter().map(|one| Choice::new(one.id.to_string(), one.name));
    let projects = if several { projects.collect() } else { vec![] };
    let templates = templates.into_iter().map(|(id, name)| Choice::new(id.to_string(), name));
    let narrow = Narrow { filter, on_choose };
    view! {
        {narrow
            .select(
                "status", "Any status",
                statuses.into(),
                |filter| filter.status.map(|status| status.as_str().to_owned()),
                |filter, word| filter.status = word.and_then(|word| word.parse().ok()),
            )}
        {narrow
            .select(
                "tag", "Any tag",
                tags,
                |filter| filter.tag.clone(),
                |filter, tag| filter.tag = tag,
            )}
        {narrow
            .select(
                "project", "Any project",
                projects,
                |filter| filter.project.map(|id| id.to_string()),
                |filter, id| filter.project = id.and_then(|id| id.parse().ok()),
            )}
        {narrow
            .select(
                "template", "Any template",
                templates.collect(),
                |filter| filter.template.map(|id| id.to_string()),
                |filter, id| filter.template = id.and_then(|id| id.parse().ok()),
            )}
        {narrow
            .select(
                "execution", "Any execution",
                executions,
                |filter| filter.execution.map(|id| id.to_string()),
                |filter, id| filter.execution = id.and_then(|id| id.parse().ok()),
            )}
    }
}

/// The executions to choose from. The one that the address asks for is added where it is too old to
/// be among them.
fn execution_choices(known: Vec<(ExecutionId, String)>, asked: Option<ExecutionId>) -> Vec<Choice> {
    let older = asked.filter(|id| known.iter().all(|(known, _)| known != id));
    let older = older.map(|id| (id, "An older execution".to_owned()));
    let all = older.into_iter().chain(known);
    all.map(|(id, name)| Choice::new(id.to_string(), name)).collect()
}

/// The present filter, and the callback for a changed one.
#[derive(Clone, Copy)]
struct Narrow {
    filter: Memo<DocumentFilter>,
    on_choose: Callback<DocumentFilter>,
}

impl Narrow {
    /// A dropdown for one part of the filter; none where there is nothing to choose from.
    fn select(
        self,
        name: &'static str,
        label: &'static str,
        options: Vec<Choice>,
        value: fn(&DocumentFilter) -> Option<String>,
        put: fn(&mut DocumentFilter, Option<String>),
    ) -> Option<AnyView> {
        let now = Signal::derive(move || self.filter.with(value).unwrap_or_default());
        let choose = move |value: String| {
            let mut filter = self.filter.get_untracked();
            put(&mut filter, Some(value).filter(|value| !value.is_empty()));
            self.on_choose.run(filter);
        };
        (!options.is_empty()).then(|| {
            view! {
                <Select name=name label=label value=now options=options on_choose=choose />
            }
            .into_any()
        })
    }
}

/// A dropdown whose first row, `label`, stands for any value.
#[component]
fn Select(
    name: &'static str,
    label: &'static str,
    value: Signal<String>,
    options: Vec<Choice>,
    #[prop(into)] on_choose: Callback<String>,
) -> impl IntoView {
    let chosen = value.get_untracked();
    let any = chosen.is_empty();
    let rows = options.into_iter().map(move |option| {
        let selected = option.value == chosen;
        view! { <option value=option.value selected=selected>{option.label}</option> }
    });
    view! {
        <div class="select documents__select">
            <select
                class="input"
                name=name
                aria-label=label
                prop:value=move || value.get()
                on:change=move |event| on_choose.run(event_target_value(&event))
            >
                <option value="" selected=any>
                    {label}
                </option>
                {rows.collect_view()}
            </select>
            <Glyph icon=Icon::ChevronDown />
        </div>
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
        assert_eq!(labels(Some(id(1))).collect::<Vec<_>>(), ["An older execution", "Ads #2"]);
    }
}
