//! The quick-add picker: a search over the node types that fit, over the agents of the library and
//! the tools of connected servers.

use diagram::kind_icon;
use leptos::prelude::*;
use model::{
    agent::library::AgentSummary,
    canvas::{geometry::Size, hit::PortAt, ports::PortSide},
    connect,
    edit::{Refused, insert_new_on_edge},
    nodes::{NodeKind, NodeSpec},
    ports::{Fit, Kind, PortType, compatible},
    workflow::Workflow,
};
use ui::combobox::Choice;
use web::client::storage;

use super::{
    choices::{Choices, stage_corner},
    state::Picking,
};
use crate::{
    agent_catalogue::{AgentCatalogue, use_agents},
    canvas::{
        canvas_state::CanvasState,
        focus::{focus_canvas, lift::look_at},
    },
    catalogue::{OfferedServer, ToolCatalogue, use_catalogue},
    palette::{CATEGORIES, category_words},
    store::{
        Editor, NewNode, Purpose,
        actions::{add, free_place},
        offers::{add_first, last_way},
    },
};

const RECENT_KEY: &str = "atelier-recent-nodes";
const RECENT: usize = 5;
/// What the key of a choice begins with that is an agent; no key of a type or a tool does.
const AGENT: &str = "agent/";
/// The size of the picker, in screen pixels.
const SIZE: Size = Size { width: 320.0, height: 380.0 };

/// The node types that can be added for a purpose, in the order of the palette.
fn list_fitting_types(workflow: &Workflow, purpose: &Purpose) -> Vec<&'static NodeSpec> {
    let (before, after) = neighbours(workflow, purpose);
    let is_free = |kind: &NodeKind| match kind {
        NodeKind::Start => workflow.nodes.iter().all(|node| node.kind() != NodeKind::Start),
        _ => true,
    };
    let fits = |kind: &NodeKind| {
        if let Purpose::Onto(edge) = purpose {
            let made = insert_new_on_edge(workflow, edge, *kind);
            // The limit on nodes is shown when one is chosen, not by an empty list.
            return matches!(made, Ok(_) | Err(Refused::TooManyNodes));
        }
        let config = kind.default_config();
        let accepts = |from: &PortType| {
            config
                .inputs()
                .iter()
                .any(|to| matches!(compatible(*from, to.port_type), Fit::Ok | Fit::Warn(_)))
        };
        let gives = |to: &PortType| {
            let outputs = config.outputs(&workflow.parameters);
            outputs
                .iter()
                .any(|from| matches!(compatible(from.port_type, *to), Fit::Ok | Fit::Warn(_)))
        };
        let leads_on = after.is_none() || *kind != NodeKind::End;
        leads_on && before.iter().all(accepts) && after.iter().all(gives)
    };
    let fitting = NodeKind::ALL.iter().filter(|kind| is_free(kind) && fits(kind));
    let mut specs: Vec<&NodeSpec> = fitting.map(|kind| kind.spec()).collect();
    specs.sort_by_key(|spec| CATEGORIES.iter().position(|category| *category == spec.category));
    specs
}

/// The types of the port before the new node and of the port after it, where there are any.
fn neighbours(workflow: &Workflow, purpose: &Purpose) -> (Option<PortType>, Option<PortType>) {
    match purpose {
        Purpose::Alone | Purpose::Onto(_) => (None, None),
        Purpose::Inside(_) => (Some(PortType::One(Kind::Any)), Some(PortType::One(Kind::Any))),
        Purpose::From(port) => {
            let found = port_type(workflow, port);
            if port.side == PortSide::Output { (found, None) } else { (None, found) }
        }
        Purpose::After(id) => {
            let node = workflow.node(id);
            let first = node.and_then(|node| connect::outputs(workflow, node).into_iter().next());
            (first.map(|port| port.port_type), None)
        }
        Purpose::Before(id) => {
            let first = workflow.node(id).and_then(|node| {
                node.data.config.inputs().into_iter().next().map(|port| port.port_type)
            });
            (None, first)
        }
    }
}

