//! Which executions of the list are selected, the command that is sent to all of them at once, and what
//! became of it.

use std::collections::BTreeMap;

use api::executions::control_several;
use leptos::{prelude::*, task::spawn_local};
use model::{
    api::history::{SeveralAnswer, SeveralCommand, SeveralRequest},
    execution::state::Action,
    id::{ExecutionId, WorkspaceId},
    pages::ExecutionRow,
};
use ui::{
    button::{Button, ButtonLook, ButtonSize, IconButton},
    dialog::ConfirmDialog,
    format::pluralize,
    icon::{Glyph, Icon},
    toast::{ToastKind, Toasts, use_toasts},
};
use web::routes;

/// A command to several executions, and what each answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BulkResult {
    pub command: SeveralCommand,
    /// Name and answer of each execution, in the order of the list.
    pub each: Vec<(String, SeveralAnswer)>,
}

/// The selected executions with their names; a handle that is copied.
#[derive(Clone, Copy)]
pub struct Selection {
    names: RwSignal<BTreeMap<ExecutionId, String>>,
    busy: RwSignal<Option<SeveralCommand>>,
    pub(super) answered: RwSignal<Option<BulkResult>>,
    toasts: Toasts,
}

/// What an execution is called in words about it.
pub(super) fn name_of(row: &ExecutionRow) -> String {
    format!("{} #{}", row.name, row.number)
}

impl Selection {
    /// Nothing is selected.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            names: RwSignal::new(BTreeMap::new()),
            busy: RwSignal::new(None),
            answered: RwSignal::new(None),
            toasts: use_toasts(),
        }
    }

    pub(super) fn holds(self, id: ExecutionId) -> bool {
        self.names.read().contains_key(&id)
    }

    pub(super) fn toggle(self, row: &ExecutionRow) {
        self.names.update(|names| {
            if names.remove(&row.id).is_none() {
                names.insert(row.id, name_of(row));
            }
        });
    }

    /// Whether all of these are chosen, and there are any.
    pub(super) fn holds_all(self, rows: &[ExecutionRow]) -> bool {
        !rows.is_empty() && rows.iter().all(|row| self.holds(row.id))
    }

    /// Chooses all of these, or none where all were.
    pub(super) fn toggle_all(self, rows: &[ExecutionRow]) {
        let all = untrack(|| self.holds_all(rows));
        self.names.update(|names| {
            for row in rows {
                if all {
                    names.remove(&row.id);
                } else {
                    names.insert(row.id, name_of(row));
                }
            }
        });
    }

    pub(super) fn clear(self) {
        self.names.set(BTreeMap::new());
    }

    /// Whether any of the selected among these could do so.
    fn may(self, rows: &[ExecutionRow], action: Action) -> bool {
        rows.iter().any(|row| self.holds(row.id) && row.may(action))
    }

    fn count(self) -> usize {
        self.names.read().len()
    }

    /// Asks the server; what is not done stays chosen.
    fn send(self, command: SeveralCommand, then: Callback<()>) {
        if self.busy.get_untracked().is_some() {
            return;
        }
        let names = self.names.get_untracked();
        // Ids are made in the order of time: the latest first, like the list.
        let ids = names.keys().rev().copied().collect();
        self.busy.set(Some(command));
        spawn_local(async move {
            let answer = control_several(SeveralRequest { command, ids }).await;
            self.busy.try_set(None);
            match answer {
                Ok(answers) => self.take(command, &names, answers),
                Err(error) => self.toasts.show(ToastKind::Failed, error.0),
            }
            then.try_run(());
        });
    }

    fn take(
        self,
        command: SeveralCommand,
        names: &BTreeMap<ExecutionId, String>,
        answers: Vec<SeveralAnswer>,
    ) {
        self.names.try_update(|chosen| {
            for done in answers.iter().filter(|answer| answer.refused.is_none()) {
                chosen.remove(&done.id);
            }
        });
        let named =
            |answer: SeveralAnswer| (names.get(&answer.id).cloned().unwrap_or_default(), answer);
        let each = answers.into_iter().map(named).collect();
        self.answered.try_set(Some(BulkResult { command, each }));
    }
}

/// What may be done to the chosen ones; nothing while none is.
#[component]
pub(super) fn SelectionBar(
    chosen: Selection,
    /// The executions that are listed.
    rows: Memo<Vec<ExecutionRow>>,
    #[prop(into)] refresh: Callback<()>,
) -> impl IntoView {
    let may = move |action| Memo::new(move |_| rows.with(|rows| chosen.may(rows, action)));
    let (may_stop, may_retry) = (may(Action::Stop), may(Action::RetryNode));
    let (stopping, retrying) = (RwSignal::new(false), RwSignal::new(false));
    let count = move || pluralize(chosen.count() as u64, "run", "runs");
    let busy = move |command| Signal::derive(move || chosen.busy.get() == Some(command));
    view! {
        <Show when=move || { chosen.count() > 0 }>
            <div class="history__choice" role="group" aria-label="Selected runs">
                <strong class="num" role="status">
                    {move || format!("{} selected", count())}
                </strong>
                <span class="spring"></span>
                <Show when=move || may_stop.get()>
                    <Button
                        size=ButtonSize::Small
                        icon=Icon::Square
                        busy=busy(SeveralCommand::Stop)
                        on_press=move |()| stopping.set(true)
                    >
                        "Stop"
                    </Button>
                </Show>
                <Show
                    when=move || may_retry.get()
                    fallback=|| view! { <span class="muted small">"These runs have ended."</span> }
                >
                    <Button
                        size=ButtonSize::Small
                        icon=Icon::RotateCcw
                        busy=busy(SeveralCommand::Retry)
                        on_press=move |()| retrying.set(true)
                    >
                        "Retry failed steps"
                    </Button>
                </Show>
                <Button
                    size=ButtonSize::Small
                    look=ButtonLook::Ghost
                    on_press=move |()| chosen.clear()
                >
                    "Clear selection"
                </Button>
            </div>
        </Show>
        <ConfirmDialog
            id="stop-several"
            title=Signal::derive(move || format!("Stop {}?", count()))
            text="Work in progress is dropped; calls already sent may still be charged. Steps that \
                  haven't run are canceled. Results so far are kept. You can't resume a stopped \
                  run. Runs that have ended don't change."
            verb="Stop"
            open=stopping
            on_confirm=move |()| chosen.send(SeveralCommand::Stop, refresh)
        />
        <ConfirmDialog
            id="retry-several"
            title=Signal::derive(move || format!("Retry the failed steps of {}?", count()))
            text="Failed steps run again with the same settings, and the steps after them continue. \
                  Successful results are kept; new calls may be charged. Runs without a failed step \
                  don't change."
            verb="Retry"
            look=ButtonLook::Primary
            open=retrying
            on_confirm=move |()| chosen.send(SeveralCommand::Retry, refresh)
        />
    }
}

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
