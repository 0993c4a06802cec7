//! Connecting by keys: which output, then a searchable list of what it may lead to.

use leptos::prelude::*;
use model::{
    canvas::{
        hit::{Card, PortAt},
        ports::PortSide,
    },
    id::NodeId,
};

use super::choices::{Choice, Choices};
use crate::{
    diagram::kind_icon,
    editor::{
        canvas::{desk::Desk, focus::focus_card},
        store::offers,
    },
};

/// A connection one may choose.
#[derive(Debug, Clone, PartialEq)]
struct Way {
    from: PortAt,
    to: PortAt,
    kind: String,
    /// "Review · input, from images".
    words: String,
}

/// Everything the node's outputs may lead to.
fn ways(desk: Desk, outputs: &[PortAt]) -> Vec<Way> {
    let editor = desk.editor;
    let inputs: Vec<(PortAt, usize)> = editor.drawing.with_cards(|cards| {
        let of = |card: &Card| {
            let count = card.inputs.len();
            let ports = card.ports().filter(|(port, _)| port.side == PortSide::Input);
            ports.map(|(port, _)| (port, count)).collect::<Vec<_>>()
        };
        cards.iter().flat_map(of).collect()
    });
    let ports: Vec<PortAt> = inputs.iter().map(|(port, _)| port.clone()).collect();
    let mut found = vec![];
    for from in outputs {
        let verdicts = editor.workflow.with_untracked(|w| offers(w, from, &ports, None));
        for (to, count) in &inputs {
            let open = verdicts.get(&(to.node.clone(), to.port.clone())).is_some_and(Result::is_ok);
            if open {
                let name = editor.title(&to.node);
                let into = if *count > 1 { format!(" · {}", to.port) } else { String::new() };
                let out =
                    if outputs.len() > 1 { format!(", from {}", from.port) } else { String::new() };
                let kind = editor.node(&to.node).map(|n| n.data.config.key().to_owned());
                let words = format!("{name}{into}{out}");
                found.push(Way {
                    from: from.clone(),
                    to: to.clone(),
                    kind: kind.unwrap_or_default(),
                    words,
                });
            }
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
    move || desk.connecting.get().map(|outputs| view! { <Open desk=desk outputs=outputs /> })
}

#[component]
fn Open(desk: Desk, outputs: Vec<PortAt>) -> impl IntoView {
    let node = outputs.first().map(|port| port.node.clone());
    let node = node.unwrap_or_else(|| NodeId(String::new()));
    let label = format!("Connect {} to", desk.editor.title(&node));
    let ways = ways(desk, &outputs);
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
        if let Some(way) = key.parse::<usize>().ok().and_then(|place| ways.get(place)) {
            desk.editor.connect(&way.from, &way.to);
        }
    };
    view! {
        <Choices
            id="connector"
            label=label
            list="Nodes"
            none="Nothing here may follow it."
            all=all
            place=None
            on_choose=choose
            on_close=close
        />
    }
}
