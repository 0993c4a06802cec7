//! One execution in the panel, with what may be done to it.

use leptos::prelude::*;
use model::{
    execution::state::Action,
    id::{ExecutionId, WorkspaceId},
    pages::{Control, EndedRow, ExecutionRow},
};

use super::{
    launches::{Launch, Launches, Outcome},
    words::{chip_of, status_of},
};
use crate::{
    routes,
    ui::{
        badge::{StatusChip, Tag},
        button::IconButton,
        format::minute,
        icon::{Glyph, Icon},
        progress::ProgressBar,
        relative_time::{Elapsed, RelativeTime},
        status::Status,
    },
};

/// How the rows reach the panel they are in.
#[derive(Clone, Copy)]
pub(super) struct Controls {
    /// Whether the person may control executions.
    pub may: bool,
    /// What is under way.
    pub busy: RwSignal<Option<ExecutionId>>,
    /// Sends a control.
    pub send: Callback<(ExecutionId, Control)>,
    /// Asks before a stop.
    pub ask_stop: Callback<ExecutionRow>,
}

/// An execution that is not over.
#[component]
pub(super) fn ActiveRow(
    workspace: WorkspaceId,
    row: Signal<Option<ExecutionRow>>,
    controls: Controls,
) -> impl IntoView {
    let first = row.get_untracked();
    first.map(|first| {
        let id = first.id;
        let name = format!("{} #{}", first.name, first.number);
        let label = format!("Progress of {name}");
        let status = move || row.read().as_ref().map(status_of).unwrap_or_default();
        let percent = move || row.read().as_ref().map_or(0, |row| row.progress_percent);
        let words = move || {
            row.read().as_ref().and_then(|row| {
                row.wait().map(|wait| wait.said(minute)).or_else(|| row.current_step.clone())
            })
        };
        view! {
            <li class="under-way__row">
                <div class="under-way__head">
                    <a
                        class="link under-way__name clip-two"
                        href=routes::execution(workspace, id)
                        title=name.clone()
                    >
                        {name.clone()}
                    </a>
                    {first.is_test.then(|| view! { <Tag>"Test"</Tag> })}
                    <StatusChip
                        status=Signal::derive(status)
                        detail=Signal::derive(move || Some(format!("{} %", percent())))
                    />
                </div>
                <ProgressBar
                    percent=Signal::derive(move || Some(f64::from(percent())))
                    label=label
                />
                <div class="under-way__foot">
                    <p class="small muted under-way__words">{words}</p>
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
    let may = move |action| {
        Memo::new(move |_| controls.may && row.read().as_ref().is_some_and(|row| row.may(action)))
    };
    let disabled = Signal::derive(move || {
        controls
            .busy
            .get()
            .is_some_and(|busy| row.read().as_ref().is_some_and(|row| row.id == busy))
    });
    let send = move |control: Control| {
        if let Some(row) = row.get_untracked() {
            controls.send.run((row.id, control));
        }
    };
    let ask = move |()| {
        if let Some(row) = row.get_untracked() {
            controls.ask_stop.run(row);
        }
    };
    let button = move |action: Action, icon: Icon, verb: &'static str, press: Callback<()>| {
        let (allowed, label) = (may(action), format!("{verb} {name}"));
        view! {
            <Show when=move || allowed.get()>
                <IconButton icon=icon label=label.clone() disabled=disabled on_press=press />
            </Show>
        }
    };
    let pause = Callback::new(move |()| send(Control::Pause));
    let resume = Callback::new(move |()| send(Control::Resume));
    view! {
        <span class="under-way__buttons">
            {button(Action::Pause, Icon::Pause, "Pause", pause)}
            {button(Action::Resume, Icon::Play, "Resume", resume)}
            {button(Action::Stop, Icon::Square, "Stop", Callback::new(ask))}
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
                <span class="under-way__name clip-two" title=launch.name>
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
                    href=routes::execution(workspace, id)
                    title=launch.name
                >
                    {launch.name.clone()}
                </a>
                <StatusChip status=Status::Running />
            }
            .into_any(),
        ),
        Outcome::Refused(detail) => (
            "refused",
            view! {
                <span class="under-way__name clip-two" title=launch.name>
                    {launch.name.clone()}
                </span>
                <StatusChip status=Status::Failed detail="Not launched".to_owned() />
                <p class="under-way__refusal small">
                    <Glyph icon=Icon::CircleAlert size=14 />
                    <span>{detail}</span>
                </p>
                <IconButton icon=Icon::X label="Dismiss" on_press=move |()| launches.dismiss(key) />
            }
            .into_any(),
        ),
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
