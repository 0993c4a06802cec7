//! What the editor adds to the command palette: commands for the workflow and the canvas, and the
//! nodes.

use frame::palette::{COMMANDS, NODES, Offer, use_palette};
use leptos::prelude::*;
use ui::{
    combobox::{Choice, ChoiceGroup},
    icon::Icon,
};
use web::client::keys::keys_here;

use super::{
    launching::{Launching, why_not},
    page_state::{InspectorView, PageState},
};
use crate::canvas::popup::finder;

/// A command for the whole workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Command {
    Save,
    Launch,
    Versions,
    Copy,
    Import,
    Problems,
}

impl Command {
    const ALL: [Self; 6] =
        [Self::Save, Self::Launch, Self::Versions, Self::Copy, Self::Import, Self::Problems];

    /// The key in the palette, the icon and the label.
    fn about(self) -> (&'static str, Icon, &'static str) {
        match self {
            Self::Save => ("save", Icon::Flag, "Publish…"),
            Self::Launch => ("launch", Icon::Play, "Launch"),
            Self::Versions => ("versions", Icon::Clock, "Versions"),
            Self::Copy => ("copy", Icon::Copy, "Save a copy…"),
            Self::Import => ("import", Icon::Upload, "Import…"),
            Self::Problems => ("problems", Icon::TriangleAlert, "Show problems"),
        }
    }

    fn is_possible(self, state: PageState) -> bool {
        let editable = state.canvas.editor.document.editable;
        editable.get_untracked() || !matches!(self, Self::Save | Self::Import)
    }

    fn choice(self, state: PageState) -> Choice {
        let (key, icon, name) = self.about();
        let why_not = untrack(|| why_not(state)).filter(|_| self == Self::Launch);
        let keys = if self == Self::Save { keys_here("Ctrl S") } else { String::new() };
        Choice { detail: why_not.unwrap_or_default(), aside: keys, ..Choice::new(key, icon, name) }
    }

    fn run(self, state: PageState, launching: Launching) {
        match self {
            Self::Save => state.save(),
            Self::Launch => launching.begin.run(()),
            Self::Versions => state.versions.set(true),
            Self::Copy => state.copying.set(true),
            Self::Import => state.importing.set(true),
            Self::Problems => state.inspector.set(InspectorView::Problems),
        }
    }
}

/// Adds them to the command palette for as long as the page is shown.
pub(super) fn offer_commands(state: PageState, launching: Launching) {
    let Some(palette) = use_palette() else { return };
    let list = move |()| {
        let possible = Command::ALL.into_iter().filter(|command| command.is_possible(state));
        let own = possible.map(|command| command.choice(state));
        let commands = own.chain(finder::commands(state.canvas)).collect();
        vec![
            ChoiceGroup { title: COMMANDS, choices: commands },
            ChoiceGroup { title: NODES, choices: finder::nodes(state.canvas) },
        ]
    };
    let choose = move |key: String| match Command::ALL
        .into_iter()
        .find(|command| command.about().0 == key)
    {
        Some(command) => command.run(state, launching),
        None => finder::choose(state.canvas, &key),
    };
    let (list, choose) = (Callback::new(list), Callback::new(choose));
    palette.offer(Offer { id: "editor", list, choose });
}
