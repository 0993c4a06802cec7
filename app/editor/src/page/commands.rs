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
struct PageCommand {
    /// Its key in the palette.
    key: &'static str,
    icon: Icon,
    label: &'static str,
    /// Whether it changes the draft.
    edits: bool,
    run: fn(PageState, Launching),
}

const SAVE: &str = "save";
const LAUNCH: &str = "launch";

const PAGE_COMMANDS: [PageCommand; 6] = [
    command(SAVE, Icon::Flag, "Publish…", true, |state, _| state.save()),
    command(LAUNCH, Icon::Play, "Launch", false, |_, launching| launching.begin.run(())),
    command("versions", Icon::Clock, "Versions", false, |state, _| state.versions.set(true)),
    command("copy", Icon::Copy, "Save a copy…", false, |state, _| state.copying.set(true)),
    command("import", Icon::Upload, "Import…", true, |state, _| state.importing.set(true)),
    command("problems", Icon::TriangleAlert, "Show problems", false, |state, _| {
        state.inspector.set(InspectorView::Problems);
    }),
];

const fn command(
    key: &'static str,
    icon: Icon,
    label: &'static str,
    edits: bool,
    run: fn(PageState, Launching),
) -> PageCommand {
    PageCommand { key, icon, label, edits, run }
}

impl PageCommand {
    fn choice(&self, state: PageState) -> Choice {
        let why_not = untrack(|| why_not(state)).filter(|_| self.key == LAUNCH);
        let aside = if self.key == SAVE { keys_here("Ctrl S") } else { String::new() };
        let detail = why_not.unwrap_or_default();
        Choice { detail, aside, ..Choice::new(self.key, self.icon, self.label) }
    }
}

/// Adds them to the command palette for as long as the page is shown.
pub(super) fn offer_commands(state: PageState, launching: Launching) {
    let Some(palette) = use_palette() else { return };
    let list = move |()| {
        let may_edit = state.canvas.editor.document.editable.get_untracked();
        let possible = PAGE_COMMANDS.iter().filter(|command| may_edit || !command.edits);
        let own = possible.map(|command| command.choice(state));
        let commands = own.chain(finder::commands(state.canvas)).collect();
        vec![
            ChoiceGroup { title: COMMANDS, choices: commands },
            ChoiceGroup { title: NODES, choices: finder::nodes(state.canvas) },
        ]
    };
    let choose = move |key: String| match PAGE_COMMANDS.iter().find(|command| command.key == key) {
        Some(command) => (command.run)(state, launching),
        None => finder::choose(state.canvas, &key),
    };
    let (list, choose) = (Callback::new(list), Callback::new(choose));
    palette.offer(Offer { id: "editor", list, choose });
}
