//! What a transform makes of values, what it gives, and what it refuses.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use model::{
    expr::Scope,
    nodes::{NodeConfig, NodeInputs, NodeKind, NodeType, transform::Config},
    ports::{Kind, PortType},
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn config(operations: &Value) -> Config {
    let written = json!({ "input": "${input.v}", "operations": operations });
    serde_json::from_value(written).expect("operations that can be read")
}

/// What the operations make of the value, or the error in words.
fn run(operations: &Value, value: Value) -> Result<Value, String> {
    let scope = Scope::default().with_parameters(Map::from_iter([("v".to_owned(), value)]));
    let inputs = NodeInputs { scope: &scope, edges: vec![] };
    let settled = NodeConfig::from(config(operations)).settle_inline(&inputs);
    settled.map(|mut settled| settled.output["output"].take()).map_err(|error| error.to_string())
}

fn people() -> Value {
    json!([
        { "name": "Ada", "age": 36, "team": { "id": 1 } },
        { "name": "Bo", "age": 7.5, "team": { "id": 2 } },
        { "name": "Cy", "age": 36, "team": { "id": 1 } },
    ])
}

#[test]
fn each_operation_gives_what_it_says() {
    let cases = [
        (json!([{ "op": "pick", "path": "name" }]), json!(["Ada", "Bo", "Cy"])),
        (json!([{ "op": "pick", "path": "team.id" }]), json!([1, 2, 1])),
        (json!([{ "op": "pick", "path": "[1].team" }]), json!({ "id": 2 })),
        (json!([{ "op": "pick", "path": "title ?? \"–\"" }]), json!(["–", "–", "–"])),
        (
            json!([{ "op": "map", "value": "${index + 1} of ${count}: ${item.name}" }]),
            json!(["1 of 3: Ada", "2 of 3: Bo", "3 of 3: Cy"]),
        ),
        (
            json!([{ "op": "map", "value": { "who": "${item.name}", "in": ["${item.team}", 0] } }]),
            json!([
                { "who": "Ada", "in": [{ "id": 1 }, 0] },
                { "who": "Bo", "in": [{ "id": 2 }, 0] },
                { "who": "Cy", "in": [{ "id": 1 }, 0] },
            ]),
        ),
        (json!([{ "op": "template", "text": "First: ${item[0].name}" }]), json!("First: Ada")),
        (
            json!([{ "op": "filter", "keep": "item.age > 10" }, { "op": "pick", "path": "name" }]),
            json!(["Ada", "Cy"]),
        ),
        (
            json!([{ "op": "filter", "keep": "${item.team.id} == 2" }, { "op": "aggregate", "function": "count" }]),
            json!(1),
        ),
        (
            json!([{ "op": "sort", "by": "item.age" }, { "op": "pick", "path": "name" }]),
            json!(["Bo", "Ada", "Cy"]),
        ),
        (
            json!([{ "op": "sort", "by": "item.name", "order": "descending" }, { "op": "pick", "path": "name" }]),
            json!(["Cy", "Bo", "Ada"]),
        ),
        (
            json!([{ "op": "unique", "by": "item.team" }, { "op": "pick", "path": "name" }]),
            json!(["Ada", "Bo"]),
        ),
        (
            json!([{ "op": "pick", "path": "name" }, { "op": "join", "separator": ", " }]),
            json!("Ada, Bo, Cy"),
        ),
        (
            json!([{ "op": "pick", "path": "name" }, { "op": "join" }, { "op": "split" }]),
            json!(["Ada", "Bo", "Cy"]),
        ),
        (json!([{ "op": "aggregate", "function": "sum", "of": "item.age" }]), json!(79.5)),
        (json!([{ "op": "aggregate", "function": "sum", "of": "item.team.id" }]), json!(4)),
        (json!([{ "op": "aggregate", "function": "mean", "of": "item.age" }]), json!(26.5)),
        (json!([{ "op": "aggregate", "function": "min", "of": "item.age" }]), json!(7.5)),
        (json!([{ "op": "aggregate", "function": "max", "of": "item.name" }]), json!("Cy")),
        (json!([{ "op": "aggregate", "function": "first", "of": "item.name" }]), json!("Ada")),
        (json!([{ "op": "aggregate", "function": "last", "of": "item.age" }]), json!(36)),
        (json!([{ "op": "aggregate", "function": "concat", "of": "item.name" }]), json!("AdaBoCy")),
    ];
    for (operations, expected) in cases {
        assert_eq!(run(&operations, people()), Ok(expected), "{operations}");
    }
}

