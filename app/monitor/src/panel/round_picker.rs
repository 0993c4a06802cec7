//! The choice of one round of a step that lies in a loop.

use leptos::prelude::*;
use model::{
    execution::view::{ExecutionView, NodeView},
    id::NodeId,
};

use crate::{
    rounds::{count_begun, number_of, rounds_of},
    status::status_of,
    store::ExecutionStore,
};

/// The rounds to choose from: the node of each, and the words of its entry.
fn choices(view: &ExecutionView, drawn: &str) -> Vec<(NodeId, String)> {
    let words = |node: &NodeView| {
        let state = status_of(node, view.status).word();
        (node.id.clone(), format!("Round {}: {}", number_of(&node.id), state.to_lowercase()))
    };
    rounds_of(view, drawn).map(words).collect()
}

/// Lets a person look at one round of a step that lies in a loop; nothing for other steps.
#[component]
pub fn RoundPicker(
    /// The state of the execution that is shown.
    store: ExecutionStore,
    /// The step, in one round or as it was drawn.
    #[prop(into)]
    node: Signal<NodeId>,
) -> impl IntoView {
    let drawn = Memo::new(move |_| node.with(|id| NodeId(id.without_round().to_owned())));
    let all = Memo::new(move |_| store.view.with(|view| choices(view, drawn.read().as_str())));
    let begun = move || {
        let view = store.view.read();
        view.node(&drawn.read()).map_or(0, |node| count_begun(&view, node))
    };
    let chosen = move || node.with(|id| id.to_string());
    let options = move || {
        let option = |(id, words): (NodeId, String)| {
            let value = id.to_string();
            let selected = chosen() == value;
            view! {
                <option value=value selected=selected>
                    {words}
                </option>
            }
        };
        all.get().into_iter().map(option).collect_view()
    };
    view! {
        <Show when=move || !all.read().is_empty()>
            <label class="round-picker">
                <span class="small subtle">"Showing"</span>
                <select
                    class="input"
                    prop:value=chosen
                    on:change=move |event| {
                        store.chosen.set(Some(NodeId(event_target_value(&event))));
                    }
                >
                    <option value=move || drawn.get().to_string()>
                        {move || format!("All rounds ({})", begun())}
                    </option>
                    {options}
                </select>
            </label>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn one_round_can_be_chosen_by_its_number_and_state() {
        let choices = choices(&sample::looped(), "copy");

        let words: Vec<_> = choices.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(words, ["Round 1: completed", "Round 2: queued"]);
        assert_eq!(number_of(&"copy@outer[2]/inner[0]".into()), "3.1");
    }
}
