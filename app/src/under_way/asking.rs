//! What is asked before an execution is steered from the list.

use leptos::prelude::*;
use model::pages::{Control, ExecutionRow};

use super::{row::Controls, words::RESUMED};
use crate::ui::{button::ButtonLook, dialog::ConfirmDialog};

/// Something to do to an execution of the list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Question {
    /// The execution as it was when its button was pressed.
    pub row: ExecutionRow,
    /// What is to be done.
    pub deed: Deed,
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
            Self::Stop => Control::Stop,
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
    /// What is asked; none while nothing is.
    asked: RwSignal<Option<Question>>,
    /// What carries it out.
    controls: Controls,
) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move || open.set(asked.read().is_some()));
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            asked.set(None);
        }
        now
    });
    // While it closes the dialog still says what it was about.
    let last = Memo::new(move |before: Option<&Option<Question>>| {
        asked.get().or_else(|| before.cloned().flatten())
    });
    let deed = move || last.with(|last| last.as_ref().map_or(Deed::Stop, |last| last.deed));
    let title = move || {
        let named = |asked: &Question| {
            format!("{} {} #{}?", asked.deed.verb(), asked.row.name, asked.row.number)
        };
        last.with(|last| last.as_ref().map(named).unwrap_or_default())
    };
    let agree = move |()| {
        if let Some(Question { row, deed }) = last.get_untracked() {
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
