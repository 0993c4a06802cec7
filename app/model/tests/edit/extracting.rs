//! Steps taken out into a workflow of their own.

use std::collections::BTreeSet;

use model::{
    edit::{Extracted, apply, extract},
    id::NodeId,
    nodes::{NodeConfig, NodeKind},
    parameter::ParameterKind,
    validate::{Issue, validate},
    workflow::Workflow,
};
use proptest::{prelude::*, sample::subsequence};
use serde_json::{Value, json};

fn node(id: &str, kind: &str, parent: Option<&str>, config: &Value) -> Value {
    let mut node = json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 },
                           "data": { "label": id, "config": config } });
    if let Some(parent) = parent {
        node["parentId"] = parent.into();
    }
    node
}

fn copy(id: &str, parent: Option<&str>, prompt: &str) -> Value {
    node(id, "generate_copy", parent, &json!({ "prompt": prompt }))
}

fn shape(id: &str, parent: Option<&str>, text: &str) -> Value {
    let operations = json!([{ "op": "template", "text": text }]);
    node(id, "transform", parent, &json!({ "operations": operations }))
}

/// Edges as `from.port>to`.
fn workflow(nodes: Vec<Value>, edges: &[String]) -> Workflow {
    let edge = |(at, words): (usize, &String)| {
        let (from, to) = words.split_once('>').unwrap();
        let (source, handle) = from.split_once('.').map_or((from, None), |(a, b)| (a, Some(b)));
        let mut edge = json!({ "id": format!("e{at}"), "source": source, "target": to });
        if let Some(handle) = handle {
            edge["sourceHandle"] = handle.into();
        }
        edge
    };
    let ends = [node("start", "start", None, &json!({})), node("end", "end", None, &json!({}))];
    let nodes: Vec<Value> = ends.into_iter().chain(nodes).collect();
    let edges: Vec<Value> = edges.iter().enumerate().map(edge).collect();
    let parameters = json!([{ "name": "topic", "type": "text", "max_length": 80 }]);
    let whole =
        json!({ "name": "Whole", "parameters": parameters, "nodes": nodes, "edges": edges });
    serde_json::from_value(whole).unwrap()
}

fn edges(words: &[&str]) -> Vec<String> {
    words.iter().map(|words| (*words).to_owned()).collect()
}

fn ids(ids: &[&str]) -> BTreeSet<NodeId> {
    ids.iter().map(|id| NodeId::from(*id)).collect()
}

fn taken(workflow: &Workflow, chosen: &[&str]) -> (Extracted, Workflow) {
    let found = extract(workflow, &ids(chosen), "Part").unwrap();
    let mut after = workflow.clone();
    apply(&mut after, found.edit.command.clone()).unwrap();
    (found, after)
}

fn refused(workflow: &Workflow, chosen: &[&str]) -> String {
    extract(workflow, &ids(chosen), "Part").unwrap_err().to_string()
}

fn blocking(workflow: &Workflow) -> Vec<String> {
    let issues = validate(workflow);
    issues.into_iter().filter(Issue::blocks).map(|issue| issue.message).collect()
}

fn config(workflow: &Workflow, id: &str) -> Value {
    workflow.node(&id.into()).unwrap().data.config.to_value()
}

/// start → brief → write → quote → end; the end presents what comes in.
fn chain() -> Workflow {
    workflow(
        vec![
            copy("brief", None, "About ${input.topic}"),
            copy("write", None, "${nodes.brief.texts[0]} for ${input.topic}"),
            shape("quote", None, "“${item}”"),
        ],
        &edges(&["start>brief", "brief>write", "write>quote", "quote>end"]),
    )
}