#[test]
fn lists_texts_and_nothing_pass_as_lists() {
    let count = json!([{ "op": "aggregate", "function": "count" }]);
    assert_eq!(run(&count, json!(null)), Ok(json!(0)));
    assert_eq!(run(&count, json!("one")), Ok(json!(1)));
    let concat = json!([{ "op": "aggregate", "function": "concat" }]);
    assert_eq!(run(&concat, json!([[1], 2, [3, 4]])), Ok(json!([1, 2, 3, 4])));
    let split = json!([{ "op": "split", "separator": "," }]);
    assert_eq!(run(&split, json!(["a, b", ",c"])), Ok(json!(["a", "b", "c"])));
    let unique = json!([{ "op": "unique" }]);
    assert_eq!(
        run(&unique, json!([1, 1.0, "1", { "a": 1, "b": 2 }, { "b": 2, "a": 1 }])),
        Ok(json!([1, "1", { "a": 1, "b": 2 }]))
    );
    let sort = json!([{ "op": "sort" }]);
    assert_eq!(run(&sort, json!([null, 2, 1.5])), Ok(json!([1.5, 2, null])));
}

#[test]
fn what_cannot_be_done_is_told_with_its_step() {
    let cases = [
        (
            json!([{ "op": "join" }, { "op": "pick", "path": "x" }]),
            json!("a"),
            "Operation 2 (pick): item.x has no value",
        ),
        (
            json!([{ "op": "aggregate", "function": "sum" }]),
            json!([1, "2"]),
            "Operation 1 (aggregate): sum needs numbers, but got text.",
        ),
        (
            json!([{ "op": "aggregate", "function": "first" }]),
            json!([]),
            "first has no result: there are no items.",
        ),
        (
            json!([{ "op": "aggregate", "function": "mean" }]),
            json!([]),
            "mean has no result: there are no items.",
        ),
        (
            json!([{ "op": "sort" }]),
            json!([1, "a"]),
            "sort needs only numbers or only texts, but got text.",
        ),
        (json!([{ "op": "sort" }]), json!([[1], [2]]), "but got a list."),
        (json!([{ "op": "filter", "keep": "item >" }]), json!([1]), "Operation 1 (filter)"),
    ];
    for (operations, value, words) in cases {
        let error = run(&operations, value).unwrap_err();
        assert!(error.contains(words), "{operations}: {error}");
    }
}

#[test]
fn a_transform_is_bounded_in_items_steps_and_bytes() {
    let many = Value::from(vec![1; 10_001]);
    let count = json!([{ "op": "aggregate", "function": "count" }]);
    assert!(run(&count, many).unwrap_err().contains("must be between 0 and 10000, but is 10001"));

    let all = Value::from((0..10_000).collect::<Vec<_>>());
    let slow =
        json!([{ "op": "filter", "keep": "[1, 2, 3, 4, 5, 6].map(x, x * item).exists(y, y < 0)" }]);
    assert!(run(&slow, all.clone()).unwrap_err().contains("takes more than 200000 operations"));

    let large = json!([{ "op": "map", "value": "x".repeat(1_000) }]);
    assert!(run(&large, all.clone()).unwrap_err().contains("larger than 8388608 bytes"));
    let output = json!([{ "op": "map", "value": "x".repeat(200) }]);
    assert!(run(&output, all).unwrap_err().contains("larger than 1048576 bytes"));

    let pieces = json!([{ "op": "split", "separator": "," }]);
    assert!(run(&pieces, json!("a,".repeat(10_001))).unwrap_err().contains("10001"));
}

