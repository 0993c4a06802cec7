//! Gestures: whatever is asked for, the workflow still hangs together, and a refusal changes nothing.

use std::collections::BTreeSet;

use model::{
    canvas::geometry::{Point, Rect},
    edit::{
        Align, Axis, EdgeEnd, Edit, History, Incoming, Link, Mark, Refused, Selection, Spot, Where,
        add, add_connected, align, connect, copy, disconnect, distribute, duplicate, enable, group,
        insert_new_on_edge, insert_on_edge, link, nest, paste, reconnect, remove, rename,
        rename_assigned, rename_parameter, shift, ungroup,
    },
    id::{EdgeId, NodeId},
    nodes::NodeKind,
    workflow::{Position, Workflow},
};
use proptest::{prelude::*, sample::Index};

use crate::edit::{
    check::hangs_together,
    drawn::{PARAMETERS, kinds, workflows},
};

/// What a person may do, with places among what there is.
#[derive(Debug, Clone)]
pub(crate) struct Gesture {
    pub which: u8,
    pub places: [Index; 4],
    pub kind: NodeKind,
    pub at: (i16, i16),
}

pub(crate) fn gestures() -> impl Strategy<Value = Gesture> {
    (0..22u8, any::<[Index; 4]>(), kinds(), any::<(i16, i16)>())
        .prop_map(|(which, places, kind, at)| Gesture { which, places, kind, at })
}

impl Gesture {
    fn node(&self, workflow: &Workflow, number: usize) -> NodeId {
        match workflow.nodes.as_slice() {
            [] => "none".into(),
            nodes => self.places[number].get(nodes).id.clone(),
        }
    }

    fn nodes(&self, workflow: &Workflow) -> BTreeSet<NodeId> {
        (0..3).map(|number| self.node(workflow, number)).collect()
    }

    fn edge(&self, workflow: &Workflow) -> EdgeId {
        match workflow.edges.as_slice() {
            [] => "none".into(),
            edges => self.places[3].get(edges).id.clone(),
        }
    }

    fn spot(&self, workflow: &Workflow) -> Spot {
        let (x, y) = (f64::from(self.at.0), f64::from(self.at.1));
        let parent = (self.at.0 % 3 == 0).then(|| self.node(workflow, 3));
        Spot { parent, position: Position { x, y } }
    }

    fn boxes(&self, workflow: &Workflow) -> Vec<(NodeId, Rect)> {
        let at = |id: NodeId| {
            let place = workflow.node(&id).map_or_else(Position::default, |node| node.position);
            (id, Rect::new(place.x, place.y, 240.0, 80.0))
        };
        self.nodes(workflow).into_iter().map(at).collect()
    }

    pub(crate) fn meant(&self, workflow: &Workflow) -> Result<Edit, Refused> {
        let (one, other) = (self.node(workflow, 0), self.node(workflow, 1));
        let (nodes, edge) = (self.nodes(workflow), self.edge(workflow));
        let spot = self.spot(workflow);
        let end = if self.at.0 > 0 { EdgeEnd::Source } else { EdgeEnd::Target };
        let incoming = if self.at.1 > 0 { Incoming::Keep } else { Incoming::Drop };
        match self.which {
            0 => add(workflow, self.kind, spot),
            1 => add_connected(workflow, self.kind, spot, &one, None, end),
            2 => insert_new_on_edge(workflow, &edge, self.kind),
            3 => insert_on_edge(workflow, &edge, &one),
            4 => remove(workflow, &Selection { nodes, edges: BTreeSet::new() }),
            5 => remove(workflow, &Selection { nodes: BTreeSet::new(), edges: [edge].into() }),
            6 | 7 => connect(workflow, &between(&one, &other)),
            8 => reconnect(workflow, &edge, end, one, None),
            9 => disconnect(workflow, &nodes),
            10 => duplicate(workflow, &nodes, incoming),
            11 => paste(workflow, &copy(workflow, &nodes)?, &Where::At(spot), incoming),
            12 => shift(workflow, &nodes, Point::new(spot.position.x, spot.position.y)),
            13 => align(workflow, &self.boxes(workflow), Align::Center),
            14 => distribute(workflow, &self.boxes(workflow), Axis::Across),
            15 => rename(workflow, &one, "Another"),
            16 => rename_parameter(workflow, PARAMETERS[0], "subject"),
            17 => rename_assigned(workflow, &one, Some("another")),
            18 => group(workflow, &self.boxes(workflow)),
            19 => ungroup(workflow, &nodes),
            20 => enable(workflow, &nodes),
            _ => nest(workflow, &[(one, spot)]),
        }
    }
}

