//! One execution in the panel, with what may be done to it.

use leptos::prelude::*;
use model::{
    execution::state::PauseReason,
    id::{ExecutionId, WorkspaceId},
    pages::{Control, EndedRow, ExecutionRow},
};
use ui::{
    badge::{StatusChip, Tag},
    button::IconButton,
    failure::sign_in_after,
    format::minute,
    icon::{Glyph, Icon},
    progress::ProgressBar,
    relative_time::{Elapsed, RelativeTime},
    status::Status,
};
use web::{
    client::clock::{Zone, use_zone},
    routes,
};

use super::{
    asking::{Questions, RowCommand},
    launches::{Launch, Launches, Outcome},
    words::{chip_of, status_of},
};

/// How the rows reach the panel they are in.
#[derive(Clone, Copy)]
pub(super) struct Controls {
    /// Whether the person may control executions.
    pub may: bool,
    /// What is under way.
    pub busy: RwSignal<Option<ExecutionId>>,
    pub send: Callback<(ExecutionId, Control)>,
    /// What is asked before it is sent.
    pub questions: Questions,
}

/// The status of an execution, and in words what it does or waits for. A decision that the person
/// may take comes first, whatever else is under way: it is what keeps the execution.
fn describe_row(row: &ExecutionRow, asks: bool, zone: Zone) -> (Status, Option<String>) {
    let own = row.wait().map(|wait| wait.to_text(|at| minute(at, zone)));
    if !asks || row.is_held() {
        return (status_of(row), own.or_else(|| row.current_step.clone()));
    }
    let decision = PauseReason::Review;
    let words = match (row.pause_reason, own) {
        // Deciding alone would not let it go on.
        (Some(reason), Some(own)) if reason != decision => format!("{}. {own}", decision.words()),
        _ => format!("{}; {}", decision.words(), decision.ends()),
    };
    (Status::AwaitingReview, Some(words))
}

/// An execution that is not over; `asks` when a decision that the person may take keeps it.
#[component]
pub(super) fn ActiveRow(
    workspace: WorkspaceId,
    row: Signal<Option<ExecutionRow>>,
    asks: bool,
    controls: Controls,
) -> impl IntoView {
    let first = row.get_untracked();
    first.map(|first| {
        let id = first.id;
        let name = format!("{} #{}", first.name, first.number);
        let label = format!("Progress of {name}");
        let zone = use_zone();
        let told = Memo::new(move |_| {
            let zone = zone.get();
            row.read().as_ref().map(|row| describe_row(row, asks, zone)).unwrap_or_default()
        });
        let percent = move || row.read().as_ref().map_or(0, |row| row.progress_percent);
        view! {
            <li class="under-way__row">
                <div class="under-way__head">
                    <a
                        class="link under-way__name clip-two"
                        translate="no"
                        href=routes::execution(workspace, id)
                        title=name.clone()
                    >
                        {name.clone()}
                    </a>
                    {first.is_test.then(|| view! { <Tag>"Test"</Tag> })}
                    <StatusChip
                        status=Signal::derive(move || told.read().0)
                        detail=Signal::derive(move || Some(format!("{}%", percent())))
                    />
                </div>
                <ProgressBar
                    percent=Signal::derive(move || Some(f64::from(percent())))
                    label=label
                />
                <div class="under-way__foot">
                    <p class="small muted under-way__words">{move || told.read().1.clone()}</p>
                    <span class="small subtle">
                        <Elapsed from=first.started_at />
                    </span>
                    <RowButtons row=row name=name controls=controls />
                </div>
            </li>
        }
    })
}

#[component]
fn RowButtons(
    row: Signal<Option<ExecutionRow>>,
    name: String,
    controls: Controls,
) -> impl IntoView {
    let disabled = Signal::derive(move || {
        controls
            .busy
            .get()
            .is_some_and(|busy| row.read().as_ref().is_some_and(|row| row.id == busy))
    });
    let button = move |command: RowCommand| {
        let label = format!("{} {name}", command.verb());
        let may = move |row: &ExecutionRow| controls.may && row.may(command.action());
        let allowed = Memo::new(move |_| row.read().as_ref().is_some_and(may));
        let press = move |()| {
            if let Some(row) = row.get_untracked() {
                match command {
                    RowCommand::Stop => controls.questions.ask(row),
                    RowCommand::Pause | RowCommand::Resume => {
                        controls.send.run((row.id, command.control()));
                    }
                }
            }
        };
        view! {
            <Show when=move || allowed.get()>
                <IconButton
                    icon=command.icon()
                    label=label.clone()
                    disabled=disabled
                    on_press=press
                />
            </Show>
        }
    };
    view! {
        <span class="under-way__buttons">
            {RowCommand::ALL.map(button).collect_view()}
        </span>
    }
}