#[test]
fn the_output_port_has_the_type_that_is_certain() {
    use PortType::{List, One};
    let cases = [
        (json!([]), One(Kind::Any)),
        (json!([{ "op": "split" }]), List(Kind::Text)),
        (json!([{ "op": "split" }, { "op": "sort" }]), List(Kind::Text)),
        (json!([{ "op": "split" }, { "op": "aggregate", "function": "first" }]), One(Kind::Text)),
        (json!([{ "op": "split" }, { "op": "aggregate", "function": "concat" }]), One(Kind::Text)),
        (json!([{ "op": "aggregate", "function": "mean" }]), One(Kind::Number)),
        (json!([{ "op": "join" }]), One(Kind::Text)),
        (json!([{ "op": "template", "text": "x" }]), One(Kind::Text)),
        (json!([{ "op": "map", "value": { "a": 1 } }]), List(Kind::Json)),
        (json!([{ "op": "map", "value": "${item.a}" }]), List(Kind::Any)),
        (json!([{ "op": "map", "value": "A ${item.a}" }]), List(Kind::Text)),
        (json!([{ "op": "map", "value": 1 }, { "op": "pick", "path": "[0]" }]), One(Kind::Any)),
        (json!([{ "op": "filter", "keep": "true" }]), List(Kind::Any)),
    ];
    for (operations, expected) in cases {
        let ports = config(&operations).outputs(&[]);
        assert_eq!(ports[0].port_type, expected, "{operations}");
    }
}

#[test]
fn a_transform_says_in_a_few_words_what_it_does() {
    let operations = json!([
        { "op": "pick", "path": "title" },
        { "op": "join", "separator": "\n" },
        { "op": "aggregate", "function": "mean", "of": "item.score" },
    ]);
    let words = config(&operations).headline().unwrap();
    assert_eq!(words, "pick title, join with lines, mean of item.score");
    assert_eq!(NodeKind::Transform.default_config().headline(), None);
}

#[test]
fn an_operation_that_is_not_known_is_refused_where_it_stands() {
    let odd = [
        json!({ "operations": [{ "op": "explode" }] }),
        json!({ "operations": [{ "op": "sort", "bye": "x" }] }),
        json!({ "operations": [{ "op": "filter" }] }),
    ];
    for written in odd {
        assert!(NodeConfig::from_value(NodeKind::Transform, written.clone()).is_err(), "{written}");
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-c ,]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-c]", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn operations() -> impl Strategy<Value = Value> {
    let functions = ["count", "sum", "mean", "min", "max", "first", "last", "concat"];
    let keys = prop::sample::select(vec!["", "item", "item.a", "item.b ?? 0", "index", "-index"]);
    let one = prop_oneof![
        "[a-c]".prop_map(|path| json!({ "op": "pick", "path": path })),
        Just(json!({ "op": "map", "value": { "a": "${item}", "b": "${index}/${count}" } })),
        Just(json!({ "op": "template", "text": "<${item}>" })),
        Just(json!({ "op": "filter", "keep": "index % 2 == 0" })),
        keys.clone().prop_map(|by| json!({ "op": "sort", "by": by })),
        keys.clone().prop_map(|by| json!({ "op": "unique", "by": by })),
        Just(json!({ "op": "split", "separator": "," })),
        Just(json!({ "op": "join", "separator": "," })),
        (prop::sample::select(functions.to_vec()), keys).prop_map(
            |(function, of)| json!({ "op": "aggregate", "function": function, "of": of })
        ),
    ];
    prop::collection::vec(one, 0..6).prop_map(Value::from)
}

proptest! {
    /// Whatever comes in: a value or an error in words, the same every time, and of the type that
    /// the port promises.
    #[test]
    fn any_operations_on_any_value_end_and_keep_the_ports_promise(
        operations in operations(),
        value in values(),
    ) {
        let given = run(&operations, value.clone());
        prop_assert_eq!(&given, &run(&operations, value));
        if let Ok(output) = given {
            let promised = config(&operations).outputs(&[])[0].port_type;
            let holds = match promised {
                PortType::List(_) => output.is_array(),
                PortType::One(Kind::Text) => output.is_string(),
                PortType::One(Kind::Number) => output.is_number(),
                PortType::One(_) => true,
            };
            prop_assert!(holds, "{promised} promised, {output} given");
        }
    }

    /// Sorting keeps every item, and sorting again changes nothing.
    #[test]
    fn sorting_is_a_stable_permutation(items in prop::collection::vec(any::<f64>(), 0..40)) {
        let sort = json!([{ "op": "sort" }]);
        let items: Vec<Value> = items.into_iter().map(Value::from).collect();
        let once = run(&sort, items.clone().into()).unwrap();
        prop_assert_eq!(once.as_array().unwrap().len(), items.len());
        prop_assert_eq!(run(&sort, once.clone()).unwrap(), once);
    }
}