#[test]
fn what_is_read_of_the_rest_becomes_typed_parameters() {
    let (found, after) = taken(&chain(), &["write", "quote"]);

    let child = &found.child;
    let named: Vec<_> = child.parameters.iter().map(|p| (p.name.as_str(), p.kind)).collect();
    assert_eq!(named, [("brief_texts", ParameterKind::List), ("topic", ParameterKind::Text)]);
    assert_eq!(child.parameter("topic").unwrap().max_length, Some(80));
    assert_eq!(config(child, "write")["prompt"], "${input.brief_texts[0]} for ${input.topic}");
    let given: Vec<_> = found.given.iter().map(|pair| pair.value.as_str()).collect();
    assert_eq!(given, ["${nodes.brief.texts}", "${input.topic}"]);
    assert!(blocking(child).is_empty() && blocking(&after).is_empty());
    assert!(found.gives.is_empty(), "one value is the result itself");
    assert_eq!(config(&after, "sub_workflow")["template"], "Part");
    let wires: Vec<_> = after.edges.iter().map(|e| format!("{}>{}", e.source, e.target)).collect();
    assert_eq!(wires, ["start>brief", "brief>sub_workflow", "sub_workflow>end"]);
    assert!(child.edges.iter().any(|edge| edge.source_handle.as_deref() == Some("output")));
}

#[test]
fn what_the_rest_reads_by_name_becomes_parts_of_the_result() {
    let mut nodes = vec![
        copy("write", None, "${input.topic}"),
        copy("short", None, "${nodes.write.texts[0]}"),
        copy("after", None, "${nodes.write.texts[0]} ${idea[0]} ${nodes.start.all}"),
    ];
    nodes[1]["data"]["assign"] = "idea".into();
    let flow = workflow(nodes, &edges(&["start>write", "write>short", "short>after", "after>end"]));

    let (found, after) = taken(&flow, &["write", "short"]);

    assert_eq!(found.gives, ["write_texts", "short"]);
    let prompt = config(&after, "after")["prompt"].clone();
    let output = "nodes.sub_workflow.output";
    let wanted =
        format!("${{{output}.write_texts[0]}} ${{{output}.short[0]}} ${{nodes.start.all}}");
    assert_eq!(prompt, wanted);
    assert!(after.names().is_empty() && found.child.names().contains_key("idea"));
}

#[test]
fn a_value_that_came_by_a_connection_goes_on_by_one() {
    let (found, _) = taken(&chain(), &["quote"]);

    let entry = found.child.edges.iter().find(|edge| edge.target == "quote".into()).unwrap();
    assert_eq!(entry.source_handle.as_deref(), Some("write_texts"));
    assert_eq!(found.given[0].value.as_str(), "${nodes.write.texts}");
}

#[test]
fn an_iteration_around_the_selection_is_given_to_it() {
    let flow = workflow(
        vec![
            node("each", "for_each", None, &json!({ "items": "${[\"a\", \"b\"]}" })),
            copy("write", Some("each"), "${item} at ${index}"),
            copy("polish", Some("each"), "${nodes.write.texts[0]} ${item.tone}"),
        ],
        &edges(&["start>each", "each>write", "write>polish", "polish>each", "each>end"]),
    );
    assert_eq!(blocking(&flow), Vec::<String>::new());

    let (found, after) = taken(&flow, &["write", "polish"]);

    assert_eq!(config(&found.child, "write")["prompt"], "${input.item} at ${input.index}");
    let sub = after.node(&"sub_workflow".into()).unwrap();
    assert_eq!(sub.parent_id, Some("each".into()));
    assert!(blocking(&after).is_empty(), "{:?}", blocking(&after));
    assert!(found.child.nodes.iter().all(|node| node.parent_id.is_none()));
    assert!(refused(&flow, &["each", "start"]).contains("can't be moved"));
    let (whole, _) = taken(&flow, &["each"]);
    assert_eq!(config(&whole.child, "write")["prompt"], "${item} at ${index}");
}

