//! The list of members while a name is typed.

use leptos::prelude::*;
use model::comment::{CommentPerson, mention::OpenMention};
use ui::avatar::Avatar;

/// An open list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Completion {
    /// The mention that is being typed.
    pub open: OpenMention,
    /// The members who fit what is typed.
    pub people: Vec<CommentPerson>,
    /// The place of the row that Enter takes.
    pub active: usize,
}

impl Completion {
    /// Moves to the next or previous row, going round; false for other keys.
    pub(super) fn step(&mut self, key: &str) -> bool {
        let count = self.people.len().max(1);
        self.active = match key {
            "ArrowDown" => (self.active + 1) % count,
            "ArrowUp" => (self.active + count - 1) % count,
            _ => return false,
        };
        true
    }
}

/// The element id of the list of a box.
pub(super) fn list_id(field: &str) -> String {
    format!("{field}-people")
}

/// The element id of a row of the list of a box.
pub(super) fn row_id(field: &str, place: usize) -> String {
    format!("{field}-person-{place}")
}

/// The list beside a box, while it is open.
#[component]
pub(super) fn CompletionList(
    /// The element id of the box.
    id: StoredValue<String>,
    list: RwSignal<Option<Completion>>,
    on_choose: Callback<CommentPerson>,
) -> impl IntoView {
    let said = move || {
        list.with(|list| match list.as_ref().map(|list| list.people.len()) {
            None => String::new(),
            Some(1) => "1 member found. Press Enter to mention them.".to_owned(),
            Some(count) => format!("{count} members found. Choose with the arrow keys and Enter."),
        })
    };
    let row = move |(place, person): (usize, CommentPerson), active: usize| {
        let (name, picture) = (person.name.clone(), person.picture);
        view! {
            <li
                class="values__row comments__person"
                role="option"
                id=id.with_value(|id| row_id(id, place))
                aria-selected=if place == active { "true" } else { "false" }
                // The box keeps the focus: a press elsewhere would close the list first.
                on:pointerdown=move |event| {
                    event.prevent_default();
                    on_choose.run(person.clone());
                }
            >
                <Avatar name=name.clone() picture=picture />
                <span class="values__label" dir="auto" translate="no">
                    {name}
                </span>
            </li>
        }
    };
    let rows = move || {
        list.get().map(|open| {
            let active = open.active;
            let rows = open.people.into_iter().enumerate().map(move |one| row(one, active));
            view! {
                <ul
                    class="values"
                    role="listbox"
                    aria-label="Members"
                    id=id.with_value(|id| list_id(id))
                >
                    {rows.collect_view()}
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

#[cfg(test)]
mod tests {
    use model::id::UserId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_arrows_go_round_and_other_keys_are_left_to_the_box() {
        let person = |number: u128| CommentPerson {
            id: UserId(Uuid::from_u128(number)),
            name: "Ada".to_owned(),
            picture: None,
        };
        let open = OpenMention { start: 0, end: 1, typed: String::new() };
        let mut list = Completion { open, people: vec![person(1), person(2)], active: 0 };

        assert!(list.step("ArrowUp") && list.active == 1);
        assert!(list.step("ArrowDown") && list.active == 0);
        assert!(!list.step("x") && list.active == 0);
    }
}
