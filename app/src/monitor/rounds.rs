//! What lies in a loop runs once a round: all rounds of a step together, and the choice of one.

use leptos::prelude::*;
use model::{
    execution::{
        state::NodeStatus,
        view::{Bill, ExecutionView, NodeView},
    },
    id::NodeId,
};

use super::{picture::status_of, store::ExecutionStore};

/// The runs of a drawn step in the rounds of its loop, in the order they began.
pub fn rounds_of<'a>(
    view: &'a ExecutionView,
    drawn: &'a str,
) -> impl Iterator<Item = &'a NodeView> {
    view.nodes.iter().filter(move |node| !node.id.round().is_empty() && node.id.drawn() == drawn)
}

/// Rounds of a step that are done, and all there will be as far as that is known.
pub fn done_of(view: &ExecutionView, node: &NodeView) -> Option<(usize, usize)> {
    let inside = node.inside.as_ref().filter(|_| node.id.round().is_empty())?;
    let done =
        |node: &&NodeView| matches!(node.status, NodeStatus::Completed | NodeStatus::Skipped);
    let done = rounds_of(view, node.id.as_str()).filter(done).count();
    let begun = rounds_of(view, node.id.as_str()).count();
    let planned: usize = view
        .nodes
        .iter()
        .filter(|owner| owner.id.drawn() == inside.drawn())
        .map(|owner| owner.rounds.len())
        .sum();
    let all = planned.max(begun);
    (all > 0).then_some((done, all))
}

/// A node as a person sees it: what lies in a loop, as it was drawn, with what all its rounds made.
pub fn gathered(view: &ExecutionView, node: &NodeView) -> NodeView {
    let mut all = node.clone();
    if node.inside.is_none() || !node.id.round().is_empty() {
        return all;
    }
    for round in rounds_of(view, node.id.as_str()) {
        all.jobs.extend(round.jobs.iter().cloned());
        all.artifacts.extend(round.artifacts.iter().cloned());
        all.past_bill = Bill::plus(all.past_bill, round.past_bill);
        all.past_children = Bill::plus(all.past_children, round.past_children);
        all.started_at = earlier(all.started_at, round.started_at);
        all.ended_at = all.ended_at.max(round.ended_at);
        all.failure = all.failure.or_else(|| round.failure.clone());
        all.review = all.review.or_else(|| round.review.clone());
        all.decided = all.decided.or_else(|| round.decided.clone());
        if round.status == all.status {
            all.waiting = all.waiting.or_else(|| round.waiting.clone());
            all.until = earlier(all.until, round.until);
            all.skipped = all.skipped.or(round.skipped);
        }
    }
    if !all.status.is_settled() {
        all.ended_at = None;
    }
    all
}

fn earlier<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// `3`, or `2.3` for the third round within the second of a loop around it.
pub fn number_of(id: &NodeId) -> String {
    let numbers = id.round().split('/').filter_map(|part| {
        let (_, number) = part.rsplit_once('[')?;
        number.trim_end_matches(']').parse::<usize>().ok()
    });
    numbers.map(|number| (number + 1).to_string()).collect::<Vec<_>>().join(".")
}

/// One entry of the choice: which node, and its words.
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
    /// What is known.
    store: ExecutionStore,
    /// The step, in one round or as it was drawn.
    #[prop(into)]
    node: Signal<NodeId>,
) -> impl IntoView {
    let drawn = Memo::new(move |_| node.with(|id| NodeId(id.drawn().to_owned())));
    let all = Memo::new(move |_| store.view.with(|view| choices(view, drawn.read().as_str())));
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
                <span class="small subtle">"Shown"</span>
                <select
                    class="input"
                    prop:value=chosen
                    on:change=move |event| {
                        store.chosen.set(Some(NodeId(event_target_value(&event))));
                    }
                >
                    <option value=move || drawn.get().to_string()>
                        {move || format!("All rounds ({})", all.read().len())}
                    </option>
                    {options}
                </select>
            </label>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::execution::state::RoundState;
    use serde_json::json;

    use super::*;
    use crate::monitor::sample;

    /// A loop of three rounds, of which the first is done and the second is under way.
    fn looped() -> ExecutionView {
        let node = |id: &str, kind: &str, inside: Option<&str>| json!({"id": id, "kind": kind, "label": "Copy", "inside": inside});
        let body = |round: usize| {
            let id = format!("copy@each[{round}]");
            json!({"kind": "round.started", "node": "each", "round": round, "total": 3,
                "nodes": [node(&id, "generate_copy", Some("each"))], "edges": [], "live": []})
        };
        let text = json!({"kind": "artifact.created", "artifact": {
            "id": "0193bbbb-0000-7000-8000-000000000001", "node": "copy@each[0]", "item": 0,
            "port": "texts", "version": 1, "sample": true, "type": "text", "excerpt": "Hello"}});
        ExecutionView::of(&sample::events(vec![
            (
                0,
                json!({"kind": "execution.launched", "edges": [], "nodes": [
                    node("each", "for_each", None), node("copy", "generate_copy", Some("each"))]}),
            ),
            (0, json!({"kind": "execution.started"})),
            (1, body(0)),
            (2, json!({"kind": "node.ready", "node": "copy@each[0]", "jobs": [sample::job(10)]})),
            (3, text),
            (4, json!({"kind": "node.completed", "node": "copy@each[0]"})),
            (
                5,
                json!({"kind": "round.ended", "node": "each", "round": 0, "failed": false, "last": false}),
            ),
            (6, body(1)),
            (7, json!({"kind": "node.ready", "node": "copy@each[1]", "jobs": [sample::job(11)]})),
        ]))
    }

    #[test]
    fn a_step_in_a_loop_shows_how_many_rounds_are_done_and_what_all_made() {
        let view = looped();
        let drawn = view.node(&"copy".into()).unwrap();

        assert_eq!(view.node(&"each".into()).unwrap().rounds[0], RoundState::Done);
        assert_eq!(done_of(&view, drawn), Some((1, 3)));
        let all = gathered(&view, drawn);
        assert_eq!((all.jobs.len(), all.artifacts.len()), (2, 1));
        assert_eq!(done_of(&view, view.node(&"each".into()).unwrap()), None);
    }

    #[test]
    fn one_round_can_be_chosen_by_its_number_and_state() {
        let choices = choices(&looped(), "copy");

        let words: Vec<_> = choices.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(words, ["Round 1: completed", "Round 2: queued"]);
        assert_eq!(number_of(&"copy@outer[2]/inner[0]".into()), "3.1");
    }
}
