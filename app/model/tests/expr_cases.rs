//! What each expression gives, and each error an expression can raise.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{collections::BTreeMap, sync::Arc};

use model::{
    expr::{Condition, ExprError, Scope, Template, limit},
    id::NodeId,
    time::Timestamp,
};
use serde_json::{Map, Value, json};

fn map(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).unwrap()
}

fn scope() -> Scope {
    let mut scope = Scope {
        parameters: Arc::new(map(json!({
            "topic": "tea", "n": 3, "price": 2.5, "none": null, "tags": ["a", "b"], "yes": true,
            "zero": 0, "empty": ""
        }))),
        names: Arc::new(BTreeMap::from([
            ("deploy".to_owned(), NodeId::from("step_1")),
            ("copy".to_owned(), NodeId::from("headline")),
        ])),
        context: Arc::new(map(json!({ "repo": { "owner": "ada" } }))),
        env: Arc::new(map(json!({ "REGION": "eu" }))),
        item: Some(json!("b")),
        index: Some(1),
        count: Some(2),
        now: Timestamp(1_763_625_600_000),
        ..Scope::default()
    };
    scope.set_node("headline".into(), map(json!({ "texts": ["One", "Two"] })));
    let failed = json!({ "output": { "status": "failed", "jobs": [{ "id": 7 }], "error": "x" } });
    scope.set_node("step_1".into(), map(failed));
    scope.set_node("node-1".into(), map(json!({ "by": { "a": 1, "b": 2 } })));
    scope
}

fn value(source: &str) -> Result<Value, ExprError> {
    Template::parse(source)?.value(&scope())
}

#[test]
fn references_and_operators_give_these_values() {
    let cases = [
        ("${input.topic}", json!("tea")),
        ("${input.tags}", json!(["a", "b"])),
        ("${input[\"topic\"]}", json!("tea")),
        ("${nodes.headline.texts[0]}", json!("One")),
        ("${nodes.headline.texts[index]}", json!("Two")),
        ("${nodes[\"node-1\"].by[item]}", json!(2)),
        ("${copy.texts[1]}", json!("Two")),
        ("${deploy.status}", json!("failed")),
        ("${deploy.error}", json!("x")),
        ("${deploy.jobs[0].id}", json!(7)),
        ("${repo.owner}", json!("ada")),
        ("${env.REGION}", json!("eu")),
        ("${index + 1} of ${count}", json!("2 of 2")),
        ("${now}", json!("2025-11-20T08:00:00.000Z")),
        ("${new Date().toISOString()}", json!("2025-11-20T08:00:00.000Z")),
        ("${input.missing ?? \"else\"}", json!("else")),
        ("${input.none ?? 5}", json!(5)),
        ("$${input.topic}", json!("${input.topic}")),
        ("cost $5 {x} {{y}}", json!("cost $5 {x} {{y}}")),
        ("All: ${nodes.headline.texts}", json!("All: One\n\nTwo")),
        ("${input.none}|", json!("|")),
        ("${deploy.jobs[0]} x", json!("{\"id\":7} x")),
        ("${1 + 2 * 3}", json!(7)),
        ("${(1 + 2) * 3}", json!(9)),
        ("${7 / 2}", json!(3.5)),
        ("${6 / 2}", json!(3)),
        ("${7 - 2 - 1}", json!(4)),
        ("${7 % 4}", json!(3)),
        ("${-input.n}", json!(-3)),
        ("${input.price * 2}", json!(5.0)),
        ("${\"a\" + 'b'}", json!("ab")),
        ("${[1] + [2]}", json!([1, 2])),
        ("${input.n > 2 ? \"many\" : \"few\"}", json!("many")),
        ("${size(input.tags)}", json!(2)),
        ("${size(\"äöü\")}", json!(3)),
        ("${input.topic.size()}", json!(3)),
        ("${input.tags.map(t, t + \"!\")}", json!(["a!", "b!"])),
        ("${[1, 2, 3].filter(n, n >= 2)}", json!([2, 3])),
        ("${[[1], [2]].map(a, a.map(b, b + a[0]))}", json!([[2], [4]])),
        ("${\"}\"}", json!("}")),
        ("${\"\\u00e9\\n\"}", json!("é\n")),
    ];
    for (source, expected) in cases {
        assert_eq!(value(source), Ok(expected), "{source}");
    }
}

#[test]
fn conditions_hold_or_do_not() {
    let cases = [
        ("${input.topic}", true),
        ("${input.missing}", false),
        ("${input.zero}", false),
        ("${input.empty}", false),
        ("${deploy.status === 'failed'}", true),
        ("${deploy.status !== 'failed'}", false),
        ("deploy.status == \"failed\" && input.n >= 3", true),
        ("${deploy.status} == 'failed'", true),
        ("!input.missing", true),
        ("input.missing || input.yes", true),
        ("input.n == 3.0", true),
        ("input.n <= 3", true),
        ("9007199254740993 > 9007199254740992", true),
        ("1 == \"1\"", false),
        ("\"a\" in input.tags && !(\"z\" in input.tags)", true),
        ("\"status\" in deploy", true),
        ("has(deploy.status) && !has(deploy.nothing) && !has(input.none)", true),
        ("input.topic.contains(\"ea\") && input.topic.startsWith(\"t\")", true),
        ("input.topic.endsWith(\"x\")", false),
        ("\"a/b\".split(\"/\")[1] == \"b\"", true),
        ("input.tags.exists(t, t == \"b\")", true),
        ("input.tags.all(t, t == \"b\")", false),
        ("[].all(t, t == \"b\") && ![].exists(t, t == 1)", true),
        ("true || 1 / 0 == 0", true),
        ("null == input.none", true),
    ];
    for (source, expected) in cases {
        assert_eq!(Condition::parse(source).unwrap().eval(&scope()), Ok(expected), "{source}");
    }
}