/// An edge from a node to another, by the first ports that fit.
pub(crate) fn between(source: &NodeId, target: &NodeId) -> Link {
    Link {
        source: source.clone(),
        source_handle: None,
        target: target.clone(),
        target_handle: None,
    }
}

proptest! {
    #[test]
    fn any_gestures_keep_it_together_and_are_taken_back_to_the_byte(
        before in workflows(6), gestures in prop::collection::vec(gestures(), 1..20),
    ) {
        let (mut workflow, mut history) = (before.clone(), History::default());
        for gesture in gestures {
            let Ok(edit) = gesture.meant(&workflow) else { continue };
            let mark = Mark::new(&edit.label, 0.0);
            let ran = history.run(&mut workflow, edit.command, mark);
            prop_assert!(ran.is_ok(), "{}: {:?}", edit.label, ran);
            prop_assert!(hangs_together(&workflow), "{}", edit.label);
            let selected = |id: &NodeId| workflow.node(id).is_some();
            prop_assert!(edit.select.nodes.iter().all(selected), "{}", edit.label);
        }
        let after = workflow.to_json();
        while history.undo(&mut workflow).is_some() {}
        prop_assert_eq!(workflow.to_json(), before.to_json());
        while history.redo(&mut workflow).is_some() {}
        prop_assert_eq!(workflow.to_json(), after);
    }

    #[test]
    fn copies_have_new_ids_and_the_same_edges_and_references_among_them(
        before in workflows(8), gesture in gestures(),
    ) {
        let chosen = gesture.nodes(&before);
        if let Ok(edit) = duplicate(&before, &chosen, Incoming::Drop) {
            let mut after = before.clone();
            History::default().run(&mut after, edit.command, Mark::new("", 0.0)).unwrap();
            prop_assert_eq!(&after.nodes[..before.nodes.len()], &before.nodes[..]);
            let copies = &after.nodes[before.nodes.len()..];
            prop_assert!(copies.iter().all(|copy| before.node(&copy.id).is_none()));
            prop_assert!(copies.iter().all(|copy| copy.kind() != NodeKind::Start));
            // What the copies refer to among themselves is what the originals did.
            let again = copy(&after, &edit.select.nodes).unwrap();
            let once = copy(&before, &chosen).unwrap();
            let shape = |text: &str| {
                let value: serde_json::Value = serde_json::from_str(text).unwrap();
                // The start stands for itself.
                let nodes = value["nodes"].as_array().unwrap().iter();
                let nodes: Vec<_> = nodes.filter(|node| node["type"] != "start").collect();
                let text = serde_json::to_string(&nodes).unwrap();
                (nodes.len(), text.matches("${nodes.").count(), text.matches("name_").count())
            };
            prop_assert_eq!(shape(&again), shape(&once));
            let inner = |text: &str, ids: &BTreeSet<NodeId>| {
                let value: serde_json::Value = serde_json::from_str(text).unwrap();
                let from = |edge: &serde_json::Value| ids.contains(edge["source"].as_str().unwrap());
                value["edges"].as_array().unwrap().iter().filter(|edge| from(edge)).count()
            };
            let originals: BTreeSet<NodeId> =
                serde_json::from_str::<serde_json::Value>(&once).unwrap()["nodes"]
                    .as_array().unwrap().iter()
                    .map(|node| NodeId::from(node["id"].as_str().unwrap())).collect();
            let is_start = |id: &&NodeId| before.node(id).unwrap().kind() == NodeKind::Start;
            let starts = originals.iter().filter(is_start).cloned();
            let sources = edit.select.nodes.into_iter().chain(starts).collect();
            prop_assert_eq!(inner(&again, &sources), inner(&once, &originals));
        }
    }

    #[test]
    fn any_connection_is_drawn_only_where_the_verdict_stays_as_good(
        before in workflows(6), gesture in gestures(),
    ) {
        let wanted = between(&gesture.node(&before, 0), &gesture.node(&before, 1));
        if let Ok(edge) = link(&before, &wanted) {
            let issue = model::validate::validate_connection(&before, &edge);
            let closes = model::graph::order(&before).is_ok();
            let cycle = |issue: &model::validate::Issue| {
                issue.code == model::validate::Code::CycleDetected
            };
            prop_assert!(!(closes && issue.as_ref().is_some_and(cycle)));
        }
    }
}
