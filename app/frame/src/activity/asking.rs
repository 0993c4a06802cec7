//! What can be done to a run of the list, and the question before it is stopped.

use leptos::prelude::*;
use model::{
    execution::state::Action,
    id::ExecutionId,
    pages::{Control, ExecutionRow},
};
use ui::{button::ButtonLook, dialog::ConfirmDialog, icon::Icon};

/// What stopping a run does.
const STOPPED: &str = "Work in progress is dropped; calls already sent may still be charged. Steps that \
                       haven't run are canceled. Results so far are kept. You can't resume a stopped run.";

/// The question before a run is stopped, and whether its dialog is open.
#[derive(Clone, Copy)]
pub(super) struct Questions {
    /// The execution as it was when its button was pressed.
    last: RwSignal<Option<ExecutionRow>>,
    open: RwSignal<bool>,
}

impl Questions {
    /// No question is open.
    pub(super) fn none() -> Self {
        Self { last: RwSignal::new(None), open: RwSignal::new(false) }
    }

    /// Asks whether to stop an execution.
    pub(super) fn ask(self, row: ExecutionRow) {
        self.last.set(Some(row));
        self.open.set(true);
    }
}

/// A command to an execution of the list, each with a button in its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowCommand {
    /// Work in progress is finished, and nothing new starts.
    Pause,
    /// A paused execution goes on from where it stands.
    Resume,
    /// Work in progress is dropped; it cannot be resumed.
    Stop,
}

impl RowCommand {
    /// All, in the order of their buttons.
    pub(super) const ALL: [Self; 3] = [Self::Pause, Self::Resume, Self::Stop];

    /// The action that the person has to be allowed.
    pub(super) fn action(self) -> Action {
        match self {
            Self::Pause => Action::Pause,
            Self::Resume => Action::Resume,
            Self::Stop => Action::Stop,
        }
    }

    /// The icon on its button.
    pub(super) fn icon(self) -> Icon {
        match self {
            Self::Pause => Icon::Pause,
            Self::Resume => Icon::Play,
            Self::Stop => Icon::Square,
        }
    }

    /// The verb on its button.
    pub(super) fn verb(self) -> &'static str {
        match self {
            Self::Pause => "Pause",
            Self::Resume => "Resume",
            Self::Stop => "Stop",
        }
    }

    /// What is sent for it.
    pub(super) fn control(self) -> Control {
        match self {
            Self::Pause => Control::Pause,
            Self::Resume => Control::Resume,
            Self::Stop => Control::STOP,
        }
    }
}

/// The question of the run that is to be stopped: the only command that cannot be taken back.
#[component]
pub(super) fn StopDialog(
    questions: Questions,
    send: Callback<(ExecutionId, Control)>,
) -> impl IntoView {
    let Questions { last, open } = questions;
    let title = move || {
        let named = |row: &ExecutionRow| format!("Stop {} #{}?", row.name, row.number);
        last.with(|last| last.as_ref().map(named).unwrap_or_default())
    };
    let agree = move |()| {
        if let Some(row) = last.get_untracked() {
            send.run((row.id, Control::STOP));
        }
    };
    view! {
        <ConfirmDialog
            id="ask-under-way"
            title=Signal::derive(title)
            text=STOPPED
            verb="Stop"
            look=ButtonLook::Danger
            open=open
            on_confirm=agree
        />
    }
}
