//! What anybody can send costs little, however large it is and whatever it repeats: over every text and
//! every list of every body, as the API's description has them.

use std::sync::LazyLock;

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeValLike,
};
use serde_json::{Map, Value, json};
use server::rest::{self, routes::Access};
use uuid::Uuid;

use crate::api::{
    support::Server,
    tenancy::{
        filled, named,
        tenant::{Tenant, call},
    },
};

/// How large one part of a body is made.
const BYTES: usize = 128 << 10;
/// What a request may cost, in milliseconds of the processor: ten times what it may in a release.
/// A part that is compared with itself piece by piece costs minutes.
const MOST_MS: i64 = 2_000;
/// How deep a body is looked into.
const DEPTH: usize = 4;
/// What texts repeat: marks of Markdown, of HTML, of JSON and of references, and lines.
const UNITS: [&str; 5] = [">", "&", "\\", "${a} ", "a\n"];

/// The schemas of the API's description.
struct Schemas<'a>(&'a Value);

impl<'a> Schemas<'a> {
    fn target(&self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str().and_then(|path| self.0.pointer(path.strip_prefix('#')?)) {
            Some(target) => self.target(target),
            None => schema,
        }
    }

    fn is(schema: &Value, kind: &str) -> bool {
        let kinds = &schema["type"];
        kinds == kind || kinds.as_array().is_some_and(|kinds| kinds.iter().any(|one| one == kind))
    }

    fn variants(schema: &'a Value) -> impl Iterator<Item = &'a Value> {
        let lists =
            ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|key| schema[key].as_array());
        lists.flatten().filter(|variant| variant["type"] != "null")
    }

    /// A small value of a schema; another one for each number.
    fn small(&self, schema: &'a Value, number: u32, depth: usize) -> Value {
        let schema = self.target(schema);
        let chosen = schema.get("const").or_else(|| schema["enum"].get(0));
        if let Some(chosen) = chosen {
            return chosen.clone();
        }
        if depth == 0 {
            return Value::Null;
        }
        let kinds = ["object", "array", "string", "boolean", "integer", "number"];
        let mut value = match kinds.into_iter().find(|kind| Self::is(schema, kind)) {
            Some("object") => Value::Object(self.required(schema, number, depth)),
            Some("array") => json!([]),
            Some("string") if schema["format"] == "uuid" => json!(Uuid::from_u128(number.into())),
            Some("string") => json!(format!("t{number}")),
            Some("boolean") => json!(false),
            Some(_) => json!(number),
            None => Value::Null,
        };
        if let Some(variant) = Self::variants(schema).next() {
            merge(&mut value, self.small(variant, number, depth - 1));
        }
        value
    }

    fn required(&self, schema: &'a Value, number: u32, depth: usize) -> Map<String, Value> {
        let names = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let field = |name: &str| {
            let value = self.small(&schema["properties"][name], number, depth - 1);
            (name.to_owned(), value)
        };
        names.map(field).collect()
    }

    /// Values of a schema in each of which one part is large, with the path of the part.
    fn large(&self, schema: &'a Value, depth: usize) -> Vec<(String, Value)> {
        let schema = self.target(schema);
        if depth == 0 || schema.get("const").is_some() || schema.get("enum").is_some() {
            return vec![];
        }
        let mut large = vec![];
        let is_open = schema.get("type").is_none() && Self::variants(schema).next().is_none();
        if is_open || (Self::is(schema, "string") && schema.get("format").is_none()) {
            let text = |unit: &str| json!(unit.repeat(BYTES / unit.len()));
            large.extend(UNITS.into_iter().map(|unit| (format!(" {unit:?}"), text(unit))));
        }
        if is_open || Self::is(schema, "array") {
            let items = schema.get("items").unwrap_or(&*TEXT);
            let many = self.many(items).collect();
            large.push(("[]".to_owned(), Value::Array(many)));
            let one = self.large(items, depth - 1).into_iter();
            large.extend(one.map(|(path, value)| (format!("[0]{path}"), json!([value]))));
        }
        let others = schema.get("additionalProperties").filter(|others| others.is_object());
        if is_open || others.is_some() {
            let many = self.many(others.unwrap_or(&*TEXT)).enumerate();
            let many = many.map(|(number, value)| (format!("k{number}"), value)).collect();
            large.push((".*".to_owned(), Value::Object(many)));
        }
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            for (path, value) in self.large(field, depth - 1) {
                let mut whole = self.small(schema, 1, DEPTH);
                merge(&mut whole, json!({ (name.as_str()): value }));
                large.push((format!(".{name}{path}"), whole));
            }
        }
        for variant in Self::variants(schema) {
            for (path, value) in self.large(variant, depth) {
                let own = self.required(schema, 1, DEPTH);
                let mut whole = Value::Object(own);
                merge(&mut whole, value);
                large.push((path, whole));
            }
        }
        large
    }

    /// As many different values of a schema as are large together.
    fn many(&self, schema: &'a Value) -> impl Iterator<Item = Value> {
        let values = (1..).map(move |number| self.small(schema, number, DEPTH));
        values.scan(0, |bytes, value| {
            *bytes += value.to_string().len() + 1;
            (*bytes < BYTES).then_some(value)
        })
    }
}

/// What is in a list or an object of anything.
static TEXT: LazyLock<Value> = LazyLock::new(|| json!({ "type": "string" }));

/// Adds the fields of an object to another; anything else takes the place of what was there.
fn merge(into: &mut Value, value: Value) {
    match (into, value) {
        (Value::Object(fields), Value::Object(more)) => fields.extend(more),
        (into, value) => *into = value,
    }
}

/// What this process has used of the processor, in milliseconds: each test has one of its own.
fn used_ms() -> i64 {
    getrusage(UsageWho::RUSAGE_SELF).unwrap().user_time().num_milliseconds()
}

#[tokio::test]
async fn rel_s15_no_text_and_no_list_costs_more_than_its_length() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let document = server.get("/api/openapi.json", "").await.json();
    let schemas = Schemas(&document);
    let tenant = Tenant::fill(&server, cookie).await;
    let mut sent = 0;

    for route in rest::all().list() {
        let method = route.method.as_str().to_lowercase();
        let operation = &document["paths"][format!("/api/v1{}", route.path)][&method];
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if schema.is_null() || route.method == Method::DELETE {
            continue;
        }
        // What opens a public route is the secret in its address.
        let is_public = route.access == Access::Public;
        let names = if is_public { vec![] } else { named(route.path) };
        let own = |place: usize| {
            let (_, what) = names.iter().find(|(known, _)| *known == place)?;
            tenant.ids.get(what).cloned()
        };
        let path = filled(route.path, own);
        for (part, body) in schemas.large(schema, DEPTH) {
            let (before, body) = (used_ms(), Body::from(body.to_string()));
            let reply = call(&server, &route.method, &path, &tenant.cookie, body).await;
            let (cost, place) = (used_ms() - before, format!("{method} {}{part}", route.path));
            assert!(cost < MOST_MS, "{place}: {cost} ms");
            assert!(
                !reply.status.is_server_error(),
                "{place}: {} {:?}",
                reply.status,
                reply.json()
            );
            let is_out = reply.status == StatusCode::UNAUTHORIZED;
            assert!(is_public || !is_out, "{place}: {:?}", reply.json());
            sent += 1;
        }
    }

    assert!(sent > 300, "only {sent} parts of bodies were found");
}
