//! Single gestures, case by case.

use std::collections::BTreeSet;

use model::{
    edit::{
        EdgeEnd, Edit, Incoming, Link, Refused, Selection, Spot, Where, add, apply, connect, copy,
        duplicate, enable, feed, insert, insert_new_on_edge, insert_on_edge, label_edge,
        name_parameter, paste, reconnect, remove, rename_assigned, rename_parameter, with_agent,
        with_tool,
    },
    id::NodeId,
    nodes::{NodeConfig, NodeKind, generate_copy},
    parameter::Parameter,
    template::blank_workflow,
    workflow::{Node, OnError, Position, Workflow},
};

use crate::edit::{drawn::edge, gestures::between};

fn text(id: &str, prompt: &str) -> Node {
    let config = generate_copy::Config { prompt: prompt.into(), ..Default::default() };
    Node::new(id.into(), id, NodeConfig::GenerateCopy(Box::new(config)))
}

fn prompt(workflow: &Workflow, id: &str) -> String {
    match &workflow.node(&id.into()).unwrap().data.config {
        NodeConfig::GenerateCopy(config) => config.prompt.as_str().to_owned(),
        _ => String::new(),
    }
}

/// start → a → b → end, with references.
fn chain() -> Workflow {
    let mut a = text("a", "About ${input.topic}");
    a.data.assign = Some("idea".to_owned());
    let b = text("b", "${nodes.a.texts} ${idea} ${input.topic}");
    let ids = ["start", "a", "b", "end"];
    let start = Node::new("start".into(), "start", NodeKind::Start.default_config());
    let end = Node::new("end".into(), "end", NodeKind::End.default_config());
    let mut nodes = vec![start, a, b, end];
    for (x, node) in (0..4u32).zip(&mut nodes) {
        node.position.x = f64::from(x) * 336.0;
    }
    let edges = ids
        .windows(2)
        .map(|pair| edge(&format!("{}_{}", pair[0], pair[1]), &pair[0].into(), &pair[1].into()));
    let topic = Parameter { name: "topic".to_owned(), ..Parameter::default() };
    Workflow { edges: edges.collect(), nodes, parameters: vec![topic], ..Workflow::default() }
}

fn done(workflow: &Workflow, edit: Edit) -> Workflow {
    let mut after = workflow.clone();
    apply(&mut after, edit.command).unwrap();
    after
}

fn ids(ids: &[&str]) -> BTreeSet<NodeId> {
    ids.iter().map(|id| NodeId::from(*id)).collect()
}

fn wires(workflow: &Workflow) -> Vec<String> {
    workflow.edges.iter().map(|edge| format!("{}-{}", edge.source, edge.target)).collect()
}

#[test]
fn connections_are_refused_in_words() {
    let flow = chain();
    let refused = |from: &str, to: &str| {
        connect(&flow, &between(&from.into(), &to.into())).unwrap_err().to_string()
    };

    assert_eq!(refused("a", "a"), "a can't be connected to itself.");
    assert_eq!(refused("a", "start"), "The start can't have an incoming connection.");
    assert!(refused("end", "a").starts_with("An end can't have an outgoing connection"));
    assert_eq!(refused("b", "a"), "These steps would wait for each other: a → b → a.");
    let again = connect(
        &done(&flow, connect(&flow, &between(&"a".into(), &"end".into())).unwrap()),
        &between(&"a".into(), &"end".into()),
    )
    .unwrap_err();
    assert_eq!(again.to_string(), "a and end are already connected.");
}

#[test]
fn types_that_do_not_fit_are_named() {
    let mut flow = chain();
    flow.nodes.push(Node::new("image".into(), "Image", NodeKind::GenerateImage.default_config()));
    let attach = Node::new("attach".into(), "Attach", NodeKind::AttachToDocument.default_config());
    flow.nodes.push(attach);
    let mut wanted = between(&"image".into(), &"attach".into());
    wanted.source_handle = Some("images".to_owned());
    wanted.target_handle = Some("documents".to_owned());

    let refused = connect(&flow, &wanted).unwrap_err().to_string();

    assert!(refused.contains("image") && refused.contains("document"), "{refused}");
}

#[test]
fn an_edge_from_the_error_port_makes_the_node_branch() {
    let flow = chain();
    let mut wanted = between(&"a".into(), &"end".into());
    wanted.source_handle = Some("error".to_owned());

    let after = done(&flow, connect(&flow, &wanted).unwrap());

    assert_eq!(after.node(&"a".into()).unwrap().data.on_error, OnError::Branch);
}

