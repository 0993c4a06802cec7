//! The list of completions while a reference is typed.

use leptos::prelude::*;
use model::panel::{Candidate, OpenReference, filter_candidates, find_open_reference};

use crate::panel::field_binding::FieldBinding;

/// The greatest number of rows; typing more narrows the list.
const MAX_ROWS: usize = 50;

/// An open list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Completion {
    /// The reference that is being typed.
    pub open: OpenReference,
    /// The values that fit what is typed.
    pub candidates: Vec<Candidate>,
    /// The place of the row that Enter takes.
    pub active: usize,
}

impl Completion {
    /// The completions of the reference at the caret; nothing where there is none or nothing fits.
    pub(super) fn for_caret(binding: FieldBinding, text: &str, caret: usize) -> Option<Self> {
        let open = find_open_reference(text, caret)?;
        let mut candidates =
            filter_candidates(&binding.subject.candidates(&binding.path()), &open.typed);
        candidates.truncate(MAX_ROWS);
        (!candidates.is_empty()).then_some(Self { open, candidates, active: 0 })
    }

    /// Moves to the next or previous row, going round; false for other keys.
    pub(super) fn step(&mut self, key: &str) -> bool {
        let count = self.candidates.len();
        self.active = match key {
            "ArrowDown" => (self.active + 1) % count,
            "ArrowUp" => (self.active + count - 1) % count,
            _ => return false,
        };
        true
    }

    /// The path of the active row.
    pub(super) fn active_path(&self) -> Option<&str> {
        self.candidates.get(self.active).map(|candidate| candidate.path.as_str())
    }
}

/// The element id of the list of a field.
pub(super) fn list_id(field: &str) -> String {
    format!("{field}-values")
}

/// The element id of a row of the list of a field.
pub(super) fn row_id(field: &str, place: usize) -> String {
    format!("{field}-value-{place}")
}

/// The list under a field, while it is open.
#[component]
pub(super) fn CompletionList(
    /// The element id of the field.
    id: StoredValue<String>,
    list: RwSignal<Option<Completion>>,
    on_choose: Callback<String>,
) -> impl IntoView {
    let said = move || {
        list.with(|list| match list.as_ref().map(|list| list.candidates.len()) {
            None => String::new(),
            Some(1) => "1 match. Press Enter to insert it.".to_owned(),
            Some(count) => format!("{count} matches. Use the arrow keys and Enter."),
        })
    };
    let rows = move || {
        list.get().map(|open| {
            let row = |(place, candidate): (usize, Candidate)| {
                let active = open.active;
                view! {
                    <Row id=id place=place candidate=candidate active=active on_choose=on_choose />
                }
            };
            let rows = open.candidates.clone().into_iter().enumerate().map(row).collect_view();
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
    candidate: Candidate,
    active: usize,
    on_choose: Callback<String>,
) -> impl IntoView {
    let path = candidate.path.clone();
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
            <span class="values__label">{candidate.label}</span>
            <span class="values__type">{candidate.port_type.to_string()}</span>
            <span class="values__from subtle small">{candidate.from}</span>
            <code class="values__path subtle small">{candidate.path}</code>
        </li>
    }
}