#[test]
fn what_cannot_be_taken_out_is_refused_in_words() {
    let conditional = json!({ "branches": [{ "id": "yes", "when": "input.topic == \"a\"" }] });
    let flow = workflow(
        vec![
            copy("brief", None, "${input.topic}"),
            node("choose", "conditional", None, &conditional),
            copy("a", None, "A"),
            copy("b", None, "B"),
            node("meet", "merge", None, &json!({})),
            copy("last", None, "${nodes.brief.texts[0]}"),
        ],
        &edges(&[
            "start>brief",
            "brief>choose",
            "choose.yes>a",
            "choose.else>b",
            "a>meet",
            "b>meet",
            "meet>last",
            "last>end",
        ]),
    );
    assert_eq!(blocking(&flow), Vec::<String>::new());

    assert!(refused(&flow, &["start", "brief"]).contains("start can't be moved"));
    assert!(refused(&flow, &["a", "b"]).contains("different steps"));
    assert!(refused(&flow, &["choose"]).contains("Only one output of choose"));
    assert!(refused(&flow, &["choose", "a"]).contains("both connect to steps outside"));
    assert!(refused(&flow, &["meet", "last"]).contains("collects"));
    assert!(refused(&flow, &["brief", "last"]).contains("different steps"));
    taken(&flow, &["choose", "a", "b", "meet"]);
    taken(&flow, &["brief", "choose", "a", "b", "meet", "last"]);

    let dead_end = Workflow {
        edges: flow.edges.iter().filter(|edge| edge.id.as_str() != "e5").cloned().collect(),
        ..flow.clone()
    };
    assert!(
        refused(&dead_end, &["choose", "a", "b", "meet"]).contains("doesn't run on every path")
    );
    let mut empty = flow.clone();
    empty.nodes.iter_mut().find(|node| node.id == "a".into()).unwrap().data.config =
        NodeKind::GenerateCopy.default_config();
    assert!(refused(&empty, &["a"]).contains("can't run"));
}

/// A step between the first and the last.
#[derive(Debug, Clone)]
enum Block {
    Copy(Vec<usize>),
    Shape(bool),
    Choose(usize),
    Loop(usize, bool),
}

fn blocks() -> impl Strategy<Value = Vec<Block>> {
    let block = prop_oneof![
        3 => prop::collection::vec(any::<usize>(), 0..3).prop_map(Block::Copy),
        2 => any::<bool>().prop_map(Block::Shape),
        1 => any::<usize>().prop_map(Block::Choose),
        1 => (any::<usize>(), any::<bool>()).prop_map(|(at, iteration)| Block::Loop(at, iteration)),
    ];
    prop::collection::vec(block, 1..7)
}

/// A workflow that can run, of these blocks one after the other.
fn built(blocks: &[Block]) -> Workflow {
    let (mut nodes, mut wires) = (vec![], vec![]);
    let mut earlier = vec!["input.topic".to_owned()];
    let mut last = "start".to_owned();
    for (at, block) in blocks.iter().enumerate() {
        let pick = |place: &usize| earlier[place % earlier.len()].clone();
        let id = format!("n{at}");
        let mut next = id.clone();
        match block {
            Block::Copy(reads) => {
                let reads: Vec<String> =
                    reads.iter().map(|at| format!("${{{}}}", pick(at))).collect();
                nodes.push(copy(&id, None, &format!("Say {}", reads.join(" "))));
                earlier.push(format!("nodes.{id}.texts[0]"));
            }
            Block::Shape(named) => {
                let mut made = shape(&id, None, "${item} ${input.topic}");
                earlier.push(format!("nodes.{id}.output"));
                if *named {
                    made["data"]["assign"] = format!("name_{at}").into();
                    earlier.push(format!("name_{at} ?? \"none\""));
                }
                nodes.push(made);
            }
            Block::Choose(reads) => {
                let when = format!("has({})", pick(reads).split(' ').next().unwrap());
                let branches = json!({ "branches": [{ "id": "yes", "when": when }] });
                nodes.push(node(&id, "conditional", None, &branches));
                nodes.push(copy(&format!("{id}_a"), None, "A"));
                nodes.push(copy(&format!("{id}_b"), None, &format!("${{{}}}", pick(reads))));
                next = format!("{id}_m");
                nodes.push(node(&next, "merge", None, &json!({})));
                wires.extend([format!("{id}.yes>{id}_a"), format!("{id}.else>{id}_b")]);
                wires.extend([format!("{id}_a>{next}"), format!("{id}_b>{next}")]);
                earlier.push(format!("nodes.{next}.output"));
            }
            Block::Loop(reads, iteration) => {
                let iteration = if *iteration { "${item} ${index}" } else { "" };
                nodes.push(node(&id, "for_each", None, &json!({ "items": "${[1, 2]}" })));
                let prompt = format!("{iteration} ${{{}}}", pick(reads));
                nodes.push(copy(&format!("{id}_x"), Some(&id), &prompt));
                nodes.push(shape(&format!("{id}_y"), Some(&id), "${item}"));
                wires.extend([format!("{id}.item>{id}_x"), format!("{id}_x>{id}_y")]);
                wires.push(format!("{id}_y>{id}"));
                earlier.push(format!("nodes.{id}.output"));
            }
        }
        wires.push(format!("{last}>{id}"));
        if let Block::Loop(..) = block {
            last = format!("{id}.output");
        } else {
            last = next;
        }
    }
    wires.push(format!("{last}>end"));
    workflow(nodes, &wires)
}

