//! In what two workflows differ.

use leptos::prelude::*;
use model::{
    edit::{Difference, FieldDifference, What, diff},
    value::text_of,
    workflow::Workflow,
};
use serde_json::Value;

/// What became of the old one, in words: how much in a line, then part by part.
#[component]
pub(super) fn Changes(old: Workflow, new: Signal<Workflow>) -> impl IntoView {
    let found = Memo::new(move |_| new.with(|new| diff(&old, new)));
    let rows = move || {
        let row = |difference: Difference| view! { <Row difference=difference /> };
        found.get().into_iter().map(row).collect_view()
    };
    view! {
        <p class="num" role="status">
            {move || summary(&found.read())}
        </p>
        <ul class="changes">{rows}</ul>
    }
}

#[component]
fn Row(difference: Difference) -> impl IntoView {
    let (mark, state) = mark_of(difference.what);
    let field = |field: FieldDifference| {
        view! {
            <li class="changes__field">
                <span class="muted small">{field.words}</span>
                <del>{shown(field.before.as_ref())}</del>
                <ins>{shown(field.after.as_ref())}</ins>
            </li>
        }
    };
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

fn mark_of(what: What) -> (&'static str, &'static str) {
    match what {
        What::Added => ("+", "added"),
        What::Removed => ("−", "removed"),
        What::Changed => ("~", "changed"),
        What::Moved => ("→", "moved"),
    }
}

/// "+1 −2 ~3", or that nothing differs.
fn summary(differences: &[Difference]) -> String {
    let count = |what: What| differences.iter().filter(|one| one.what == what).count();
    let part = |what: What| {
        let count = count(what);
        (count > 0).then(|| format!("{}{count}", mark_of(what).0))
    };
    let parts = [What::Added, What::Removed, What::Changed, What::Moved].map(part);
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "The draft is the same.".to_owned() } else { parts.join(" ") }
}

fn shown(value: Option<&Value>) -> String {
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

        assert_eq!(summary(&diff(&old, &old)), "The draft is the same.");
        assert_eq!(summary(&diff(&old, &new)), "−1 ~1");
    }
}
