//! The same verdict wherever a number comes in.

use model::{
    nodes::{NodeConfig, NodeKind},
    number::{NumberKind, parse_number},
    panel::with_field,
    validate::{validate, validate_parameters},
    workflow::Workflow,
};
use serde_json::{Value, json};

/// What each way in makes of a text for a number: a launch, a preset, a default, another workflow that
/// launches this one.
fn ways_in(kind: &str, text: &str) -> Vec<Result<Value, String>> {
    let workflow = |parameter: Value, presets: Value| {
        let place = json!({ "x": 0, "y": 0 });
        Workflow::from_value(&json!({
            "name": "Numbers",
            "parameters": [parameter],
            "presets": presets,
            "nodes": [
                { "id": "start", "type": "start", "position": place, "data": {} },
                { "id": "end", "type": "end", "position": place, "data": {} },
            ],
            "edges": [{ "id": "a", "source": "start", "target": "end" }],
        }))
        .unwrap()
    };
    let launched = |workflow: &Workflow, parameters: Value| {
        let found = validate(workflow);
        if let Some(issue) = found.first() {
            return Err(issue.message.clone());
        }
        let complete = validate_parameters(workflow, parameters.as_object().unwrap());
        complete
            .map(|complete| complete["n"].clone())
            .map_err(|problems| problems[0].message.clone())
    };
    let plain = workflow(json!({ "name": "n", "type": kind }), json!([]));
    let preset = json!([{ "name": "p", "values": { "n": text } }]);
    let preset = workflow(json!({ "name": "n", "type": kind }), preset);
    let filled = preset.presets[0].values.clone();
    let default = workflow(json!({ "name": "n", "type": kind, "default": text }), json!([]));
    let child = json!({ "template": "Child", "parameters": [{ "name": "n", "value": text }] });
    let NodeConfig::SubWorkflow(child) =
        NodeConfig::from_value(NodeKind::SubWorkflow, child).unwrap()
    else {
        unreachable!()
    };
    let child = child.launch_parameters(&Default::default(), None, &plain.parameters).unwrap();
    vec![
        launched(&plain, json!({ "n": text })),
        launched(&preset, filled.into()),
        launched(&default, json!({})),
        launched(&plain, child.into()),
    ]
}

#[test]
fn a_number_gets_the_same_verdict_on_every_way_in() {
    let texts = [
        "0",
        "",
        "-0",
        "1,5",
        "1 000",
        "1e3",
        "１２",
        " 7 ",
        "9007199254740993",
        "1.5",
        "1.000,50",
        "1.000",
        "1,234",
        "-",
        "1e",
        "--5",
        "1e400",
        "1e30",
        "99999999999999999999",
        ".5",
        "5.",
        "0.1e1",
        "1'000",
        "1.234,56",
        "٣",
        "−5",
        "1\u{a0}000",
        "1\u{2009}000",
    ];
    for (kind, number_kind) in [("integer", NumberKind::Whole), ("number", NumberKind::Decimal)] {
        for text in texts {
            let expected = match parse_number(text, number_kind) {
                _ if text.is_empty() => Ok(Value::Null),
                Ok(number) if kind == "integer" && number.is_f64() => {
                    Err(format!("n must be a whole number, but is {number}."))
                }
                Ok(number) => Ok(Value::Number(number)),
                Err(error) => Err(format!("n: {error}")),
            };

            for (way, verdict) in ways_in(kind, text).into_iter().enumerate() {
                assert_eq!(verdict, expected, "{kind} {text:?} by way {way}");
            }
        }
    }
}

#[test]
fn a_nodes_settings_take_numbers_as_people_write_them() {
    let copy = NodeKind::GenerateCopy.default_config();
    let set = |field: &str, text: &str| {
        let config = with_field(&copy, field, json!(text))?;
        Ok::<_, String>(config.to_value()[field].clone())
    };

    assert_eq!(set("temperature", "0,7"), Ok(json!(0.7)));
    assert_eq!(set("quantity", "１２"), Ok(json!(12)));
    assert_eq!(set("quantity", "${input.n}"), Ok(json!("${input.n}")));
    assert_eq!(set("quantity", " "), Ok(copy.to_value()["quantity"].clone()), "left out");
    assert_eq!(set("max_tokens", ""), Ok(Value::Null), "left out");
    let ambiguous = set("max_tokens", "1,234").unwrap_err();
    assert!(ambiguous.contains("could be 1.234 or 1234. Enter 1234."), "{ambiguous}");
    let merge = with_field(&NodeKind::Merge.default_config(), "count", json!("2")).unwrap();
    assert_eq!(merge.to_value()["count"], 2);
}
