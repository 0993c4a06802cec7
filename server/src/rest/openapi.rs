//! The API's description, made from the mounted routes: as OpenAPI 3.1, and as a page for people; and
//! the JSON Schema of files of steps.

use std::collections::BTreeMap;

use app::reference::{Entry, reference};
use axum::{
    Router,
    extract::State,
    http::header,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use model::{problem::Problem, transfer::steps};
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};
use store::idempotency::MOST_KEY_CHARS;

use super::{
    routes::{Access, Intake, Route, WORKSPACE},
    shape::{Gives, Need},
};
use crate::state::AppState;

const ROOT: &str = "/api/v1";

/// `/api/openapi.json`, `/api/schemas/steps.json` and the page `/api`: the same for everybody.
pub fn router() -> Router<AppState> {
    let document = document().to_string();
    let json = move || async move { ([(header::CONTENT_TYPE, "application/json")], document) };
    let steps = format!("{:#}\n", steps::schema());
    let schema =
        move || async move { ([(header::CONTENT_TYPE, "application/schema+json")], steps) };
    Router::new()
        .route("/api/openapi.json", get(json))
        .route("/api/schemas/steps.json", get(schema))
        .route("/api", get(page))
}

async fn page(State(state): State<AppState>) -> Response {
    let mut groups: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for route in super::all().list() {
        groups.entry(tag(route.path).to_owned()).or_default().push(entry(route));
    }
    Html(reference(state.leptos, groups.into_iter().collect())).into_response()
}

fn entry(route: &Route) -> Entry {
    let mut generator = generator();
    let name = |schema: schemars::Schema| {
        let target = schema.get("$ref").and_then(Value::as_str);
        let name = target.and_then(|target| target.rsplit('/').next());
        name.map_or_else(|| "JSON".to_owned(), str::to_owned)
    };
    let body = route.shape.body.map(|(_, schema)| name(schema(&mut generator)));
    let gives = match route.shape.gives {
        Gives::Json(_, schema) => Some(name(schema(&mut generator))),
        Gives::Other(media) => Some(media.to_owned()),
        Gives::Nothing(_) | Gives::Unsaid => None,
    };
    let query = query(route, &mut generator);
    let query = query.iter().filter_map(|field| field["name"].as_str()).map(str::to_owned);
    Entry {
        method: route.method.to_string(),
        path: format!("{ROOT}{}", route.path),
        says: route.says.to_owned(),
        role: caller(route).to_owned(),
        query: query.collect(),
        body,
        gives,
    }
}

/// The whole description.
pub fn document() -> Value {
    let mut generator = generator();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for route in super::all().list() {
        let path = paths.entry(format!("{ROOT}{}", route.path)).or_default();
        let method = route.method.as_str().to_ascii_lowercase();
        path.insert(method, operation(route, &mut generator));
    }
    let problem = generator.subschema_for::<Problem>();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Atelier",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Draw an AI workflow, launch it, watch it run, keep what it made. \
                Lists are read in pages: next_cursor asks for what comes next.",
        },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "responses": {"Problem": {
                "description": "Why it was not done, and what to do about it.",
                "content": {"application/problem+json": {"schema": problem}},
            }},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "atelier_sid"},
            },
        },
    })
}

fn generator() -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12();
    settings
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator()
}

fn operation(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let mut parameters = path_parameters(route.path);
    parameters.extend(query(route, generator));
    if route.shape.query.is_some() && route.access != Access::Public {
        parameters.push(json!({
            "name": WORKSPACE,
            "in": "query",
            "description": "The caller's own workspace, for programs that say it; any other is 404.",
            "schema": {"type": "string", "format": "uuid"},
        }));
    }
    if route.shape.takes_idempotency_key {
        parameters.push(json!({
            "name": "Idempotency-Key",
            "in": "header",
            "description": "What comes again with the same key is done already.",
            "schema": {"type": "string", "minLength": 1, "maxLength": MOST_KEY_CHARS},
        }));
    }
    let mut operation = json!({
        "summary": route.says,
        "operationId": operation_id(route),
        "tags": [tag(route.path)],
        "parameters": parameters,
        "responses": responses(route, generator),
        "security": [],
    });
    match route.access {
        Access::Public => {}
        Access::Needs(permission) => {
            let role = permission.least_role();
            operation["security"] = json!([{"token": []}, {"session": []}]);
            operation["description"] = json!(format!("The least role that may: {role}."));
        }
        Access::Person => {
            operation["security"] = json!([{"session": []}]);
            operation["description"] = json!("Needs a session; tokens don't work here.");
        }
    }
    if let Some((need, schema)) = route.shape.body {
        operation["requestBody"] = json!({
            "required": need == Need::Required,
            "content": {"application/json": {"schema": schema(generator)}},
        });
    }
    if route.intake == Intake::Upload {
        let content = json!({"application/octet-stream": {}});
        operation["requestBody"] = json!({"required": true, "content": content});
    }
    operation
}

fn responses(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let (status, content) = match route.shape.gives {
        Gives::Json(status, schema) => {
            (status.as_u16(), json!({"application/json": {"schema": schema(generator)}}))
        }
        Gives::Other(media) => (200, json!({ media: {} })),
        Gives::Nothing(status) => (status.as_u16(), json!({})),
        Gives::Unsaid => (200, json!({})),
    };
    let mut done = json!({"description": "Done."});
    if content.as_object().is_some_and(|content| !content.is_empty()) {
        done["content"] = content;
    }
    let mut responses = Map::new();
    responses.insert(status.to_string(), done);
    responses.insert("default".to_owned(), json!({"$ref": "#/components/responses/Problem"}));
    responses.into()
}

fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|word| word.strip_prefix('{')?.strip_suffix('}'));
    let parameter = names.map(
        |name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}),
    );
    parameter.collect()
}

fn query(route: &Route, generator: &mut SchemaGenerator) -> Vec<Value> {
    let Some(schema) = route.shape.query.map(|schema| schema(generator)) else { return vec![] };
    let fields = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let required = |name: &str| {
        let names = schema.get("required").and_then(Value::as_array);
        names.is_some_and(|names| names.iter().any(|required| required == name))
    };
    let parameter = fields.into_iter().map(|(name, schema)| {
        let required = required(&name);
        json!({"name": name, "in": "query", "required": required, "schema": schema})
    });
    parameter.collect()
}

/// Who may call a route, for the page of reference.
fn caller(route: &Route) -> &'static str {
    match route.access {
        Access::Public => "anybody",
        Access::Needs(permission) => permission.least_role().as_str(),
        Access::Person => "anyone signed in",
    }
}

/// `GET /workflows/executions/{id}/jobs` to `get_workflows_executions_id_jobs`.
fn operation_id(route: &Route) -> String {
    let path: String = route
        .path
        .chars()
        .filter(|letter| !matches!(letter, '{' | '}'))
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' })
        .collect();
    format!("{}{path}", route.method.as_str().to_ascii_lowercase())
}

/// The group of an address: its first segment, or the second where the first is "workflows".
fn tag(path: &str) -> &str {
    let mut words = path.split('/').filter(|word| !word.is_empty());
    match words.next() {
        Some("workflows") => words.next().unwrap_or("workflows"),
        first => first.unwrap_or_default(),
    }
}
