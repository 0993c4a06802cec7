//! The documents of well-known services in a folder that `API_DOCUMENTS` names: how many of their
//! operations can be called. They are too large to be kept here.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeMap, env, fs};

use model::mcp::api::{ApiOperation, ParamPlace};
use serde_json::{Map, Value, json};
use url::Url;

use super::{Api, request::build};
use crate::schema::Schema;

/// The deepest of what is made up.
const DEEPEST: usize = 12;

#[test]
#[ignore = "wants a folder of documents"]
fn nearly_all_operations_of_public_documents_can_be_called() {
    let folder = env::var("API_DOCUMENTS").unwrap();
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut failing = vec![];
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let address = Url::parse("https://documents.example/openapi.json").unwrap();
        let api = Api::read(&text, Some(&address)).unwrap();
        let mut faults: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for unused in &api.unused {
            faults.entry(unused.reason.clone()).or_default().push(unused.name.clone());
        }
        for operation in &api.operations {
            if let Err(fault) = try_call(operation) {
                faults.entry(fault).or_default().push(operation.definition.name.clone());
            }
        }
        let refused: usize = faults.values().map(Vec::len).sum();
        let all = api.operations.len() + api.unused.len();
        let callable = all - refused;
        let largest =
            api.operations.iter().map(|one| one.definition.input_schema.to_string().len());
        let cut =
            api.operations.iter().filter(|one| one.definition.description.contains("too deep or"));
        println!(
            "{}: {callable} of {all} at {:?} by {:?}; largest schema {:?}, {} left open in part",
            file.file_name().unwrap().display(),
            api.url,
            api.headers,
            largest.max(),
            cut.count(),
        );
        for (fault, names) in faults {
            println!("    {} × {:.200}: {:?}", names.len(), fault, &names[..names.len().min(4)]);
        }
        if callable * 100 < all * 95 {
            failing.push(file);
        }
    }
    assert!(failing.is_empty(), "{failing:?}");
}

/// Makes arguments up, has the schema judge them, and looks at the request that is made of them.
fn try_call(operation: &ApiOperation) -> Result<(), String> {
    let schema = &operation.definition.input_schema;
    let Value::Object(arguments) = sample(schema, schema, 0) else {
        return Err("no object".to_owned());
    };
    let judge = Schema::for_tool("tool", schema).map_err(|failure| failure.message)?;
    judge.check(&Value::Object(arguments.clone()))?;
    let base = Url::parse("https://api.example/v1").unwrap();
    let request = build(operation, &base, arguments.clone())?;
    let want = operation.path.split('?').next().unwrap_or_default().split('/');
    let got: Vec<&str> = request.url.path().strip_prefix("/v1").unwrap().split('/').collect();
    let fits = |(want, got): (&str, &&str)| {
        want.contains('{')
            || Url::parse("https://a.example/")
                .unwrap()
                .join(&format!("/{want}"))
                .is_ok_and(|url| url.path() == format!("/{got}"))
            || want == *got
    };
    if want.clone().count() != got.len() || !want.zip(&got).all(fits) {
        return Err(format!("made {}", request.url.path()));
    }
    for param in &operation.params {
        let is_required = schema["required"]
            .as_array()
            .is_some_and(|all| all.contains(&param.argument.as_str().into()));
        let is_there = match param.place {
            ParamPlace::Path => true,
            ParamPlace::Query => {
                request.url.query_pairs().any(|(name, _)| name.starts_with(&param.name))
            }
            ParamPlace::Header => request.headers.iter().any(|(name, _)| *name == param.name),
        };
        let is_empty = arguments
            .get(&param.argument)
            .is_some_and(|value| *value == json!([]) || *value == json!({}));
        if is_required && !is_there && !is_empty {
            return Err(format!("the parameter {} is not sent", param.name));
        }
    }
    let has_body = operation
        .body
        .as_ref()
        .is_some_and(|body| body.whole.as_ref().is_some_and(|whole| arguments.contains_key(whole)));
    if has_body && request.body.is_none() {
        return Err("the body is not sent".to_owned());
    }
    Ok(())
}

