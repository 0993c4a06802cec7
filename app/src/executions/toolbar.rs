//! What narrows the list. Links and one GET form: it all works without scripts.

use frame::activity::words::chip_of;
use leptos::{ev::SubmitEvent, prelude::*};
use model::{
    execution::state::ExecutionStatus, external_ref::ExternalRefKey, id::WorkspaceId,
    pages::ExecutionChoices,
};
use ui::{
    button::{Button, ButtonRole},
    field::{Choice, SearchField},
    icon::Glyph,
};
use web::routes;

use super::list_query::ListQuery;
use crate::narrow::{Day, DayEnd, Narrow, search_typed, use_in_place};

/// Letters that follow each other within this time are searched together.
const TYPING_MS: u32 = 250;

/// Goes to the address of another query of the same page.
#[derive(Clone, Copy)]
struct Go {
    query: Memo<ListQuery>,
    to: Callback<ListQuery>,
}

impl Go {
    fn update(self, change: impl FnOnce(&mut ListQuery)) {
        let mut next = self.query.get_untracked().first();
        change(&mut next);
        if next != self.query.get_untracked() {
            self.to.run(next);
        }
    }
}

/// The lines above the list.
#[component]
pub fn Toolbar(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// The query of the address.
    query: Memo<ListQuery>,
    /// What can be chosen.
    choices: ExecutionChoices,
) -> impl IntoView {
    let in_place = use_in_place();
    let to = Callback::new(move |next: ListQuery| in_place.run(next.path(workspace)));
    let go = Go { query, to };
    let search = search_typed(TYPING_MS, move |words| go.update(|next| next.words = words));
    let templates = choices.templates.into_iter().map(|t| Choice::new(t.id.to_string(), t.name));
    let people = choices.people.into_iter().map(|p| Choice::new(p.id.to_string(), p.name));
    let kept = move || {
        let status = query.read().status_words();
        (!status.is_empty()).then(|| view! { <input type="hidden" name="status" value=status /> })
    };
    let linked = move || {
        let key = query.read().external_ref.clone();
        (!key.is_empty()).then(|| view! { <input type="hidden" name="external_ref" value=key /> })
    };
    view! {
        <div class="history__bar" role="search">
            <form
                class="history__form"
                method="get"
                action=routes::executions(workspace)
                on:submit=|event: SubmitEvent| event.prevent_default()
            >
                <SearchField
                    name="q"
                    label="Search runs"
                    value=Signal::derive(move || query.read().words.clone())
                    on_input=search
                />
                <Narrow
                    name="template"
                    label="Workflow"
                    all="Any workflow"
                    value=Signal::derive(move || query.read().template.clone())
                    options=templates.collect()
                    on_choice=Callback::new(move |id| go.update(|next| next.template = id))
                />
                <Narrow
                    name="person"
                    label="Started by"
                    all="Anyone"
                    value=Signal::derive(move || query.read().person.clone())
                    options=people.collect()
                    on_choice=Callback::new(move |id| go.update(|next| next.person = id))
                />
                <Day
                    name="from"
                    label="From"
                    end=DayEnd::First
                    value=Signal::derive(move || query.read().from.clone())
                    on_choice=Callback::new(move |day| go.update(|next| next.from = day))
                />
                <Day
                    name="until"
                    label="To"
                    end=DayEnd::Last
                    value=Signal::derive(move || query.read().until.clone())
                    on_choice=Callback::new(move |day| go.update(|next| next.until = day))
                />
                {kept}
                {linked}
                // Styles hide it once scripts do its work.
                <span class="history__apply">
                    <Button role=ButtonRole::Submit>"Apply"</Button>
                </span>
            </form>
            <StatusLinks workspace=workspace query=query />
            <LinkedTo workspace=workspace query=query />
        </div>
    }
}

/// What in another system the list is narrowed to, and the way out of that.
#[component]
fn LinkedTo(workspace: WorkspaceId, query: Memo<ListQuery>) -> impl IntoView {
    move || {
        let key = ExternalRefKey::parse(&query.read().external_ref)?;
        let all = ListQuery { external_ref: String::new(), ..query.read().first() };
        Some(view! {
            <p class="history__linked small">
                "Linked to " <strong dir="auto">{key.words()}</strong> " "
                <a class="link" href=all.path(workspace) data-noscroll="">
                    "Show all"
                </a>
            </p>
        })
    }
}

#[component]
fn StatusLinks(workspace: WorkspaceId, query: Memo<ListQuery>) -> impl IntoView {
    let link = |status: ExecutionStatus| {
        let href = move || query.read().with_status_toggled(status).path(workspace);
        let current = move || query.read().statuses.contains(&status).then_some("true");
        let chip = chip_of(status);
        view! {
            <li>
                <a class="pill" href=href aria-current=current data-noscroll="">
                    <Glyph icon=chip.icon() size=14 />
                    {chip.word()}
                </a>
            </li>
        }
    };
    let all = move || ListQuery { statuses: vec![], ..query.read().first() }.path(workspace);
    let any = move || query.read().statuses.is_empty().then_some("true");
    view! {
        <nav class="history__states" aria-label="Status">
            <ul class="pills">
                <li>
                    <a class="pill" href=all aria-current=any data-noscroll="">
                        "All"
                    </a>
                </li>
                {ExecutionStatus::ALL.iter().copied().map(link).collect_view()}
            </ul>
        </nav>
    }
}
