//! Files of other products are named for what they are.

use model::{
    problem::FieldProblem,
    transfer::{Ends, dropped, import, import_value},
    workflow::Workflow,
};
use serde_json::json;

fn told(text: &str) -> FieldProblem {
    import(text).unwrap_err().remove(0)
}

const DIFY: &str = "app:
  description: ''
  mode: workflow
  name: Translate
kind: app
version: 0.1.3
workflow:
  features: {}
  graph:
    edges:
    - id: a-b
      source: a
    nodes:
    - data:
        title: Start
        type: start
      id: a
    # How it ends.
    - data:
        title: End
        type: end
      id: b
    viewport:
      x: 0
";

const ACTIONS: &str = "name: CI
on:
  push:
    branches: [main]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
  test:
    needs: build
    steps:
      - run: make test
";

#[test]
fn files_of_other_products_are_named_with_what_can_be_done() {
    let cases = [
        (include_str!("n8n.json"), "an n8n workflow with 2 nodes"),
        (
            r#"[{"nodes": [{"type": "n8n-nodes-base.set", "parameters": {}}], "connections": {}}]"#,
            "an n8n workflow with 1 node",
        ),
        (
            r#"{"data": {"nodes": [{"id": "a", "type": "genericNode", "data": {"type": "Prompt", "node": {"template": {}}}}], "edges": []}, "name": "Chat"}"#,
            "a Langflow flow with 1 node",
        ),
        (
            r#"{"nodes": [{"id": "a", "type": "customNode", "data": {"inputAnchors": [], "outputAnchors": []}}, {"id": "n", "data": {}}], "edges": []}"#,
            "a Flowise flow with 2 nodes",
        ),
        (
            r#"[{"id": "t", "type": "tab", "label": "Flow 1"}, {"id": "a", "type": "inject", "z": "t", "wires": [["b"]]}, {"id": "b", "type": "debug", "z": "t", "wires": []}]"#,
            "a Node-RED flow with 2 nodes",
        ),
        (
            r#"{"flows": [{"id": "a", "type": "inject", "wires": [[]]}], "rev": "1"}"#,
            "a Node-RED flow with 1 node",
        ),
        (
            r#"{"3": {"class_type": "KSampler", "inputs": {"seed": 1}}, "4": {"class_type": "SaveImage", "inputs": {}}}"#,
            "a ComfyUI prompt with 2 nodes",
        ),
        (
            r#"{"last_node_id": 2, "nodes": [{"id": 1, "type": "KSampler", "pos": [0, 0], "widgets_values": []}], "links": [], "version": 0.4}"#,
            "a ComfyUI workflow with 1 node",
        ),
        (
            r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}}"#,
            "an AWS Step Functions state machine with 2 states",
        ),
        (
            r#"{"summary": "x", "value": {"modules": [{"id": "a", "value": {"type": "rawscript"}}]}}"#,
            "a Windmill flow with 1 step",
        ),
        (
            r#"{"app": {"mode": "workflow"}, "kind": "app", "workflow": {"graph": {"nodes": [{}, {}], "edges": []}}}"#,
            "a Dify app with 2 nodes",
        ),
        (
            r#"{"name": "x", "flow": [{"id": 1, "module": "http:ActionSendData"}], "metadata": {}}"#,
            "a Make scenario with 1 module",
        ),
        (DIFY, "a Dify app, written as YAML, with 2 nodes"),
        (ACTIONS, "a GitHub Actions workflow, written as YAML, with 2 jobs"),
        (
            "id: x\nnamespace: company\ntasks:\n- id: a\n  type: io.kestra\n- id: b\n",
            "a Kestra flow, written as YAML, with 2 tasks",
        ),
        (
            "summary: x\nvalue:\n  modules:\n    - id: a\n      value:\n        type: rawscript\n",
            "a Windmill flow, written as YAML, with 1 step",
        ),
    ];
    for (text, what) in cases {
        let problem = told(text);

        assert_eq!(
            (problem.code.as_str(), problem.message),
            ("foreign_format", format!("This is {what}."))
        );
        assert!(problem.fix.unwrap().contains("Rebuild them here"), "{what}");
        let dropped = dropped::read(&Workflow::default(), "flow", text.to_owned());
        assert_eq!(dropped, Ok(dropped::Dropped::Workflow(text.to_owned())), "{what}");
    }
}

#[test]
fn yaml_is_told_as_yaml_and_a_text_as_no_json() {
    for text in
        ["name: Mine\nnodes:\n  - id: a\n", "---\nsteps: []\n", "# A comment\nname: x\nedges: []"]
    {
        let problem = told(text);
        assert_eq!(problem.message, "This is YAML.", "{text}");
        assert!(problem.fix.unwrap().contains("Convert it to JSON"), "{text}");
        let sent = import_value(json!(text), Ends::Added).unwrap_err();
        assert_eq!((sent.len(), sent[0].message.as_str()), (1, "This is YAML."));
    }
    for text in [
        "{\"name\": ",
        "{\n\"name\": \"a\"\n\"steps\": []\n}",
        "A text about a bottle.",
        "Dear reader: this is a letter.",
    ] {
        assert_eq!(told(text).code, "malformed_json", "{text}");
    }
}
