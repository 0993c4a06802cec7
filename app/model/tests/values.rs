//! Values between nodes: fields, edges, nodes without jobs, failure in lanes.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use model::{
    connect::{input, node_inputs},
    expr::Scope,
    field::{Field, Text},
    graph::on_error,
    id::{DocumentId, ImageId},
    image::{AspectRatio, ImageSize, Quality, Style},
    nodes::{generate_image, start},
    template::system_templates,
    transfer::import,
    value::{DocumentRef, ImageRef, text_of},
    workflow::{OnError, Workflow},
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

fn scope(parameters: Value) -> Scope {
    Scope::default().with_parameters(serde_json::from_value(parameters).unwrap())
}

fn field<T: serde::de::DeserializeOwned>(written: Value) -> Field<T> {
    serde_json::from_value(written).unwrap()
}

#[test]
fn a_field_is_a_value_or_what_its_reference_gives() {
    let scope = scope(json!({ "n": 3, "whole": 4.0, "word": "5", "ratio": "16:9" }));

    assert_eq!(field::<u32>(json!(7)).resolve(&scope), Ok(7));
    assert_eq!(field::<u32>(json!("${input.n}")).resolve(&scope), Ok(3));
    assert_eq!(field::<u32>(json!("${input.n + 1}")).resolve(&scope), Ok(4));
    assert_eq!(field::<u32>(json!("${input.whole}")).resolve(&scope), Ok(4));
    assert_eq!(field::<u32>(json!("${input.word}")).resolve(&scope), Ok(5));
    assert_eq!(field::<f64>(json!("${input.n}")).resolve(&scope), Ok(3.0));
    assert_eq!(
        field::<AspectRatio>(json!("${input.ratio}")).resolve(&scope),
        Ok(AspectRatio::Wide)
    );
    assert_eq!(serde_json::to_value(field::<u32>(json!("${input.n}"))).unwrap(), "${input.n}");
}

#[test]
fn a_field_that_cannot_be_resolved_says_what_it_needs() {
    let scope = scope(json!({ "word": "many", "n": 60 }));
    let words = |written: Value, range: std::ops::RangeInclusive<u32>| {
        field::<u32>(written).resolve_within(&scope, range, "quantity").unwrap_err().to_string()
    };

    assert_eq!(
        words(json!("${input.word}"), 1..=50),
        "${input.word} needs a whole number, but got text."
    );
    assert_eq!(words(json!("${input.n}"), 1..=50), "quantity must be between 1 and 50, but is 60.");
    assert!(words(json!("${input.none}"), 1..=50).contains("input.none has no value"));
    assert!(serde_json::from_value::<Field<u32>>(json!("three")).is_err());
}

#[test]
fn images_and_documents_are_values_that_come_back() {
    let image = ImageRef {
        image_id: ImageId(Uuid::from_u128(1)),
        width: 10,
        height: 20,
        media_type: "image/png".to_owned(),
        alt: "A cup".to_owned(),
    };
    let document =
        DocumentRef { document_id: DocumentId(Uuid::from_u128(2)), title: "Tea".to_owned() };

    assert_eq!(ImageRef::from_value(&image.to_value()), Some(image.clone()));
    assert_eq!(DocumentRef::from_value(&document.to_value()), Some(document.clone()));
    assert_eq!(ImageRef::from_value(&document.to_value()), None);
    let both = json!([image.to_value(), [image.to_value()], document.to_value(), "x"]);
    assert_eq!(ImageRef::list(&both).len(), 2);
    assert_eq!(DocumentRef::list(&both), [document]);
}

#[test]
fn values_read_as_text() {
    let document = json!({ "document_id": Uuid::from_u128(1), "title": "Tea" });
    let mut read = document.clone();
    read["content"] = json!("Green tea");
    let cases = [
        (json!("a"), "a"),
        (json!(null), ""),
        (json!(1.5), "1.5"),
        (json!(["a", ["b", 2]]), "a\n\nb\n\n2"),
        (json!({ "a": [1] }), "{\"a\":[1]}"),
        (document, "Tea"),
        (read, "Green tea"),
        (json!({ "image_id": Uuid::from_u128(1), "alt": "A cup" }), "A cup"),
    ];
    for (value, text) in cases {
        assert_eq!(text_of(&value), text, "{value}");
    }
}

#[test]
fn sizes_of_images_are_read_and_bounded() {
    let size = |text: &str| text.parse::<ImageSize>();

    assert_eq!(size("1792x1024").unwrap().to_string(), "1792x1024");
    assert!(size("10x10").is_err() && size("9999x9999").is_err() && size("wide").is_err());
    for choice in generate_image::ASPECT_RATIOS {
        let ratio: AspectRatio = serde_json::from_value(json!(choice.value)).unwrap();
        let ImageSize { width, height } = ratio.size();
        let (across, down) = choice.value.split_once(':').unwrap();
        let (across, down): (u32, u32) = (across.parse().unwrap(), down.parse().unwrap());
        assert_eq!(width * down, height * across, "{}", choice.value);
        assert!(width % 16 == 0 && height % 16 == 0);
    }
    assert_eq!(serde_json::from_value::<Quality>(json!("hd")).unwrap(), Quality::High);
    for choice in generate_image::STYLES {
        serde_json::from_value::<Style>(json!(choice.value)).unwrap();
    }
}

