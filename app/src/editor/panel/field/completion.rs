//! The list of what may be referred to, while a reference is typed.

use leptos::prelude::*;
use model::panel::{Offered, Open, matching, open_reference};

use crate::editor::panel::spot::Spot;

/// Rows of the list; typing more words narrows it.
const MOST: usize = 50;

/// An open list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Completion {
    /// The reference that is typed.
    pub open: Open,
    /// What fits it.
    pub offers: Vec<Offered>,
    /// Which of them Enter takes.
    pub active: usize,
}

impl Completion {
    /// What may be meant where the caret stands; nothing where nothing refers.
    pub(super) fn at(spot: Spot, text: &str, caret: usize) -> Option<Self> {
        let open = open_reference(text, caret)?;
        let mut offers = matching(&spot.subject.offered(&spot.path()), &open.typed);
        offers.truncate(MOST);
        (!offers.is_empty()).then_some(Self { open, offers, active: 0 })
    }

    /// The next or the last row before, going round.
    pub(super) fn step(&mut self, key: &str) -> bool {
        let count = self.offers.len();
        self.active = match key {
            "ArrowDown" => (self.active + 1) % count,
            "ArrowUp" => (self.active + count - 1) % count,
            _ => return false,
        };
        true
    }

    /// The path that Enter takes.
    pub(super) fn chosen(&self) -> Option<&str> {
        self.offers.get(self.active).map(|offer| offer.path.as_str())
    }
}

/// The id of the list of a field.
pub(super) fn list_id(field: &str) -> String {
    format!("{field}-values")
}

/// The id of a row of the list of a field.
pub(super) fn row_id(field: &str, place: usize) -> String {
    format!("{field}-value-{place}")
}

/// The list under a field, while it is open.
#[component]
pub(super) fn CompletionList(
    /// The id of the field.
    id: StoredValue<String>,
    list: RwSignal<Option<Completion>>,
    on_choose: Callback<String>,
) -> impl IntoView {
    let said = move || {
        list.with(|list| match list.as_ref().map(|list| list.offers.len()) {
            None => String::new(),
            Some(1) => "One value fits. Press Enter to insert it.".to_owned(),
            Some(count) => format!("{count} values fit. Choose with the arrows and Enter."),
        })
    };
    let rows = move || {
        list.get().map(|open| {
            let row = |(place, offer): (usize, Offered)| {
                view! { <Row id=id place=place offer=offer active=open.active on_choose=on_choose /> }
            };
            let rows = open.offers.clone().into_iter().enumerate().map(row).collect_view();
            view! {
                <ul
                    class="values"
                    role="listbox"
                    aria-label="Values"
                    id=id.with_value(|id| list_id(id))
                >
                    {rows}
                </ul>
            }
        })
    };
    view! {
        {rows}
        <p class="unseen" role="status">
            {said}
        </p>
    }
}

#[component]
fn Row(
    id: StoredValue<String>,
    place: usize,
    offer: Offered,
    active: usize,
    on_choose: Callback<String>,
) -> impl IntoView {
    let path = offer.path.clone();
    view! {
        <li
            class="values__row"
            role="option"
            id=id.with_value(|id| row_id(id, place))
            aria-selected=if place == active { "true" } else { "false" }
            // The field keeps the focus: a press elsewhere would close the list first.
            on:pointerdown=move |event| {
                event.prevent_default();
                on_choose.run(path.clone());
            }
        >
            <span class="values__label">{offer.label}</span>
            <span class="values__type">{offer.port_type.to_string()}</span>
            <span class="values__from subtle small">{offer.from}</span>
            <code class="values__path subtle small">{offer.path}</code>
        </li>
    }
}