/// A launch that is on its way, or was refused.
#[component]
pub(super) fn LaunchRow(
    workspace: WorkspaceId,
    launch: Launch,
    launches: Launches,
) -> impl IntoView {
    let key = launch.key;
    let (state, body) = match launch.outcome {
        Outcome::Asked => (
            "asked",
            view! {
                <span class="under-way__name clip-two" translate="no" title=launch.name>
                    {launch.name.clone()}
                </span>
                <StatusChip status=Status::Queued detail="Launching…".to_owned() />
            }
            .into_any(),
        ),
        Outcome::Accepted(id) => (
            "accepted",
            view! {
                <a
                    class="link under-way__name clip-two"
                    translate="no"
                    href=routes::execution(workspace, id)
                    title=launch.name
                >
                    {launch.name.clone()}
                </a>
                <StatusChip status=Status::Running />
            }
            .into_any(),
        ),
        Outcome::Refused(problem) => {
            let door = sign_in_after(&problem);
            let body = view! {
                <span class="under-way__name clip-two" translate="no" title=launch.name>
                    {launch.name.clone()}
                </span>
                <StatusChip status=Status::Failed detail="Not launched".to_owned() />
                <p class="under-way__refusal small">
                    <Glyph icon=Icon::CircleAlert size=14 />
                    <span>{problem.detail} {door}</span>
                </p>
                <IconButton icon=Icon::X label="Dismiss" on_press=move |()| launches.dismiss(key) />
            };
            ("refused", body.into_any())
        }
    };
    view! {
        <li class="under-way__row" data-launch=state>
            <div class="under-way__head">{body}</div>
        </li>
    }
}

/// An execution that has just ended.
#[component]
pub(super) fn EndedItem(workspace: WorkspaceId, row: EndedRow) -> impl IntoView {
    let name = format!("{} #{}", row.name, row.number);
    view! {
        <li class="under-way__row">
            <div class="under-way__head">
                <a
                    class="link under-way__name clip-two"
                    translate="no"
                    href=routes::execution(workspace, row.id)
                    title=name
                >
                    {name.clone()}
                </a>
                <StatusChip status=chip_of(row.status) />
                <span class="small subtle">
                    <RelativeTime at=row.ended_at />
                </span>
            </div>
        </li>
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::{
        execution::{state::ExecutionStatus, view::Bill, wait::Wait},
        time::Timestamp,
    };

    use super::*;

    /// Nothing of it works, and one branch waits for a time.
    fn holding(status: ExecutionStatus, pause_reason: Option<PauseReason>) -> ExecutionRow {
        let words = "Hold: Waiting for its scheduled time".to_owned();
        ExecutionRow {
            id: "0193bbbb-0000-7000-8000-000000000001".parse().unwrap(),
            number: 7,
            name: "Two branches".to_owned(),
            template: None,
            status,
            pause_reason,
            pause_message: None,
            queued: None,
            step: Some(Wait { words, until: Some(Timestamp(1_795_169_000_000)), hold: None }),
            error: None,
            progress_percent: 40,
            current_node: None,
            current_step: None,
            started_at: Timestamp(1_795_160_000_000),
            completed_at: None,
            bill: Bill::default(),
            launched_by: None,
            user_id: None,
            workspace_id: "0193bbbb-0000-7000-8000-000000000002".parse().unwrap(),
            project_id: "0193bbbb-0000-7000-8000-000000000003".parse().unwrap(),
            trigger: "manual".to_owned(),
            parent_id: None,
            children_bill: Bill::default(),
            is_test: false,
        }
    }

    #[test]
    fn what_needs_the_person_says_so_whatever_else_it_waits_for() {
        let running = holding(ExecutionStatus::Running, None);
        let decided_on = holding(ExecutionStatus::Paused, Some(PauseReason::Review));
        let held = holding(ExecutionStatus::Paused, Some(PauseReason::User));
        let told = |row, asks| describe_row(row, asks, Zone::Utc);
        let words = |row, asks| told(row, asks).1.unwrap_or_default();

        assert_eq!(told(&running, true), told(&decided_on, false));
        assert_eq!(told(&running, true).0, Status::AwaitingReview);
        assert_eq!(words(&running, true), "Waiting for review; continues after the decision");
        assert_eq!(told(&running, false).0, Status::Running);
        assert!(words(&running, false).starts_with("Hold: Waiting for its scheduled time"));
        assert_eq!(
            words(&held, true),
            "Waiting for review. Paused manually; resume it to continue"
        );
    }
}