#[test]
fn a_node_inserted_on_an_edge_pushes_what_follows_to_the_right() {
    let flow = chain();

    let after = done(&flow, insert_new_on_edge(&flow, &"a_b".into(), NodeKind::Merge).unwrap());

    assert_eq!(wires(&after), ["start-a", "b-end", "a-merge", "merge-b"]);
    let x: Vec<f64> = after.nodes.iter().map(|node| node.position.x).collect();
    assert_eq!(x, [0.0, 336.0, 1008.0, 1344.0, 672.0]);
}

#[test]
fn a_loose_node_dropped_on_an_edge_is_inserted() {
    let flow = chain();
    let flow = done(&flow, add(&flow, NodeKind::Merge, Spot::default()).unwrap());

    let after = done(&flow, insert_on_edge(&flow, &"a_b".into(), &"merge".into()).unwrap());

    assert_eq!(wires(&after), ["start-a", "b-end", "a-merge", "merge-b"]);
}

#[test]
fn deleting_takes_the_edges_keeps_the_start_and_selects_what_came_before() {
    let flow = chain();

    let edit = remove(&flow, &Selection::from_nodes(ids(&["b"]))).unwrap();

    assert_eq!((edit.label.as_str(), edit.select.nodes.clone()), ("delete b", ids(&["a"])));
    assert_eq!(wires(&done(&flow, edit)), ["start-a"]);
    assert_eq!(remove(&flow, &Selection::from_nodes(ids(&["start"]))), Err(Refused::OneStart));
    let all = remove(&flow, &Selection::from_nodes(ids(&["start", "a", "b", "end"]))).unwrap();
    assert_eq!(all.notice, Some(Refused::OneStart.to_string()));
    assert_eq!(done(&flow, all).nodes.len(), 1);
}

#[test]
fn a_second_start_is_refused_however_it_comes() {
    let flow = chain();

    assert_eq!(add(&flow, NodeKind::Start, Spot::default()), Err(Refused::OneStart));
    assert_eq!(duplicate(&flow, &ids(&["start"]), Incoming::Drop), Err(Refused::OneStart));
    let foreign = r#"{"atelier":1,"nodes":[{"id":"s","type":"start","position":{"x":0,"y":0},
        "data":{}}],"edges":[]}"#;
    assert_eq!(paste(&flow, foreign, &Where::Beside(1), Incoming::Drop), Err(Refused::OneStart));
}

#[test]
fn copies_refer_to_copies_and_lie_beside_the_originals() {
    let flow = chain();

    let after = done(&flow, duplicate(&flow, &ids(&["a", "b"]), Incoming::Keep).unwrap());

    assert_eq!(wires(&after)[3..], ["start-a_2", "a_2-b_2"]);
    assert_eq!(prompt(&after, "b_2"), "${nodes.a_2.texts} ${idea_2} ${input.topic}");
    let copy = after.node(&"a_2".into()).unwrap();
    assert_eq!(copy.data.assign.as_deref(), Some("idea_2"));
    assert_eq!(copy.position, Position { x: 368.0, y: 32.0 });
    let alone = done(&flow, duplicate(&flow, &ids(&["b"]), Incoming::Drop).unwrap());
    assert_eq!(prompt(&alone, "b_2"), prompt(&flow, "b"));
    assert_eq!(alone.edges.len(), 3);
}

#[test]
fn a_loop_is_copied_and_deleted_with_what_lies_in_it() {
    let mut flow = chain();
    flow.nodes.push(Node::new("each".into(), "each", NodeKind::ForEach.default_config()));
    let inner = Node { parent_id: Some("each".into()), ..text("inner", "${item}") };
    flow.nodes.push(inner);

    let copied = done(&flow, duplicate(&flow, &ids(&["each"]), Incoming::Drop).unwrap());
    let removed = done(&flow, remove(&flow, &Selection::from_nodes(ids(&["each"]))).unwrap());

    let inner = copied.node(&"inner_2".into()).unwrap();
    assert_eq!(inner.parent_id, Some("each_2".into()));
    assert_eq!(inner.position, Position::default());
    assert_eq!(removed.nodes.len(), 4);
}