/// A value for a schema: what it wants, and at the top what it offers.
fn sample(schema: &Value, root: &Value, depth: usize) -> Value {
    if depth > DEEPEST {
        return Value::Null;
    }
    if let Some(to) = schema["$ref"].as_str() {
        return sample(root.pointer(&to[1..]).unwrap_or(&Value::Null), root, depth + 1);
    }
    if let Some(value) = schema["enum"].get(0).or_else(|| schema.get("const")) {
        return value.clone();
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(options) = schema[choice].as_array() {
            let plain = json!({"properties": schema["properties"], "required": schema["required"], "type": schema["type"]});
            let has_own = schema["properties"].is_object();
            let picked = options.iter().map(|option| {
                let picked = sample(option, root, depth + 1);
                match (has_own.then(|| object(&plain, root, depth)), picked) {
                    (Some(mut own), Value::Object(picked)) => {
                        own.extend(picked);
                        Value::Object(own)
                    }
                    (_, picked) => picked,
                }
            });
            let mut whole = schema.clone();
            whole["$defs"] = root["$defs"].clone();
            let judge = Schema::for_tool("tool", &whole).ok();
            let picked: Vec<Value> = picked.collect();
            let good = picked
                .iter()
                .find(|value| judge.as_ref().is_some_and(|judge| judge.check(value).is_ok()));
            return good.or(picked.first()).cloned().unwrap_or_default();
        }
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str());
    if let Some(parts) = schema["allOf"].as_array() {
        let mut merged = object(schema, root, depth);
        for part in parts {
            match sample(part, root, depth + 1) {
                Value::Object(part) => merged.extend(part),
                other => return other,
            }
        }
        return Value::Object(merged);
    }
    match kind {
        Some("object") => Value::Object(object(schema, root, depth)),
        Some("array") => {
            let few = u64::from(depth < 3);
            let count = schema["minItems"].as_u64().unwrap_or(few).max(few);
            (0..count).map(|_| sample(&schema["items"], root, depth + 1)).collect()
        }
        Some("integer" | "number") => number(schema),
        Some("boolean") => json!(true),
        Some("null") => Value::Null,
        Some("string") => text(schema),
        _ if schema["properties"].is_object() => Value::Object(object(schema, root, depth)),
        _ => json!("some"),
    }
}

fn object(schema: &Value, root: &Value, depth: usize) -> Map<String, Value> {
    let required =
        |name: &str| schema["required"].as_array().is_some_and(|all| all.contains(&name.into()));
    let properties = schema["properties"].as_object().into_iter().flatten();
    let wanted =
        properties.filter(|(name, _)| required(name) || depth == 0 && *name != "all_pages");
    let mut made: Map<String, Value> =
        wanted.map(|(name, schema)| (name.clone(), sample(schema, root, depth + 1))).collect();
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        made.entry(name).or_insert_with(|| json!("some"));
    }
    // What was left out because it is too deep, or does not fit, is optional.
    if depth == 0 {
        let judge = Schema::for_tool("tool", root).unwrap();
        let faults = judge.faults(&Value::Object(made.clone()));
        for fault in faults {
            let name = fault.at.split('/').nth(1).unwrap_or_default().to_owned();
            if !required(&name) {
                made.remove(&name);
            }
        }
    }
    made
}

fn number(schema: &Value) -> Value {
    let bound = |name: &str| schema[name].as_f64();
    let low = bound("minimum").or(bound("exclusiveMinimum").map(|low| low + 1.0));
    let high = bound("maximum").or(bound("exclusiveMaximum").map(|high| high - 1.0));
    let value = low.unwrap_or_else(|| high.map_or(1.0, |high| high.min(1.0)));
    if value.fract() == 0.0 { json!(value as i64) } else { json!(value) }
}

fn text(schema: &Value) -> Value {
    if schema["contentEncoding"] == "base64" {
        return json!("SGVsbG8=");
    }
    if schema["pattern"].is_string() {
        let tries = [
            "a",
            "1",
            "abc",
            "a1",
            "A",
            "AC0123456789abcdef0123456789abcdef",
            "2024-01-01",
            "#ff0000",
            "123456",
            "+15551234567",
            "https://a.example/",
            "a@b.example",
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "de305d54-75b4-431b-adb2-eb6bb0c1a5f6",
            "2024-01-01T00:00:00Z",
            "10.0.0.1",
            "10.0.0.0/8",
            "a/b",
            "file:a",
            "0x1",
            "US",
            "sha256:1",
            "refs/heads/a",
            "[a]",
            "00000000000000000000000000000000",
            "1.0.0",
            "1m",
            "{}",
        ];
        let judge = Schema::for_tool("tool", schema).unwrap();
        let prefix = schema["pattern"].as_str().unwrap_or_default().trim_start_matches(['^', '(']);
        let prefix: String = prefix.chars().take_while(char::is_ascii_uppercase).take(2).collect();
        let sid = format!("{prefix}{}", "0".repeat(32));
        let found = tries
            .into_iter()
            .map(str::to_owned)
            .chain([sid])
            .find(|text| judge.check(&json!(text)).is_ok());
        return json!(found.unwrap_or_else(|| "some".to_owned()));
    }
    let least = usize::try_from(schema["minLength"].as_u64().unwrap_or(4)).unwrap_or(4).max(1);
    let most = usize::try_from(schema["maxLength"].as_u64().unwrap_or(1 << 20)).unwrap_or(4).max(1);
    json!(
        "some-text-that-is-long-enough-for-everybody-who-wants-many-letters-of-us"
            .repeat(least / 70 + 1)[..least.min(most)]
            .to_owned()
    )
}
