//! The differences between two workflows.

use std::collections::BTreeMap;

use diagram::Miniature;
use leptos::prelude::*;
use model::{
    api::texts::pieces,
    edit::{Difference, FieldDifference, What, diff},
    value::text_of,
    workflow::{Edge, Workflow},
};
use serde_json::Value;
use ui::versions::WordDifference;

/// The differences: a summary, a picture and the parts one by one.
#[component]
pub(super) fn Changes(old: Workflow, new: Signal<Workflow>) -> impl IntoView {
    let before = old.clone();
    let found = Memo::new(move |_| new.with(|new| diff(&before, new)));
    let picture = move || {
        let marks = marks(&found.read());
        let both = new.with(|new| merge_for_display(&old, new));
        (!marks.is_empty()).then(|| {
            view! {
                <div class="changes__picture" data-testid="changes-picture">
                    <Miniature workflow=both marks=marks />
                </div>
            }
        })
    };
    let rows = move || {
        let row = |difference: Difference| view! { <Row difference=difference /> };
        found.get().into_iter().map(row).collect_view()
    };
    view! {
        <p class="num" role="status">
            {move || summary(&found.read())}
        </p>
        {picture}
        <ul class="changes">{rows}</ul>
    }
}

/// The new workflow together with the nodes and edges that only the old one has.
fn merge_for_display(old: &Workflow, new: &Workflow) -> Workflow {
    let mut both = new.clone();
    both.nodes.extend(old.nodes.iter().filter(|node| new.node(&node.id).is_none()).cloned());
    let ends =
        |edge: &&Edge| both.node(&edge.source).is_some() && both.node(&edge.target).is_some();
    let gone = old.edges.iter().filter(|edge| new.edge(&edge.id).is_none()).filter(ends);
    both.edges.extend(gone.cloned().collect::<Vec<_>>());
    both
}

/// The marks of changed nodes in the picture; a node that only moved has none.
fn marks(differences: &[Difference]) -> BTreeMap<String, (&'static str, &'static str)> {
    let marked = differences.iter().filter(|one| one.what != What::Moved);
    let mark = |one: &Difference| Some((one.node.as_ref()?.to_string(), mark_of(one.what)));
    marked.filter_map(mark).collect()
}

#[component]
fn Row(difference: Difference) -> impl IntoView {
    let (mark, state) = mark_of(difference.what);
    let fields = difference.fields.into_iter().map(field).collect_view();
    view! {
        <li class="changes__part" data-state=state>
            <span class="changes__mark num" aria-label=state>
                {mark}
            </span>
            <span>{difference.words}</span>
            <ul class="changes__fields">{fields}</ul>
        </li>
    }
}

/// A field that differs; of two texts only the words that differ are marked.
fn field(FieldDifference { words, before, after }: FieldDifference) -> AnyView {
    match (&before, &after) {
        (Some(Value::String(before)), Some(Value::String(after))) => view! {
            <li class="diff changes__words">
                <span class="muted small">{words}</span>
                <WordDifference pieces=pieces(before, after) />
            </li>
        }
        .into_any(),
        (before, after) => view! {
            <li class="changes__field">
                <span class="muted small">{words}</span>
                <del>{format_value(before.as_ref())}</del>
                <ins>{format_value(after.as_ref())}</ins>
            </li>
        }
        .into_any(),
    }
}

fn mark_of(what: What) -> (&'static str, &'static str) {
    match what {
        What::Added => ("+", "added"),
        What::Removed => ("−", "removed"),
        What::Changed => ("~", "changed"),
        What::Moved => ("→", "moved"),
    }
}

/// The numbers of differences, such as "1 added, 2 changed", or that there are none.
fn summary(differences: &[Difference]) -> String {
    let count = |what: What| differences.iter().filter(|one| one.what == what).count();
    let part = |what: What| {
        let count = count(what);
        (count > 0).then(|| format!("{count} {}", mark_of(what).1))
    };
    let parts = [What::Added, What::Removed, What::Changed, What::Moved].map(part);
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "No differences.".to_owned() } else { parts.join(", ") }
}

/// The text of a value; empty where there is none.
fn format_value(value: Option<&Value>) -> String {
    value.map(text_of).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use model::template::blank_workflow;

    use super::*;

    #[test]
    fn what_differs_is_counted_by_what_became_of_it() {
        let old = blank_workflow("Old");
        let mut new = old.clone();
        new.nodes[0].data.label = "Begin".to_owned();
        new.nodes.remove(1);

        assert_eq!(summary(&diff(&old, &old)), "No differences.");
        assert_eq!(summary(&diff(&old, &new)), "1 removed, 1 changed");
    }

    #[test]
    fn the_picture_shows_what_is_gone_too() {
        let old = blank_workflow("Old");
        let mut new = old.clone();
        let gone = new.nodes.remove(1);
        new.edges.clear();

        let marks = marks(&diff(&old, &new));

        assert_eq!(merge_for_display(&old, &new).nodes.len(), old.nodes.len());
        assert_eq!(marks.get(gone.id.as_str()), Some(&("−", "removed")));
    }
}
