//! What the editor adds to the palette: what can be done with the workflow and on the canvas, its
//! nodes.

use leptos::prelude::*;

use super::{
    launching::{Launching, why_not},
    room::{Beside, Room},
};
use crate::{
    client::keys::keys_here,
    editor::canvas::popup::finder,
    palette::{COMMANDS, NODES, Offer, use_palette},
    ui::{
        choices::{Choice, ChoiceGroup},
        icon::Icon,
    },
};

/// Something to do with the whole workflow.
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

    /// Its key in the palette, its picture and its name.
    fn about(self) -> (&'static str, Icon, &'static str) {
        match self {
            Self::Save => ("save", Icon::Flag, "Save a version"),
            Self::Launch => ("launch", Icon::Play, "Launch"),
            Self::Versions => ("versions", Icon::Clock, "Versions"),
            Self::Copy => ("copy", Icon::Copy, "Save as template"),
            Self::Import => ("import", Icon::Upload, "Import"),
            Self::Problems => ("problems", Icon::TriangleAlert, "Show problems"),
        }
    }

    fn is_possible(self, room: Room) -> bool {
        room.desk.editor.editable.get_untracked() || !matches!(self, Self::Save | Self::Import)
    }

    fn choice(self, room: Room) -> Choice {
        let (key, icon, name) = self.about();
        let why_not = untrack(|| why_not(room)).filter(|_| self == Self::Launch);
        let keys = if self == Self::Save { keys_here("Ctrl S") } else { String::new() };
        Choice { detail: why_not.unwrap_or_default(), aside: keys, ..Choice::new(key, icon, name) }
    }

    fn run(self, room: Room, launching: Launching) {
        match self {
            Self::Save => room.save(),
            Self::Launch => match untrack(|| why_not(room)) {
                Some(why) => room.desk.editor.refuse(why),
                None => launching.begin.run(()),
            },
            Self::Versions => room.versions.set(true),
            Self::Copy => room.copying.set(true),
            Self::Import => room.importing.set(true),
            Self::Problems => room.beside.set(Beside::Problems),
        }
    }
}

/// Adds all of it for as long as the page is there.
pub(super) fn offer_commands(room: Room, launching: Launching) {
    let Some(palette) = use_palette() else { return };
    let list = move |()| {
        let possible = Command::ALL.into_iter().filter(|command| command.is_possible(room));
        let own = possible.map(|command| command.choice(room));
        let commands = own.chain(finder::deeds(room.desk)).collect();
        vec![
            ChoiceGroup { title: COMMANDS, choices: commands },
            ChoiceGroup { title: NODES, choices: finder::nodes(room.desk) },
        ]
    };
    let choose = move |key: String| match Command::ALL
        .into_iter()
        .find(|command| command.about().0 == key)
    {
        Some(command) => command.run(room, launching),
        None => finder::choose(room.desk, &key),
    };
    let (list, choose) = (Callback::new(list), Callback::new(choose));
    palette.offer(Offer { id: "editor", list, choose });
}
