//! What is asked before an execution is steered from the list.

use leptos::prelude::*;
use model::{
    execution::state::Action,
    pages::{Control, ExecutionRow},
};

use super::{row::Controls, words::RESUMED};
use crate::ui::{button::ButtonLook, dialog::ConfirmDialog, icon::Icon};

/// What is asked, and whether it is asked now.
#[derive(Clone, Copy)]
pub(super) struct Questions {
    /// The execution as it was when its button was pressed, and what is to be done.
    last: RwSignal<Option<(ExecutionRow, Deed)>>,
    open: RwSignal<bool>,
}

impl Questions {
    /// Nothing is asked.
    pub(super) fn none() -> Self {
        Self { last: RwSignal::new(None), open: RwSignal::new(false) }
    }

    /// Asks whether to do this to an execution.
    pub(super) fn ask(self, row: ExecutionRow, deed: Deed) {
        self.last.set(Some((row, deed)));
        self.open.set(true);
    }
}

/// What can be done to an execution of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// Nothing new starts.
    Pause,
    /// It goes on.
    Resume,
    /// It ends.
    Stop,
}

impl Deed {
    /// All, in the order of their buttons.
    pub(super) const ALL: [Self; 3] = [Self::Pause, Self::Resume, Self::Stop];

    /// What the engine calls it.
    pub(super) fn action(self) -> Action {
        match self {
            Self::Pause => Action::Pause,
            Self::Resume => Action::Resume,
            Self::Stop => Action::Stop,
        }
    }

    /// The picture on its button.
    pub(super) fn icon(self) -> Icon {
        match self {
            Self::Pause => Icon::Pause,
            Self::Resume => Icon::Play,
            Self::Stop => Icon::Square,
        }
    }

    /// The word on its buttons.
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

/// Asks what is asked, and sends what the person agrees to.
#[component]
pub(super) fn QuestionDialog(
    /// What carries it out.
    controls: Controls,
) -> impl IntoView {
    let Questions { last, open } = controls.questions;
    let deed = move || last.with(|last| last.as_ref().map_or(Deed::Stop, |(_, deed)| *deed));
    let title = move || {
        let named = |(row, deed): &(ExecutionRow, Deed)| {
            format!("{} {} #{}?", deed.verb(), row.name, row.number)
        };
        last.with(|last| last.as_ref().map(named).unwrap_or_default())
    };
    let agree = move |()| {
        if let Some((row, deed)) = last.get_untracked() {
            controls.send.run((row.id, deed.control()));
        }
    };
    view! {
        <ConfirmDialog
            id="ask-under-way"
            title=Signal::derive(title)
            text=Signal::derive(move || deed().effects().to_owned())
            verb=Signal::derive(move || deed().verb().to_owned())
            look=Signal::derive(move || deed().look())
            open=open
            on_confirm=agree
        />
    }
}