#[test]
fn an_exact_size_wins_over_the_shape() {
    let shape = generate_image::Config {
        aspect_ratio: Field::Value(AspectRatio::Portrait),
        ..generate_image::Config::default()
    };
    let exact = generate_image::Config { size: Some(field(json!("640x480"))), ..shape.clone() };

    let scope = Scope::default();
    assert_eq!(shape.dimensions(&scope).unwrap().to_string(), "1024x1280");
    assert_eq!(exact.dimensions(&scope).unwrap().to_string(), "640x480");
}

fn campaign() -> Workflow {
    let mut all = system_templates().into_iter();
    all.find(|template| template.key == "facebook_ads_campaign").unwrap().workflow
}

#[test]
fn an_input_takes_the_value_of_its_edge() {
    let workflow = campaign();
    let mut scope = scope(json!({ "topic": "tea" }));
    scope.set_node("start".into(), start::port_values(&scope.parameters));
    let images = Map::from_iter([("images".to_owned(), json!(["i"]))]);
    scope.set_node("image".into(), images);

    let value = |node: &str, port: &str| input(&workflow, &node.into(), port, &scope);
    assert_eq!(value("headline", "input"), Some(json!({ "topic": "tea" })));
    assert_eq!(value("attach", "images"), Some(json!(["i"])));
    assert_eq!(value("attach", "documents"), None);
    assert_eq!(value("end", "input"), None);
}

/// start → fork → (a ∥ b) → join → end, with `continue` as the policy of the lanes.
fn lanes() -> Workflow {
    import(include_str!("react_flow/lanes.json")).unwrap().workflow
}

#[test]
fn several_edges_into_one_port_come_together_in_the_order_of_the_workflow() {
    let workflow = lanes();
    let mut scope = Scope::default();
    let texts = |texts: Value| Map::from_iter([("texts".to_owned(), texts)]);
    scope.set_node("b".into(), texts(json!(["b1"])));
    scope.set_node("a".into(), texts(json!(["a1", "a2"])));

    let join = "join".into();
    assert_eq!(input(&workflow, &join, "input", &scope), Some(json!(["a1", "a2", "b1"])));
    let inputs = node_inputs(&workflow, &join, &scope);
    assert_eq!(inputs.values("input"), [json!(["a1", "a2"]), json!(["b1"])]);
}

#[test]
fn nodes_without_jobs_give_what_came_in() {
    let workflow = lanes();
    let mut scope = scope(json!({ "topic": "tea" }));
    for (id, given) in [
        ("start", json!({ "topic": "tea", "all": { "topic": "tea" } })),
        ("fork", json!({ "lane_1": { "topic": "tea" }, "lane_2": { "topic": "tea" } })),
    ] {
        assert_eq!(Value::from(settle(&workflow, id, &mut scope)), given, "{id}");
    }
    for (id, text) in [("a", json!(["a1", "a2"])), ("b", json!(["b1"])), ("sum", json!(["s"]))] {
        scope.set_node(id.into(), Map::from_iter([("texts".to_owned(), text)]));
    }
    for (id, given) in
        [("join", json!({ "output": ["a1", "a2", "b1"] })), ("end", json!({ "result": ["s"] }))]
    {
        assert_eq!(Value::from(settle(&workflow, id, &mut scope)), given, "{id}");
    }
}

/// Settles a node without jobs and keeps what it gives in the scope.
fn settle(workflow: &Workflow, id: &str, scope: &mut Scope) -> Map<String, Value> {
    let node = workflow.node(&id.into()).unwrap();
    let inputs = node_inputs(workflow, &node.id, scope);
    let given = node.data.config.settle_inline(&inputs).unwrap().output;
    scope.set_node(node.id.clone(), given.clone());
    given
}

#[test]
fn a_merge_says_how_many_edges_are_enough() {
    use model::nodes::merge::{Config, Mode};
    let enough = |mode: Mode| {
        let config = Config { mode, count: 2, ..Config::default() };
        model::nodes::NodeConfig::from(config).enough_edges()
    };

    assert_eq!(enough(Mode::All), None);
    assert_eq!(enough(Mode::Any), Some(1));
    assert_eq!(enough(Mode::First), Some(2));
}

#[test]
fn a_named_result_is_what_its_text_gives() {
    let config: model::nodes::end::Config = serde_json::from_value(json!({
        "outputs": [{ "name": "topic", "value": "${input.topic}" }, { "name": "n", "value": "x" }]
    }))
    .unwrap();
    let scope = scope(json!({ "topic": ["tea"] }));

    let result = config.result(&scope, Some(json!("ignored")));

    assert_eq!(result, Ok(json!({ "topic": ["tea"], "n": "x" })));
}

#[test]
fn a_failure_in_a_lane_that_may_fail_leaves_the_others_alone() {
    let mut workflow = lanes();

    assert_eq!(on_error(&workflow, &"a".into()), OnError::Continue);
    assert_eq!(on_error(&workflow, &"join".into()), OnError::Fail);
    assert_eq!(on_error(&workflow, &"fork".into()), OnError::Fail);
    workflow.nodes[2].data.on_error = OnError::Branch;
    assert_eq!(on_error(&workflow, &"a".into()), OnError::Branch);
    workflow.settings.continue_on_error = true;
    assert_eq!(on_error(&workflow, &"join".into()), OnError::Continue);
}

#[test]
fn a_text_is_blank_or_gives_its_value() {
    let scope = scope(json!({ "list": [1, 2] }));

    assert!(Text::from(" \n").is_blank());
    assert_eq!(Text::from("${input.list}").value(&scope), Ok(json!([1, 2])));
    assert_eq!(Text::from("${input.list}").render(&scope), Ok("1\n\n2".to_owned()));
    assert_eq!(Text::from("$${x}").value(&scope), Ok(json!("${x}")));
}