#[test]
fn renaming_a_parameter_renames_it_wherever_it_is_meant() {
    let mut flow = chain();
    flow.edges[0].source_handle = Some("topic".to_owned());

    let after = done(&flow, rename_parameter(&flow, "topic", "subject").unwrap());

    assert_eq!(prompt(&after, "a"), "About ${input.subject}");
    assert_eq!(prompt(&after, "b"), "${nodes.a.texts} ${idea} ${input.subject}");
    assert_eq!(after.edges[0].source_handle.as_deref(), Some("subject"));
    assert_eq!(after.parameters[0].name, "subject");
    let bad = |name: &str| rename_parameter(&flow, "topic", name).unwrap_err();
    assert_eq!(bad("Topic!"), Refused::BadName("Topic!".to_owned()));
    assert_eq!(bad("all"), Refused::TakenName("all".to_owned()));
}

#[test]
fn a_parameter_that_nobody_named_is_called_after_its_label() {
    let named = |label: &str, name: &str| {
        let mut flow = chain();
        flow.nodes[1] = text("a", &format!("On ${{input.{name}}}"));
        let (name, label) = (name.to_owned(), label.to_owned());
        flow.parameters.push(Parameter { name: name.clone(), label, ..Parameter::default() });
        let after = done(&flow, name_parameter(&flow, &name)?);
        Ok((after.parameters[1].name.clone(), prompt(&after, "a")))
    };
    let called = |name: &str| Ok((name.to_owned(), format!("On ${{input.{name}}}")));

    assert_eq!(named("Product brief", "input_1"), called("product_brief"));
    assert_eq!(named(" Topic", "input_1"), called("topic_2"));
    assert_eq!(named("All", "input_12"), called("all_2"));
    for (label, name) in
        [("Brief", "text"), ("Input 1", "input_1"), ("", "input_1"), ("题", "input_1")]
    {
        assert_eq!(named(label, name), Err(Refused::Nothing), "{label} {name}");
    }
}

#[test]
fn renaming_a_result_renames_it_in_every_reference() {
    let flow = chain();

    let after = done(&flow, rename_assigned(&flow, &"a".into(), Some("draft")).unwrap());

    assert_eq!(prompt(&after, "b"), "${nodes.a.texts} ${draft} ${input.topic}");
    assert_eq!(after.node(&"a".into()).unwrap().data.assign.as_deref(), Some("draft"));
    let taken = rename_assigned(&flow, &"b".into(), Some("idea")).unwrap_err();
    assert_eq!(taken, Refused::TakenName("idea".to_owned()));
}

#[test]
fn steps_are_left_out_together_and_come_back_together() {
    let mut flow = chain();
    flow.nodes.push(Node::new("each".into(), "each", NodeKind::ForEach.default_config()));
    flow.nodes.push(Node { parent_id: Some("each".into()), ..text("inner", "${item}") });
    let disabled = |workflow: &Workflow| -> Vec<String> {
        let left_out = workflow.nodes.iter().filter(|node| !node.data.enabled);
        left_out.map(|node| node.id.to_string()).collect()
    };

    let first = enable(&flow, &ids(&["start", "a"])).unwrap();
    assert_eq!(first.label, "disable a");
    let one = done(&flow, first);
    assert_eq!(disabled(&one), ["a"]);
    let all = done(&one, enable(&one, &ids(&["a", "b", "each", "inner"])).unwrap());
    assert_eq!(disabled(&all), ["a", "b", "each"]);
    let back = done(&all, enable(&all, &ids(&["a", "b", "each"])).unwrap());
    assert_eq!(disabled(&back), Vec::<String>::new());
    assert_eq!(back.to_json(), flow.to_json());
    let start = enable(&flow, &ids(&["start"])).unwrap_err();
    assert_eq!(start.to_string(), "The start step can't be disabled.");
}

#[test]
fn an_edge_is_laid_to_another_node() {
    let flow = chain();

    let edit = reconnect(&flow, &"b_end".into(), EdgeEnd::Source, "a".into(), None).unwrap();

    assert_eq!(wires(&done(&flow, edit)), ["start-a", "a-b", "a-end"]);
}

