//! Connecting by keys: a searchable list of what a node may lead to, or an edge's end may be led to.

use leptos::prelude::*;
use model::{
    canvas::{
        geometry::{Point, Size},
        hit::{Card, PortAt},
        ports::PortSide,
    },
    id::{EdgeId, NodeId},
};

use super::choices::{Choices, stage_corner};
use crate::{
    diagram::kind_icon,
    editor::{
        canvas::{desk::Desk, focus::focus_card, linking::Linking},
        store::{Chosen, offers},
    },
    ui::choices::Choice,
};

/// The list of one card's ports, in screen pixels.
const SIZE: Size = Size { width: 320.0, height: 220.0 };

/// What is connected by choosing from a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Connecting {
    /// The node at the end that stays.
    node: NodeId,
    /// The ports that one of its edges may begin or end at.
    from: Vec<PortAt>,
    /// The edge whose other end is led elsewhere; nothing for a new one.
    moved: Option<EdgeId>,
    /// The card the edge was let go on, and where on the stage; nothing when any card may be meant.
    onto: Option<(NodeId, Point)>,
}

impl Desk {
    /// Opens the list of what the focused node can lead to.
    pub fn open_connector(self) {
        let editor = self.editor;
        let Some(node) = editor.focus.get_untracked().filter(|_| editor.editable.get_untracked())
        else {
            return;
        };
        let from = ports(self, PortSide::Output, |card| card.id == node);
        if from.is_empty() {
            return editor.refuse("Nothing can follow this node.");
        }
        let from = from.into_iter().map(|(port, _)| port).collect();
        self.connecting.set(Some(Connecting { node, from, moved: None, onto: None }));
    }

    /// Asks which port of `node` a pulled edge that was let go at `at` is meant for.
    pub fn choose_port(self, linking: Linking, node: &NodeId, at: Point) {
        let place = stage_corner(self, at, SIZE);
        self.connecting.set(Some(Connecting {
            node: linking.from.node.clone(),
            from: vec![linking.from],
            moved: linking.moved.map(|(edge, _)| edge),
            onto: Some((node.clone(), place)),
        }));
    }

    /// Opens the list of where an end of the selected edge can be led.
    pub fn open_reconnector(self, side: PortSide) {
        let editor = self.editor;
        let edge = editor.chosen.with_untracked(|Chosen { edges, .. }| edges.first().cloned());
        let Some(edge) = edge.filter(|_| editor.editable.get_untracked()) else { return };
        let Some(fixed) = self.other_end(&edge, side) else { return };
        let node = fixed.node.clone();
        self.connecting.set(Some(Connecting {
            node,
            from: vec![fixed],
            moved: Some(edge),
            onto: None,
        }));
    }
}

/// The ports on a side of some cards, and how many there are on the card.
fn ports(desk: Desk, side: PortSide, of: impl Fn(&Card) -> bool) -> Vec<(PortAt, usize)> {
    desk.editor.drawing.with_cards(|cards| {
        let on = |card: &Card| {
            let own = card.ports().map(|(port, _)| port).filter(|port| port.side == side);
            let own: Vec<PortAt> = own.collect();
            let count = own.len();
            own.into_iter().map(move |port| (port, count))
        };
        cards.iter().filter(|card| of(card)).flat_map(on).collect()
    })
}

/// A connection one may choose.
#[derive(Debug, Clone, PartialEq)]
struct Way {
    from: PortAt,
    to: PortAt,
    kind: String,
    /// "Review · input, from images".
    words: String,
}

/// Everything that may be chosen.
fn ways(desk: Desk, connecting: &Connecting) -> Vec<Way> {
    let editor = desk.editor;
    let Connecting { from, moved, onto, .. } = connecting;
    let Some(side) = from.first().map(|port| port.side.opposite()) else { return vec![] };
    let now = moved.as_ref().and_then(|edge| desk.other_end(edge, side.opposite()));
    let open = ports(desk, side, |card| onto.as_ref().is_none_or(|(node, _)| card.id == *node));
    let all: Vec<PortAt> = open.iter().map(|(port, _)| port.clone()).collect();
    let (mut found, several) = (vec![], from.len() > 1);
    for from in from {
        let verdicts = editor.workflow.with_untracked(|w| offers(w, from, &all, moved.as_ref()));
        let fits = |port: &PortAt| {
            let verdict = verdicts.get(&(port.node.clone(), port.port.clone()));
            verdict.is_some_and(Result::is_ok) && now.as_ref() != Some(port)
        };
        for (to, count) in open.iter().filter(|(port, _)| fits(port)) {
            let name = editor.title(&to.node);
            let into = if *count > 1 { format!(" · {}", to.port) } else { String::new() };
            let out = if several { format!(", from {}", from.port) } else { String::new() };
            let kind = editor.node(&to.node).map(|n| n.data.config.key().to_owned());
            found.push(Way {
                from: from.clone(),
                to: to.clone(),
                kind: kind.unwrap_or_default(),
                words: format!("{name}{into}{out}"),
            });
        }
    }
    found
}

/// The list, while it is open.
#[component]
pub fn Connector(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    move || desk.connecting.get().map(|now| view! { <Open desk=desk connecting=now /> })
}

#[component]
fn Open(desk: Desk, connecting: Connecting) -> impl IntoView {
    let ways = ways(desk, &connecting);
    let Connecting { node, from, moved, onto } = connecting;
    let title = desk.editor.title(&node);
    let (label, none) = match (&moved, from.first().map(|port| port.side)) {
        (None, _) => (format!("Connect {title} to"), "Nothing here may follow it."),
        (Some(_), Some(PortSide::Input)) => {
            (format!("Lead to {title} from"), "Nothing else may lead there.")
        }
        (Some(_), _) => (format!("Lead {title} to"), "It may lead to nothing else."),
    };
    let choice = |(place, way): (usize, &Way)| Choice {
        key: place.to_string(),
        icon: kind_icon(&way.kind),
        kind: way.kind.clone(),
        name: way.words.clone(),
        detail: String::new(),
        aside: String::new(),
    };
    let all = ways.iter().enumerate().map(choice).collect();
    let close = Callback::new(move |()| {
        desk.connecting.set(None);
        focus_card(&node);
    });
    let choose = move |key: String| {
        close.run(());
        let Some(way) = key.parse::<usize>().ok().and_then(|place| ways.get(place)) else { return };
        match &moved {
            Some(edge) => desk.editor.rewire(edge, &way.to),
            None => desk.editor.connect(&way.from, &way.to),
        }
    };
    view! {
        <Choices
            id="connector"
            label=label
            list="Nodes"
            none=none
            all=all
            place=onto.map(|(_, place)| place)
            on_choose=choose
            on_close=close
        />
    }
}
