//! Connecting by keys: a searchable list of the ports that a new edge or an edge's end may lead to.

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
        canvas::{canvas_state::CanvasState, connect_drag::ConnectDrag, focus::focus_card},
        store::{CanvasSelection, offers},
    },
    ui::combobox::Choice,
};

/// The size of the list of one card's ports, in screen pixels.
const SIZE: Size = Size { width: 320.0, height: 220.0 };

/// An edge that is connected by choosing from a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Connecting {
    /// The node at the fixed end.
    node: NodeId,
    /// The ports of that node that the edge may use.
    from: Vec<PortAt>,
    /// The existing edge whose other end is moved; nothing for a new edge.
    moved: Option<EdgeId>,
    /// The card the edge was dropped on, and where on the stage; nothing where all cards are
    /// offered.
    onto: Option<(NodeId, Point)>,
}

impl CanvasState {
    /// Opens the list of ports that the focused node can lead to.
    pub fn open_connector(self) {
        let editor = self.editor;
        let Some(node) = editor.focus.get_untracked().filter(|_| editor.editable.get_untracked())
        else {
            return;
        };
        let from = ports(self, PortSide::Output, |card| card.id == node);
        if from.is_empty() {
            return editor.notify("Nothing can follow this node.");
        }
        let from = from.into_iter().map(|(port, _)| port).collect();
        self.connecting.set(Some(Connecting { node, from, moved: None, onto: None }));
    }

    /// Opens the list of ports of `node` for an edge that was dropped on it at the world point
    /// `at`.
    pub fn choose_port(self, connect_drag: ConnectDrag, node: &NodeId, at: Point) {
        let place = stage_corner(self, at, SIZE);
        self.connecting.set(Some(Connecting {
            node: connect_drag.from.node.clone(),
            from: vec![connect_drag.from],
            moved: connect_drag.moved.map(|(edge, _)| edge),
            onto: Some((node.clone(), place)),
        }));
    }

    /// Opens the list of ports that the end of the selected edge on `side` can move to.
    pub fn open_reconnector(self, side: PortSide) {
        let editor = self.editor;
        let edge =
            editor.selection.with_untracked(|CanvasSelection { edges, .. }| edges.first().cloned());
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

/// The ports on a side of the cards that `is_meant` accepts, each with how many its card has there.
fn ports(
    canvas: CanvasState,
    side: PortSide,
    is_meant: impl Fn(&Card) -> bool,
) -> Vec<(PortAt, usize)> {
    canvas.editor.canvas_model.with_cards(|cards| {
        let with_count = |card: &Card| {
            let own = card.ports().map(|(port, _)| port).filter(|port| port.side == side);
            let own: Vec<PortAt> = own.collect();
            let count = own.len();
            own.into_iter().map(move |port| (port, count))
        };
        cards.iter().filter(|card| is_meant(card)).flat_map(with_count).collect()
    })
}

/// A connection that can be chosen.
#[derive(Debug, Clone, PartialEq)]
struct ConnectionOption {
    from: PortAt,
    to: PortAt,
    kind: String,
    /// The words of the row: "Review · input, from images".
    words: String,
}

/// The connections that can be chosen; the present one of a moved edge is not among them.
fn connection_options(canvas: CanvasState, connecting: &Connecting) -> Vec<ConnectionOption> {
    let editor = canvas.editor;
    let Connecting { from, moved, onto, .. } = connecting;
    let Some(side) = from.first().map(|port| port.side.opposite()) else { return vec![] };
    let now = moved.as_ref().and_then(|edge| canvas.other_end(edge, side.opposite()));
    let open = ports(canvas, side, |card| onto.as_ref().is_none_or(|(node, _)| card.id == *node));
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
            found.push(ConnectionOption {
                from: from.clone(),
                to: to.clone(),
                kind: kind.unwrap_or_default(),
                words: format!("{name}{into}{out}"),
            });
        }
    }
    found
}

/// The list of connections, while it is open.
#[component]
pub fn Connector(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    move || canvas.connecting.get().map(|now| view! { <Open canvas=canvas connecting=now /> })
}

#[component]
fn Open(canvas: CanvasState, connecting: Connecting) -> impl IntoView {
    let options = connection_options(canvas, &connecting);
    let Connecting { node, from, moved, onto } = connecting;
    let title = canvas.editor.title(&node);
    let (label, none) = match (&moved, from.first().map(|port| port.side)) {
        (None, _) => (format!("Connect {title} to"), "Nothing here may follow it."),
        (Some(_), Some(PortSide::Input)) => {
            (format!("Lead to {title} from"), "Nothing else may lead there.")
        }
        (Some(_), _) => (format!("Lead {title} to"), "It may lead to nothing else."),
    };
    let choice = |(place, option): (usize, &ConnectionOption)| Choice {
        key: place.to_string(),
        icon: kind_icon(&option.kind),
        kind: option.kind.clone(),
        name: option.words.clone(),
        detail: String::new(),
        aside: String::new(),
    };
    let all = options.iter().enumerate().map(choice).collect();
    let close = Callback::new(move |()| {
        canvas.connecting.set(None);
        focus_card(&node);
    });
    let choose = move |key: String| {
        close.run(());
        let chosen = key.parse::<usize>().ok().and_then(|place| options.get(place));
        let Some(option) = chosen else { return };
        match &moved {
            Some(edge) => canvas.editor.rewire(edge, &option.to),
            None => canvas.editor.connect(&option.from, &option.to),
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