#[test]
fn hostile_text_is_refused_and_script_in_a_label_is_a_label() {
    let flow = chain();
    let node = |id: &str, more: &str| {
        format!(r#"{{"id":"{id}","type":"merge","position":{{"x":0,"y":0}},"data":{{}}{more}}}"#)
    };
    let held = |nodes: &str, edges: &str| {
        format!(r#"{{"atelier":1,"nodes":[{nodes}],"edges":[{edges}]}}"#)
    };
    let hostile = [
        String::new(),
        "words".to_owned(),
        "null".to_owned(),
        "[".repeat(100_000),
        format!("{}{}", r#"{"atelier":1,"nodes":"#.repeat(50_000), "1"),
        held(
            &format!(
                r#"{{"id":"x","type":"odd","position":{{"x":0,"y":0}},"data":{{"config":{{"a":{}1{}}}}}}}"#,
                "[".repeat(500),
                "]".repeat(500)
            ),
            "",
        ),
        r#"{"atelier":1}"#.to_owned(),
        r#"{"atelier":2,"nodes":[]}"#.to_owned(),
        r#"{"atelier":1,"nodes":{},"edges":7}"#.to_owned(),
        held("7", ""),
        held(&node("x", "").replace(r#""x":0"#, r#""x":"0""#), ""),
        held(&node("x", "").replace(r#""x":0"#, r#""x":NaN"#), ""),
        held(&node("x", "").replace(r#""x":0"#, r#""x":null"#), ""),
        held(&node("x", "").replace(r#""x":0"#, r#""x":1e999"#), ""),
        held(&node("x", "").replace(r#""x":0"#, r#""x":1e300"#), ""),
        held(&format!("{},{}", node("x", ""), node("x", "")), ""),
        held(&node("", ""), ""),
        held(&node("a@b[0]", ""), ""),
        held(&node("x", r#","parentId":"x""#), ""),
        held(&node("x", r#","__proto__":{}"#), ""),
        held(&node("x", ""), r#"{"id":"e","source":"x","target":"gone"}"#),
        held(&vec![node("x", ""); 200].join(","), ""),
        held(&(0..200).map(|n| node(&format!("x{n}"), "")).collect::<Vec<_>>().join(","), ""),
        " ".repeat(50_000_000),
    ];
    for text in hostile {
        let pasted = paste(&flow, &text, &Where::Beside(1), Incoming::Keep);
        assert!(pasted.is_err(), "{}", text.get(..200).unwrap_or(&text));
    }
    let script = "<script>alert(1)</script>";
    let labelled = held(&node("x", "").replace("{}}", &format!(r#"{{"label":"{script}"}}}}"#)), "");
    let edit = paste(&flow, &labelled, &Where::Beside(1), Incoming::Keep).unwrap();
    assert_eq!(done(&flow, edit).nodes[4].data.label, script);
}

#[test]
fn what_is_copied_is_text_that_another_workflow_takes() {
    let flow = chain();
    let spot = Spot { parent: None, position: Position { x: 1_000.0, y: 300.0 } };

    let text = copy(&flow, &ids(&["start", "a", "b"])).unwrap();
    let edit = paste(&Workflow::default(), &text, &Where::At(spot), Incoming::Keep).unwrap();

    let after = done(&Workflow::default(), edit);
    assert_eq!(wires(&after), ["a-b"]);
    // Their middle is there, on the grid: both together are 576 wide and 56 high.
    assert_eq!(after.nodes[0].position, Position { x: 720.0, y: 272.0 });
    assert_eq!(prompt(&after, "b"), prompt(&flow, "b"));
}

#[test]
fn a_pasted_workflow_hangs_at_the_start_that_is_here_and_brings_the_inputs_it_lacks() {
    let mut flow = chain();
    flow.nodes[0].id = "begin".into();
    flow.edges[0].source = "begin".into();
    flow.edges[0].source_handle = Some("brief".to_owned());
    flow.nodes[2] = text("b", "${nodes.begin.all} ${idea} ${input.topic}");
    let brief = Parameter { name: "brief".to_owned(), required: true, ..Parameter::default() };
    let unused = Parameter { name: "unused".to_owned(), ..Parameter::default() };
    flow.parameters.extend([brief.clone(), unused]);
    let here = blank_workflow("New");
    let all = |flow: &Workflow| flow.nodes.iter().map(|node| node.id.clone()).collect();
    let pasted = |flow: &Workflow, here: &Workflow| {
        let text = copy(flow, &all(flow)).unwrap();
        paste(here, &text, &Where::At(Spot::default()), Incoming::Drop).unwrap()
    };

    let edit = pasted(&flow, &here);
    assert_eq!(edit.notice.as_deref(), Some("The workflow already has a start, so it was kept."));
    let after = done(&here, edit);

    assert_eq!(wires(&after), ["start-a", "a-b", "b-end_2"]);
    assert_eq!(prompt(&after, "b"), "${nodes.start.all} ${idea} ${input.topic}");
    assert_eq!(after.parameters, flow.parameters, "all of them are read");

    flow.nodes[2] = text("b", "${input.topic}");
    let mut here = here;
    here.parameters.push(Parameter { label: "Mine".to_owned(), ..flow.parameters[0].clone() });
    let after = done(&here, pasted(&flow, &here));
    assert_eq!(after.parameters, [here.parameters[0].clone(), brief]);
}

#[test]
fn another_workflow_lies_right_of_what_is_here_with_ids_of_its_own() {
    let here = chain();
    let right = here.nodes.iter().map(|node| node.position.x).fold(0.0, f64::max);

    let after = done(&here, insert(&here, chain()).unwrap());

    let new = ["start-a_2", "a_2-b_2", "b_2-end_2"];
    assert_eq!(wires(&after), [&["start-a", "a-b", "b-end"][..], &new[..]].concat());
    assert!(after.nodes[4..].iter().all(|node| node.position.x > right));
    assert_eq!(prompt(&after, "b_2"), "${nodes.a_2.texts} ${idea_2} ${input.topic}");
    assert_eq!(after.parameters, here.parameters);
    assert!(insert(&here, Workflow::default()).is_err());
}

#[test]
fn a_tool_of_the_palette_is_a_node_that_calls_it() {
    let flow = chain();
    let edit = add(&flow, NodeKind::Tool, Spot::default()).unwrap();

    let edit = with_tool(&flow, edit, "github.getIssue").unwrap();

    let after = done(&flow, edit);
    let node = after.node(&"tool".into()).unwrap();
    assert_eq!(node.data.label, "getIssue");
    assert!(matches!(&node.data.config, NodeConfig::Tool(tool) if tool.tool == "github.getIssue"));
    assert_eq!(after.nodes.len(), flow.nodes.len() + 1);
}

#[test]
fn an_agent_of_the_palette_goes_by_its_name_and_reads_only_what_it_is_connected_with() {
    let agent = |flow: &Workflow| {
        let edit = add(flow, NodeKind::Agent, Spot::default()).unwrap();
        done(flow, with_agent(flow, edit, "writer", "Writer").unwrap())
    };
    let flow = agent(&agent(&chain()));
    let labels = ["agent", "agent_2"].map(|id| flow.node(&id.into()).unwrap().data.label.clone());
    assert_eq!(labels, ["Writer", "Writer 2"]);

    let mut data = flow.node(&"agent".into()).unwrap().data.clone();
    let NodeConfig::Agent(config) = &mut data.config else { panic!("not an agent") };
    assert_eq!(config.agent, "writer");
    config.inputs.insert("idea".to_owned(), "${nodes.a.texts}".into());
    let link = Link {
        source: "a".into(),
        source_handle: Some("texts".to_owned()),
        target: "agent".into(),
        target_handle: None,
    };
    let mapped = done(&flow, feed(&flow, &link, data.clone()).unwrap());

    assert_eq!(mapped.node(&"agent".into()).unwrap().data, data);
    assert!(wires(&mapped).contains(&"a-agent".to_owned()));
    let again = done(&mapped, feed(&mapped, &link, data.clone()).unwrap());
    assert_eq!(again.edges, mapped.edges, "it is connected already");
    let back = Link { source: "end".into(), source_handle: None, ..link };
    assert!(feed(&flow, &back, data).is_err(), "nothing leaves an end");
}

#[test]
fn a_label_stays_with_its_edge_and_goes_when_it_is_emptied() {
    let flow = chain();
    let id = "a_b".into();
    let labelled = done(&flow, label_edge(&flow, &id, " if it is long ").unwrap());
    let label = |flow: &Workflow, source: &str| {
        let edge = flow.edges.iter().find(|edge| edge.source == source.into());
        edge.and_then(|edge| edge.label.clone())
    };

    assert_eq!(label(&labelled, "a").as_deref(), Some("if it is long"));
    let read: Workflow = serde_json::from_str(&labelled.to_json()).unwrap();
    assert_eq!(read, labelled);
    let moved = reconnect(&labelled, &id, EdgeEnd::Target, "end".into(), None).unwrap();
    assert_eq!(label(&done(&labelled, moved), "a").as_deref(), Some("if it is long"));
    let between = insert_new_on_edge(&labelled, &id, NodeKind::Transform).unwrap();
    assert_eq!(label(&done(&labelled, between), "a").as_deref(), Some("if it is long"));
    let emptied = done(&labelled, label_edge(&labelled, &id, "  ").unwrap());
    assert_eq!(emptied.to_json(), flow.to_json());
    assert!(label_edge(&flow, &id, &"x".repeat(81)).unwrap_err().to_string().contains("80"));
    let mut long = flow.clone();
    long.edges[1].label = Some("x".repeat(81));
    let issues = model::validate::validate(&long);
    assert!(issues.iter().any(|issue| issue.path == "edges[1].label" && issue.blocks()));
}
