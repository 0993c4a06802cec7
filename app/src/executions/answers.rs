//! What became of a command to several executions.

use leptos::prelude::*;
use model::{
    api::history::{SeveralAnswer, SeveralCommand},
    id::WorkspaceId,
};
use ui::{
    button::IconButton,
    format::pluralize,
    icon::{Glyph, Icon},
};
use web::routes;

use super::selection::{BulkResult, Selection};

/// How many were done, in words.
fn summary(answered: &BulkResult) -> String {
    let done = answered.each.iter().filter(|(_, answer)| answer.refused.is_none()).count();
    let verb = match answered.command {
        SeveralCommand::Stop => "stopped",
        SeveralCommand::Retry => "retried",
    };
    let did = format!("{} {verb}", pluralize(done as u64, "run", "runs"));
    match answered.each.len() - done {
        0 => format!("{did}."),
        not => format!("{did}. {not} couldn't be {verb}:"),
    }
}

/// Says how many were done, and of each that was not, why.
#[component]
pub(super) fn Answers(workspace: WorkspaceId, chosen: Selection) -> impl IntoView {
    let refusal = move |(name, answer): (String, SeveralAnswer)| {
        answer.refused.map(|problem| {
            view! {
                <li>
                    <a class="link" translate="no" href=routes::execution(workspace, answer.id)>
                        {name}
                    </a>
                    ": "
                    {problem.detail}
                </li>
            }
        })
    };
    let shown = move || {
        chosen.answered.get().map(|answered| {
            let words = summary(&answered);
            let refused: Vec<_> = answered.each.into_iter().filter_map(refusal).collect();
            let list = (!refused.is_empty()).then(|| view! { <ul>{refused}</ul> });
            view! {
                <div class="history__answers">
                    <Glyph icon=Icon::Info size=18 />
                    <div>
                        <p>{words}</p>
                        {list}
                    </div>
                    <IconButton
                        icon=Icon::X
                        label="Dismiss"
                        on_press=move |()| chosen.answered.set(None)
                    />
                </div>
            }
        })
    };
    view! { <div role="status">{shown}</div> }
}

#[cfg(test)]
mod tests {
    use model::{id::ExecutionId, problem::Problem};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_summary_counts_what_was_done_and_what_not() {
        let answer = |number, refused| {
            let id = ExecutionId(Uuid::from_u128(number));
            (format!("Ads #{number}"), SeveralAnswer { id, refused })
        };
        let over = || Some(Problem::conflict("execution_over", "It is over."));
        let told = |command, each| summary(&BulkResult { command, each });

        let mixed = told(SeveralCommand::Stop, vec![answer(1, None), answer(2, over())]);
        let all = told(SeveralCommand::Retry, vec![answer(1, None), answer(2, None)]);

        assert_eq!(mixed, "1 run stopped. 1 couldn't be stopped:");
        assert_eq!(all, "2 runs retried.");
    }
}
