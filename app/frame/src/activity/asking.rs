//! What is asked before an execution is steered from the list.

use leptos::prelude::*;
use model::{
    execution::state::Action,
    id::ExecutionId,
    pages::{Control, ExecutionRow},
};
use ui::{button::ButtonLook, dialog::ConfirmDialog, icon::Icon};

use super::words::RESUMED;

/// The question before a command, and whether its dialog is open.
#[derive(Clone, Copy)]
pub(super) struct Questions {
    /// The execution as it was when its button was pressed, and what is to be done.
    last: RwSignal<Option<(ExecutionRow, RowCommand)>>,
    open: RwSignal<bool>,
}

impl Questions {
    /// No question is open.
    pub(super) fn none() -> Self {
        Self { last: RwSignal::new(None), open: RwSignal::new(false) }
    }

    /// Asks whether to do this to an execution.
    pub(super) fn ask(self, row: ExecutionRow, command: RowCommand) {
        self.last.set(Some((row, command)));
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

    /// The verb on its button and in the dialog that confirms it.
    pub(super) fn verb(self) -> &'static str {
        match self {
            Self::Pause => "Pause",
            Self::Resume => "Resume",
            Self::Stop => "Stop",
        }
    }

    fn effects(self) -> &'static str {
        match self {
            Self::Pause => {
                "What is in progress is finished first. Nothing new starts until somebody resumes it."
            }
            Self::Resume => RESUMED,
            Self::Stop => {
                "Work in progress is dropped; a call that has left may still be charged. Steps that \
                 have not run are cancelled. What was made so far is kept. A stopped execution \
                 cannot be resumed."
            }
        }
    }

    fn control(self) -> Control {
        match self {
            Self::Pause => Control::Pause,
            Self::Resume => Control::Resume,
            Self::Stop => Control::STOP,
        }
    }

    fn look(self) -> ButtonLook {
        match self {
            Self::Stop => ButtonLook::Danger,
            Self::Pause | Self::Resume => ButtonLook::Primary,
        }
    }
}

/// The dialog of the open question; it sends the command when the person agrees.
#[component]
pub(super) fn QuestionDialog(
    questions: Questions,
    /// Sends the command.
    send: Callback<(ExecutionId, Control)>,
) -> impl IntoView {
    let Questions { last, open } = questions;
    let command =
        move || last.with(|last| last.as_ref().map_or(RowCommand::Stop, |(_, command)| *command));
    let title = move || {
        let named = |(row, command): &(ExecutionRow, RowCommand)| {
            format!("{} {} #{}?", command.verb(), row.name, row.number)
        };
        last.with(|last| last.as_ref().map(named).unwrap_or_default())
    };
    let agree = move |()| {
        if let Some((row, command)) = last.get_untracked() {
            send.run((row.id, command.control()));
        }
    };
    view! {
        <ConfirmDialog
            id="ask-under-way"
            title=Signal::derive(title)
            text=Signal::derive(move || command().effects().to_owned())
            verb=Signal::derive(move || command().verb().to_owned())
            look=Signal::derive(move || command().look())
            open=open
            on_confirm=agree
        />
    }
}