fn drawn_and_chosen() -> impl Strategy<Value = (Workflow, BTreeSet<NodeId>)> {
    blocks().prop_flat_map(|blocks| {
        let workflow = built(&blocks);
        let ids: Vec<NodeId> = workflow.nodes.iter().skip(2).map(|node| node.id.clone()).collect();
        let most = ids.len();
        let range = (0..most, 1..=most);
        let together = ids.clone();
        let some = subsequence(ids, 1..=most).prop_map(|ids| ids.into_iter().collect());
        let run = range.prop_map(move |(from, count)| {
            together.iter().skip(from).take(count).cloned().collect()
        });
        (Just(workflow), prop_oneof![some, run])
    })
}

proptest! {
    #[test]
    fn both_workflows_can_run_and_nothing_refers_to_what_is_gone(
        (before, chosen) in drawn_and_chosen(),
    ) {
        prop_assert_eq!(blocking(&before), Vec::<String>::new());
        let Ok(found) = extract(&before, &chosen, "Part") else { return Ok(()) };
        let mut after = before.clone();
        let undo = apply(&mut after, found.edit.command.clone()).unwrap();

        prop_assert_eq!(blocking(&found.child), Vec::<String>::new());
        prop_assert_eq!(blocking(&after), Vec::<String>::new());
        let text = after.to_json();
        for id in after.nodes.iter().map(|node| &node.id) {
            prop_assert!(!chosen.contains(id));
        }
        for gone in before.nodes.iter().filter(|node| after.node(&node.id).is_none()) {
            prop_assert!(!text.contains(&format!("nodes.{}.", gone.id)), "{} is referred to", gone.id);
        }
        let sub = after.nodes.iter().find(|node| node.kind() == NodeKind::SubWorkflow).unwrap();
        let NodeConfig::SubWorkflow(config) = &sub.data.config else { unreachable!() };
        let given: Vec<_> = config.parameters.iter().map(|pair| pair.name.as_str()).collect();
        let asked: Vec<_> = found.child.parameters.iter().map(|p| p.name.as_str()).collect();
        prop_assert_eq!(given, asked);

        apply(&mut after, undo).unwrap();
        prop_assert_eq!(after.to_json(), before.to_json());
    }

    #[test]
    fn one_step_alone_can_always_be_taken_out(blocks in blocks()) {
        let before = built(&blocks);
        for node in before.nodes.iter().skip(2) {
            let is_part = [NodeKind::Conditional, NodeKind::Merge].contains(&node.kind());
            let found = extract(&before, &[node.id.clone()].into(), "Part");
            prop_assert!(found.is_ok() != is_part, "{}: {:?}", node.id, found.map(|_| ()));
        }
    }
}

proptest! {
    /// Whatever is drawn, right or wrong: what is accepted makes nothing worse.
    #[test]
    fn what_is_accepted_of_any_drawing_makes_nothing_worse(
        before in crate::edit::drawn::workflows(9), chosen in prop::collection::btree_set(0..9usize, 1..5),
    ) {
        let ids: BTreeSet<NodeId> =
            chosen.iter().map(|at| NodeId::from(format!("n{at}").as_str())).collect();
        let Ok(found) = extract(&before, &ids, "Part") else { return Ok(()) };
        let mut after = before.clone();
        apply(&mut after, found.edit.command).unwrap();

        prop_assert_eq!(blocking(&found.child), Vec::<String>::new());
        prop_assert!(blocking(&after).len() <= blocking(&before).len());
    }
}
