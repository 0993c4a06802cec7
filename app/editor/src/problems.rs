//! The list of issues of the workflow, each with a link to its place and, where one is certain, a
//! fix.

use leptos::prelude::*;
use model::{
    edit::fix,
    validate::{Faults, Issue, Severity},
    workflow::Workflow,
};
use ui::{
    button::{Button, ButtonSize},
    format,
    icon::{Glyph, Icon},
};

/// "2 errors, 1 warning"; nothing when there are none.
pub fn count_words(faults: Faults) -> Option<String> {
    let words =
        |count: usize, one, many| (count > 0).then(|| format::pluralize(count as u64, one, many));
    let errors = words(faults.errors, "error", "errors");
    let parts = [errors, words(faults.warnings, "warning", "warnings")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Whether an issue is about one of the workflow's inputs, which the panel of Start shows.
pub fn is_about_input(issue: &Issue) -> bool {
    issue.node_id.is_none() && issue.path.starts_with("parameters[")
}

/// The words of the button that fixes an issue; nothing where no fix is certain.
pub fn fix_words(workflow: &Workflow, issue: &Issue) -> Option<String> {
    let label = fix(workflow, issue)?.label;
    let mut letters = label.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect())
}

/// The list of all issues; a click leads to the node and field.
#[component]
pub fn ProblemList(
    /// The issues, in the order of validation.
    #[prop(into)]
    issues: Signal<Vec<Issue>>,
    /// Gives the words of the button that fixes an issue; nothing where no fix is certain.
    fix: Callback<Issue, Option<String>>,
    /// Called with the issue whose fix was pressed.
    #[prop(into)]
    on_fix: Callback<Issue>,
    /// Called with the issue that was clicked; it is about a node or an input.
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
        count_words(Faults::from_issues(&issues.read()))
            .unwrap_or_else(|| "No problems.".to_owned())
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

/// The icon of a severity and its key, which is also read to screen readers.
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
        let apply_fix = move |()| on_fix.run(broken.clone());
        view! { <Button size=ButtonSize::Small on_press=apply_fix>{words}</Button> }
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

        let words = |issues: &[Issue]| count_words(Faults::from_issues(issues));
        assert_eq!(words(&[]), None);
        assert_eq!(
            words(&[error.clone(), error.clone(), warning]).as_deref(),
            Some("2 errors, 1 warning")
        );
        assert_eq!(words(&[error]).as_deref(), Some("1 error"));
    }
}
