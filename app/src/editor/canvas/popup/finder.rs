//! Finding a node by its words, and anything one can do by its name.

use leptos::prelude::*;
use model::{canvas::tool::Tool, id::NodeId};

use super::choices::{Choice, Choices};
use crate::{
    client::keys::keys_here,
    diagram::kind_icon,
    editor::{
        canvas::{deed::Deed, desk::Desk, focus::focus_canvas},
        store::Found,
    },
};

/// What is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Nodes on the canvas.
    Nodes,
    /// What one can do, and nodes.
    Everything,
}

const DEEDS: &[Deed] = &[
    Deed::QuickAdd,
    Deed::Undo,
    Deed::Redo,
    Deed::Tidy,
    Deed::Group,
    Deed::Ungroup,
    Deed::Extract,
    Deed::Arrange,
    Deed::Fit,
    Deed::FitSelection,
    Deed::FullSize,
    Deed::SelectAll,
    Deed::Duplicate,
    Deed::Copy,
    Deed::Cut,
    Deed::Paste,
    Deed::Delete,
    Deed::Rename,
    Deed::Connect,
    Deed::Disconnect,
    Deed::Label,
    Deed::Use(Tool::Select),
    Deed::Use(Tool::Hand),
    Deed::Test,
    Deed::TestOnly,
    Deed::TestFrom,
    Deed::Breakpoint,
    Deed::Outline,
    Deed::Lines,
    Deed::Export,
    Deed::ExportPicture,
    Deed::Keys,
];

/// Between the kind of a choice and what it is.
const DEED: &str = "deed:";

fn deeds(desk: Desk) -> Vec<Choice> {
    let choice = |(place, deed): (usize, &Deed)| Choice {
        key: format!("{DEED}{place}"),
        icon: deed.icon(),
        kind: String::new(),
        name: deed.word().to_owned(),
        detail: desk.why_not(*deed).unwrap_or_default(),
        aside: keys_here(deed.keys()),
    };
    DEEDS.iter().enumerate().map(choice).collect()
}

/// Every node, with the words of its settings.
fn nodes(desk: Desk) -> Vec<Choice> {
    let editor = desk.editor;
    let choice = |id: &NodeId| {
        let spot = editor.drawing.spot(id)?;
        let card = spot.card.get_untracked();
        let texts = editor.node(id).map(|node| node.data.config.texts()).unwrap_or_default();
        let words: Vec<String> = texts.into_iter().map(|(_, text)| text).collect();
        let detail = format!("{} {}", card.subtitle, words.join(" "));
        Some(Choice {
            key: id.to_string(),
            icon: kind_icon(&card.kind),
            kind: card.kind,
            name: card.label,
            detail,
            aside: String::new(),
        })
    };
    editor.drawing.order.with_untracked(|order| order.iter().filter_map(choice).collect())
}

/// The search, while it is open.
#[component]
pub fn Finder(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    let choose = move |key: String| {
        desk.finder.set(None);
        focus_canvas();
        let deed = key.strip_prefix(DEED).and_then(|place| place.parse::<usize>().ok());
        match deed.and_then(|place| DEEDS.get(place)) {
            Some(deed) => desk.perform(*deed),
            None => desk.find(&NodeId(key)),
        }
    };
    let close = move |()| {
        desk.finder.set(None);
        focus_canvas();
    };
    let show_found = Callback::new(move |(keys, at): (Vec<String>, usize)| {
        let at = keys.get(at).cloned().map(NodeId);
        if let Some(card) = at.as_ref().and_then(|id| desk.editor.drawing.rect(id)) {
            desk.editor.lens.reveal(card);
        }
        let all = keys.into_iter().map(NodeId).collect();
        desk.editor.found.set(Some(Found { all, at }));
    });
    Effect::new(move || {
        if desk.finder.get().is_none() {
            desk.editor.found.set(None);
        }
    });
    move || {
        desk.finder.get().map(|scope| {
            let (label, all) = match scope {
                Scope::Nodes => ("Find a node", nodes(desk)),
                Scope::Everything => {
                    ("Find anything", deeds(desk).into_iter().chain(nodes(desk)).collect())
                }
            };
            view! {
                <Choices
                    id="finder"
                    label=label
                    list="Found"
                    none="Nothing found."
                    all=all
                    place=None
                    on_choose=choose
                    on_close=close
                    on_found=(scope == Scope::Nodes).then_some(show_found)
                />
            }
        })
    }
}
