//! Connecting by keys: a searchable list of the ports that a new edge or an edge's end may lead to.

use diagram::kind_icon;
use leptos::prelude::*;
use model::canvas::{
    hit::{Card, PortAt},
    ports::PortSide,
};
use ui::combobox::Choice;

use super::{choices::Choices, state::Connecting};
use crate::{
    canvas::{
        canvas_state::CanvasState,
        focus::focus_card,
        ports::{other_end, ports_on_side},
    },
    store::{
        Editor,
        actions::{connect, rewire},
        offers,
    },
};

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
fn connection_options(editor: Editor, connecting: &Connecting) -> Vec<ConnectionOption> {
    let Editor { document, view, .. } = editor;
    let Connecting { from, moved, onto, .. } = connecting;
    let Some(side) = from.first().map(|port| port.side.opposite()) else { return vec![] };
    let other = |edge| other_end(view.canvas_model, edge, side.opposite());
    let now = moved.as_ref().and_then(other);
    let is_meant = |card: &Card| onto.as_ref().is_none_or(|(node, _)| card.id == *node);
    let open = ports_on_side(view.canvas_model, side, is_meant);
    let all: Vec<PortAt> = open.iter().map(|(port, _)| port.clone()).collect();
    let (mut found, several) = (vec![], from.len() > 1);
    for from in from {
        let verdicts = document.workflow.with_untracked(|w| offers(w, from, &all, moved.as_ref()));
        let fits = |port: &PortAt| {
            let verdict = verdicts.get(&(port.node.clone(), port.port.clone()));
            verdict.is_some_and(Result::is_ok) && now.as_ref() != Some(port)
        };
        for (to, count) in open.iter().filter(|(port, _)| fits(port)) {
            let name = editor.title(&to.node);
            let into = if *count > 1 { format!(" · {}", to.port) } else { String::new() };
            let out = if several { format!(", from {}", from.port) } else { String::new() };
            let kind = document.node(&to.node).map(|n| n.data.config.key().to_owned());
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
    let connecting = canvas.popups.connecting;
    move || connecting.get().map(|now| view! { <Open canvas=canvas connecting=now /> })
}

#[component]
fn Open(canvas: CanvasState, connecting: Connecting) -> impl IntoView {
    let options = connection_options(canvas.editor, &connecting);
    let Connecting { node, from, moved, onto } = connecting;
    let title = canvas.editor.title(&node);
    let (label, none) = match (&moved, from.first().map(|port| port.side)) {
        (None, _) => (format!("Connect {title} to"), "Nothing here can follow this step."),
        (Some(_), Some(PortSide::Input)) => {
            (format!("Connect to {title} from"), "No other step can connect to it.")
        }
        (Some(_), _) => (format!("Reconnect {title} to"), "It can't connect to any other step."),
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
        canvas.popups.connecting.set(None);
        focus_card(&node);
    });
    let choose = move |key: String| {
        close.run(());
        let chosen = key.parse::<usize>().ok().and_then(|place| options.get(place));
        let Some(option) = chosen else { return };
        match &moved {
            Some(edge) => rewire(canvas.editor, edge, &option.to),
            None => connect(canvas.editor, &option.from, &option.to),
        }
    };
    view! {
        <Choices
            id="connector"
            label=label
            list="Steps"
            none=none
            all=all
            place=onto.map(|(_, place)| place)
            on_choose=choose
            on_close=close
        />
    }
}