#[test]
fn each_error_names_what_failed() {
    let deep = format!("${{{}1{}}}", "(".repeat(100), ")".repeat(100));
    let tall = format!("${{1{}}}", " + 1".repeat(100));
    let many = "${[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(a, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(b, \
                [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(c, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])))}";
    let cases = [
        ("${input.topic", "invalid_expression", "isn't closed"),
        ("${}", "invalid_expression", "Expected a value"),
        ("${1 +}", "invalid_expression", "Expected a value"),
        ("${a.}", "invalid_expression", "Expected a name"),
        ("${a[b]}", "invalid_expression", "Expected a number, a quoted name"),
        ("${a b}", "invalid_expression", "Expected the end, but found b"),
        ("${'abc}", "invalid_expression", "isn't closed"),
        ("${#}", "invalid_expression", "Unexpected “#”"),
        ("${sise(input.tags)}", "invalid_expression", "did you mean size?"),
        ("${size()}", "invalid_expression", "size() takes 1 values, but got 0"),
        ("${new Function()}", "invalid_expression", "Only `new Date().toISOString()`"),
        ("${input.tags.map(item, 1)}", "invalid_expression", "is reserved"),
        ("${99999999999999999999}", "invalid_expression", "too large"),
        ("${input.topik}", "missing_value", "input.topik has no value"),
        ("${nodes.body.texts[0]}", "missing_value", "nodes.body.texts has no value"),
        ("${nodes.headline.texts[9].x}", "missing_value", "nodes.headline.texts[9] has no value"),
        ("${weather}", "missing_value", "weather has no value"),
        ("${input.topic.size}", "missing_value", "input.topic.size"),
        ("${1 < 'a'}", "wrong_type", "< needs two numbers or two texts, but got a number and"),
        ("${1 + 'a'}", "wrong_type", "+ needs two numbers, but got"),
        ("${size(1)}", "wrong_type", "size() needs"),
        ("${input.n.map(x, x)}", "wrong_type", "map() needs a list, but got a number"),
        ("${1 in 2}", "wrong_type", "contains() needs"),
        ("${1 / 0}", "arithmetic", "the divisor is 0"),
        ("${1 / 0 ?? 2}", "arithmetic", "the divisor is 0"),
        ("${1.5 % 0}", "arithmetic", "the divisor is 0"),
        ("${18446744073709551615 + 1}", "arithmetic", "too large"),
        (&deep, "expression_too_deep", "64 levels"),
        (&tall, "expression_too_deep", "64 levels"),
        (many, "expression_too_many_steps", "10000 operations"),
    ];
    for (source, code, words) in cases {
        let error = value(source).expect_err(source);
        assert_eq!(error.code(), code, "{source}: {error}");
        assert!(error.to_string().contains(words), "{source}: {error}");
    }
}

#[test]
fn what_a_skipped_step_would_have_given_is_said_to_be_missing_for_that() {
    let skipped = BTreeMap::from([
        (NodeId::from("one"), "First lines".to_owned()),
        (NodeId::from("step_1"), "Deploy".to_owned()),
    ]);
    let scope = Scope { nodes: Arc::default(), skipped: Arc::new(skipped), ..scope() };
    let value = |source: &str| Template::parse(source).unwrap().value(&scope);

    for (source, path, step) in [
        ("${nodes.one.texts}", "nodes.one.texts", "First lines"),
        ("${deploy.status}", "deploy.status", "Deploy"),
    ] {
        let error = value(source).unwrap_err();
        let words = format!("{path} has no value: the step “{step}” was skipped. Add a default");
        assert!(error.to_string().starts_with(&words), "{error}");
        assert_eq!(error.code(), "missing_value");
    }
    assert_eq!(value("${nodes.one.texts ?? 'none'}"), Ok(json!("none")));
    let other = value("${nodes.headline.texts}").unwrap_err().to_string();
    assert!(other.ends_with("${nodes.headline.texts ?? \"…\"}.") && !other.contains("skipped"));
}

#[test]
fn rel_s11_a_source_and_a_result_have_a_largest_size() {
    let long = format!("${{'{}'}}", "a".repeat(limit::SOURCE_BYTES));
    assert_eq!(value(&long).unwrap_err().code(), "expression_too_long");

    let mut scope = scope();
    let parameters = json!({ "big": "x".repeat(300_000), "list": [1, 2, 3, 4, 5] });
    scope.parameters = Arc::new(map(parameters));
    for source in [
        "${input.big}${input.big}${input.big}${input.big}",
        "${input.big + input.big + input.big + input.big}",
        "${input.list.map(i, input.big)}",
    ] {
        let error = Template::parse(source).unwrap().value(&scope).unwrap_err();
        assert_eq!(error.code(), "expression_too_large", "{source}");
    }
}