fn port_type(workflow: &Workflow, at: &PortAt) -> Option<PortType> {
    let node = workflow.node(&at.node)?;
    let ports = match at.side {
        PortSide::Input => node.data.config.inputs(),
        PortSide::Output => connect::outputs(workflow, node),
    };
    ports.iter().find(|port| port.name == at.port).map(|port| port.port_type)
}

fn recent() -> Vec<String> {
    let kept = storage::recall(RECENT_KEY).unwrap_or_default();
    kept.split(',').filter(|key| !key.is_empty()).map(str::to_owned).collect()
}

/// Remembers that a node type was added, so that the picker lists it first.
pub fn remember(key: &str) {
    let mut kept = recent();
    kept.retain(|known| known != key);
    kept.insert(0, key.to_owned());
    kept.truncate(RECENT);
    storage::keep(RECENT_KEY, &kept.join(","));
}

/// Moves the types that were added last to the front.
fn recent_first(mut specs: Vec<&'static NodeSpec>) -> Vec<&'static NodeSpec> {
    let recent = recent();
    let place = |spec: &&'static NodeSpec| recent.iter().position(|key| key == spec.key);
    specs.sort_by_key(|spec| place(spec).unwrap_or(RECENT));
    specs
}

/// The picker, while it is open.
#[component]
pub fn Picker(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    let picker = canvas.popups.picker;
    move || picker.get().map(|picking| view! { <Open canvas=canvas picking=picking /> })
}

#[component]
fn Open(canvas: CanvasState, picking: Picking) -> impl IntoView {
    let editor = canvas.editor;
    let workflow = editor.document.workflow;
    let fit = workflow.with_untracked(|now| list_fitting_types(now, &picking.purpose));
    let agents = use_agents();
    let tools = tool_choices(&fit, use_catalogue());
    let more = agent_choices(&fit, agents).into_iter().chain(tools);
    let all = recent_first(fit).into_iter().map(choice).chain(more).collect();
    let place = stage_corner(editor.view.viewport, picking.at, SIZE);
    let choose = move |key: String| {
        canvas.popups.picker.set(None);
        let new = new_node(&key, agents);
        let kind = new.kind;
        remember(kind.key());
        let purpose = onto_last_way(editor, &picking.purpose, kind);
        let may_be_first = matches!(purpose, Purpose::Alone | Purpose::After(_));
        let first = may_be_first.then(|| add_first(editor, new.clone())).flatten();
        let place = || free_place(editor, kind, picking.at);
        let added = first.or_else(|| add(editor, new, place(), &purpose));
        if let Some(id) = added {
            look_at(editor, &id);
        }
    };
    let close = move |()| {
        canvas.popups.picker.set(None);
        focus_canvas();
    };
    view! {
        <Choices
            id="quick-add"
            label="Add a step"
            list="Step types"
            none="No step fits here."
            all=all
            place=Some(place)
            on_choose=choose
            on_close=close
        />
    }
}

/// How a new step of this type is connected: one that follows a step whose way leads straight to an
/// end goes between both.
fn onto_last_way(editor: Editor, purpose: &Purpose, kind: NodeKind) -> Purpose {
    let way = match purpose {
        Purpose::After(id) => last_way(editor.document, id, kind),
        Purpose::Alone
        | Purpose::From(_)
        | Purpose::Onto(_)
        | Purpose::Inside(_)
        | Purpose::Before(_) => None,
    };
    way.map_or_else(|| purpose.clone(), Purpose::Onto)
}

fn choice(spec: &'static NodeSpec) -> Choice {
    Choice {
        key: spec.key.to_owned(),
        icon: kind_icon(spec.key),
        kind: spec.key.to_owned(),
        name: spec.label.to_owned(),
        detail: spec.purpose.to_owned(),
        aside: category_words(spec.category).to_owned(),
    }
}

/// The tools of connected servers, where a step that calls one fits.
fn tool_choices(fitting: &[&'static NodeSpec], catalogue: ToolCatalogue) -> Vec<Choice> {
    let calls = NodeKind::Tool.key();
    if fitting.iter().all(|spec| spec.key != calls) {
        return vec![];
    }
    let choices = |server: OfferedServer| {
        let aside = if server.is_sample { "Sample tool" } else { "Tool" };
        server.tools.into_iter().map(move |tool| Choice {
            key: tool.key.clone(),
            icon: kind_icon(calls),
            kind: calls.to_owned(),
            name: tool.key,
            detail: tool.about,
            aside: aside.to_owned(),
        })
    };
    untrack(|| catalogue.search("")).into_iter().flat_map(choices).collect()
}

/// The agents of the library, where a step that works by one fits.
fn agent_choices(fitting: &[&'static NodeSpec], catalogue: AgentCatalogue) -> Vec<Choice> {
    let kind = NodeKind::Agent.key();
    if fitting.iter().all(|spec| spec.key != kind) {
        return vec![];
    }
    let choice = |agent: AgentSummary| Choice {
        key: format!("{AGENT}{}", agent.key),
        icon: kind_icon(kind),
        kind: kind.to_owned(),
        name: agent.name,
        detail: agent.purpose,
        aside: "Agent".to_owned(),
    };
    untrack(|| catalogue.search("")).into_iter().map(choice).collect()
}

/// What a choice adds: names of tools have a full stop, keys of node types have none.
fn new_node(key: &str, agents: AgentCatalogue) -> NewNode {
    if let Some(agent) = key.strip_prefix(AGENT) {
        let found = untrack(|| agents.find(agent));
        return found.map_or_else(|| NodeKind::Agent.into(), |agent| NewNode::for_agent(&agent));
    }
    if key.contains('.') { NewNode::for_tool(key) } else { NodeKind::from_key(key).into() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn keys(specs: &[&'static NodeSpec]) -> Vec<&'static str> {
        specs.iter().map(|spec| spec.key).collect()
    }

    #[test]
    fn from_a_port_only_what_may_follow_is_offered() {
        let mut workflow = Workflow::default();
        let image = NodeKind::GenerateImage.default_config();
        workflow.nodes.push(model::workflow::Node::new("image".into(), "", image));
        let port =
            PortAt { node: "image".into(), side: PortSide::Output, port: "images".to_owned() };

        let offered = keys(&list_fitting_types(&workflow, &Purpose::From(port)));

        assert!(offered.contains(&"review") && offered.contains(&"attach_to_document"));
        assert_eq!(offered.first(), Some(&"generate_copy"), "as the palette begins");
        assert!(!offered.contains(&"start") && !offered.contains(&"note"));
    }

    #[test]
    fn in_a_loop_only_what_takes_an_item_and_gives_a_result_is_offered() {
        let offered =
            keys(&list_fitting_types(&Workflow::default(), &Purpose::Inside("each".into())));

        assert!(offered.contains(&"generate_copy") && offered.contains(&"tool"));
        assert!(["start", "end", "note", "frame"].iter().all(|kind| !offered.contains(kind)));
    }

    #[test]
    fn what_nothing_leaves_is_offered_only_where_nothing_has_to() {
        let node = |id: &str| json!({ "id": id, "type": "transform", "position": { "x": 0, "y": 0 }, "data": {} });
        let edge = json!({ "id": "e", "source": "a", "target": "b" });
        let workflow = json!({ "name": "A", "nodes": [node("a"), node("b")], "edges": [edge] });
        let workflow: Workflow = serde_json::from_value(workflow).unwrap();
        let offered = |purpose: Purpose| keys(&list_fitting_types(&workflow, &purpose));

        assert!(offered(Purpose::After("b".into())).contains(&"end"));
        for purpose in [Purpose::Onto("e".into()), Purpose::Before("a".into())] {
            let offered = offered(purpose);
            assert!(offered.contains(&"review"), "{offered:?}");
            assert!(!offered.contains(&"end") && !offered.contains(&"note"), "{offered:?}");
        }
    }
}
