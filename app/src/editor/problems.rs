//! What is wrong with the workflow, each with a way there and, where it is certain, a way out.

use leptos::prelude::*;
use model::{
    edit::fix,
    validate::{Faults, Issue, Severity},
    workflow::Workflow,
};

use crate::ui::{
    button::{Button, ButtonSize},
    format,
    icon::{Glyph, Icon},
};

/// "2 errors, 1 warning"; nothing when all is well.
pub fn count_words(faults: Faults) -> Option<String> {
    let words =
        |count: usize, one, many| (count > 0).then(|| format::counted(count as u64, one, many));
    let errors = words(faults.errors, "error", "errors");
    let parts = [errors, words(faults.warnings, "warning", "warnings")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Whether an issue is about one of the inputs, which are set up at the start.
pub fn is_about_input(issue: &Issue) -> bool {
    issue.node_id.is_none() && issue.path.starts_with("parameters[")
}

/// What mends an issue, as the words of a button; none where that is not certain.
pub fn fix_words(workflow: &Workflow, issue: &Issue) -> Option<String> {
    let label = fix(workflow, issue)?.label;
    let mut letters = label.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect())
}

/// Every issue; a click leads to its node and field.
#[component]
pub fn ProblemList(
    /// What is wrong.
    #[prop(into)]
    issues: Signal<Vec<Issue>>,
    /// The words on the button that puts an issue right; none where that is not certain.
    fix: Callback<Issue, Option<String>>,
    /// Called with the issue whose button was pressed.
    #[prop(into)]
    on_fix: Callback<Issue>,
    /// Called with an issue that is about a node or an input.
    #[prop(into)]
    on_go: Callback<Issue>,
) -> impl IntoView {
    let rows = move || {
        let row = |issue: Issue| {
            let words = fix.run(issue.clone());
            view! { <Row issue=issue words=words on_fix=on_fix on_go=on_go /> }
        };
        issues.get().into_iter().map(row).collect_view()
    };
    let summary = move || {
        count_words(Faults::of(&issues.read())).unwrap_or_else(|| "Nothing is wrong.".to_owned())
    };
    view! {
        <section class="issues" aria-label="Problems">
            <p class="muted small" role="status">
                {summary}
            </p>
            <ul class="issues__list">{rows}</ul>
        </section>
    }
}

/// The picture of a severity, and its key, which is its word too.
pub fn look(severity: Severity) -> (Icon, &'static str) {
    match severity {
        Severity::Error => (Icon::CircleAlert, "error"),
        Severity::Warning => (Icon::TriangleAlert, "warning"),
    }
}

#[component]
fn Row(
    issue: Issue,
    words: Option<String>,
    on_fix: Callback<Issue>,
    on_go: Callback<Issue>,
) -> impl IntoView {
    let (icon, severity) = look(issue.severity);
    let about = issue.clone();
    let go = move |_| on_go.run(about.clone());
    let leads_nowhere = issue.node_id.is_none() && !is_about_input(&issue);
    let broken = issue.clone();
    let button = words.map(|words| {
        let put_right = move |()| on_fix.run(broken.clone());
        view! { <Button size=ButtonSize::Small on_press=put_right>{words}</Button> }
    });
    view! {
        <li class="issues__row" data-severity=severity>
            <Glyph icon=icon />
            <button type="button" class="issues__go" on:click=go disabled=leads_nowhere>
                <span class="unseen">{format!("{severity}: ")}</span>
                <span class="issues__message">{issue.message}</span>
                <span class="issues__fix small">{issue.fix}</span>
            </button>
            {button}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use model::validate::Code;

    use super::*;

    #[test]
    fn errors_and_warnings_are_counted_apart() {
        let error = Issue::error(Code::NoEnd, "nodes", "There is no end.");
        let warning = Issue::warning(Code::NoEffect, "nodes", "This does nothing.");

        let words = |issues: &[Issue]| count_words(Faults::of(issues));
        assert_eq!(words(&[]), None);
        assert_eq!(
            words(&[error.clone(), error.clone(), warning]).as_deref(),
            Some("2 errors, 1 warning")
        );
        assert_eq!(words(&[error]).as_deref(), Some("1 error"));
    }
}
