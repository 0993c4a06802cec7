//! Finding a node by its words; and for the palette, what can be done on the canvas and its nodes.

use leptos::prelude::*;
use model::{canvas::tool::Tool, id::NodeId};

use super::choices::Choices;
use crate::{
    client::keys::keys_here,
    diagram::kind_icon,
    editor::{
        canvas::{
            deed::Deed,
            desk::Desk,
            focus::{focus_canvas, is_nowhere},
        },
        store::Found,
    },
    ui::choices::Choice,
};

const DEEDS: &[Deed] = &[
    Deed::QuickAdd,
    Deed::Undo,
    Deed::Redo,
    Deed::Tidy,
    Deed::Find,
    Deed::Group,
    Deed::Ungroup,
    Deed::Collapse,
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

/// What the key of a deed begins with in the palette.
const DEED: &str = "deed:";
/// The same for a node.
const NODE: &str = "node:";

/// What can be done on the canvas.
pub fn deeds(desk: Desk) -> Vec<Choice> {
    let choice = |(place, deed): (usize, &Deed)| Choice {
        detail: desk.why_not(*deed).unwrap_or_default(),
        aside: keys_here(deed.keys()),
        ..Choice::new(format!("{DEED}{place}"), deed.icon(), deed.word())
    };
    DEEDS.iter().enumerate().map(choice).collect()
}

/// Every node, as the palette lists them.
pub fn nodes(desk: Desk) -> Vec<Choice> {
    let apart = |choice: Choice| Choice { key: format!("{NODE}{}", choice.key), ..choice };
    drawn(desk).into_iter().map(apart).collect()
}

/// Every node by its id, with the words of its settings.
fn drawn(desk: Desk) -> Vec<Choice> {
    let editor = desk.editor;
    let choice = |id: &NodeId| {
        let spot = editor.drawing.spot(id)?;
        let card = spot.card.get_untracked();
        // The card of a lane is no node.
        let texts = editor.node(id)?.data.config.texts();
        let state = card.run.as_ref().map(|run| run.status.word().to_owned());
        let texts = texts.into_iter().map(|(_, text)| text);
        let words: Vec<String> = state.into_iter().chain(texts).collect();
        Some(Choice {
            key: id.to_string(),
            icon: kind_icon(&card.kind),
            kind: card.kind,
            name: card.label,
            detail: format!("{} {}", card.subtitle, words.join(" ")),
            aside: String::new(),
        })
    };
    editor.drawing.order.with_untracked(|order| order.iter().filter_map(choice).collect())
}

/// Does what was chosen in the palette, or goes to that node.
pub fn choose(desk: Desk, key: &str) {
    // Keys go to the canvas afterwards, unless something else had the focus before.
    if is_nowhere() {
        focus_canvas();
    }
    let deed = key.strip_prefix(DEED).and_then(|place| place.parse::<usize>().ok());
    match (deed.and_then(|place| DEEDS.get(place)), key.strip_prefix(NODE)) {
        (Some(deed), _) => desk.perform(*deed),
        (None, Some(id)) => desk.find(&NodeId(id.to_owned())),
        (None, None) => {}
    }
}

impl Desk {
    /// Lets what is found stand out, and shows where one of it is; what is hidden is found where
    /// another card stands for it.
    fn show_found(self, keys: Vec<String>, at: usize) {
        let editor = self.editor;
        let nodes = keys.into_iter().map(|key| editor.drawing.in_place_of(NodeId(key)));
        let nodes: Vec<NodeId> = nodes.collect();
        let at = nodes.get(at).cloned();
        if let Some(card) = at.as_ref().and_then(|id| editor.drawing.rect(id)) {
            editor.lens.show(card);
        }
        editor.found.set(Some(Found { all: nodes.into_iter().collect(), at }));
    }
}

/// The search for a node, while it is open.
#[component]
pub fn Finder(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    let choose = move |key: String| {
        desk.finder.set(false);
        focus_canvas();
        desk.find(&NodeId(key));
    };
    // What is listed before anything is searched, and now.
    let first = StoredValue::new(None::<(Vec<String>, usize)>);
    let last = StoredValue::new(None::<(Vec<String>, usize)>);
    let close = move |()| {
        let found = last.get_value().filter(|found| Some(found) != first.get_value().as_ref());
        desk.finder.set(false);
        focus_canvas();
        if let Some((keys, at)) = found
            && let Some(key) = keys.into_iter().nth(at)
        {
            desk.find(&NodeId(key));
        }
    };
    let show_found = Callback::new(move |(keys, at): (Vec<String>, usize)| {
        let found = Some((keys.clone(), at));
        if first.with_value(Option::is_none) {
            first.set_value(found.clone());
        }
        last.set_value(found);
        desk.show_found(keys, at);
    });
    Effect::new(move || {
        if !desk.finder.get() {
            desk.editor.found.set(None);
            first.set_value(None);
            last.set_value(None);
        }
    });
    view! {
        <Show when=move || desk.finder.get()>
            <Choices
                id="finder"
                label="Find a node"
                list="Found"
                none="Nothing found."
                all=drawn(desk)
                place=None
                on_choose=choose
                on_close=close
                on_found=Some(show_found)
            />
        </Show>
    }
}
