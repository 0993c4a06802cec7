//! The body of an operation: its members as arguments of the tool, or one argument for all of it.

use std::collections::BTreeSet;

use model::mcp::api::{ALL_PAGES, ApiBody};
use serde_json::{Map, Value, json};

use super::{document::Document, names::plain_name};

/// How many schemas may be put together to a body's.
const MOST_PARTS: usize = 8;

/// The body of an operation.
pub(super) struct Body {
    pub(super) template: ApiBody,
    /// The arguments that it is made of.
    pub(super) properties: Map<String, Value>,
    pub(super) required: Vec<String>,
}

/// Reads the body of an operation; none if it has none. The names of other arguments are taken.
pub(super) fn read_body(
    document: &Document,
    operation: &Value,
    taken: &Map<String, Value>,
) -> Result<Option<Body>, String> {
    let Some(described) = describe(document, operation)? else { return Ok(None) };
    let kind = MediaKind::of(&described.content_type);
    let members = if kind == MediaKind::Bytes || kind == MediaKind::Text {
        None
    } else {
        members(document, &described.schema, MOST_PARTS)
    };
    let is_clear = |members: &Members| {
        let mut names = members.properties.keys();
        !members.properties.is_empty()
            && names.all(|name| {
                !taken.contains_key(name) && name != ALL_PAGES && plain_name(name) == *name
            })
    };
    let template = ApiBody {
        content_type: described.content_type,
        whole: None,
        deep: described.deep,
        files: BTreeSet::new(),
    };
    let body = match members.filter(is_clear) {
        Some(members) => {
            let required = if described.is_required { members.required } else { vec![] };
            Body { template, properties: members.properties, required }
        }
        None => {
            let is_taken = taken.contains_key("body");
            let name = if is_taken { "request_body" } else { "body" }.to_owned();
            let required = if described.is_required { vec![name.clone()] } else { vec![] };
            let schema = match kind {
                MediaKind::Bytes => base64(&json!({})),
                MediaKind::Text => {
                    json!({"type": "string", "description": "The text of the body."})
                }
                MediaKind::Json | MediaKind::Form | MediaKind::Multipart => described.schema,
            };
            let template = ApiBody { whole: Some(name.clone()), ..template };
            Body { template, properties: [(name, schema)].into_iter().collect(), required }
        }
    };
    Ok(Some(if kind == MediaKind::Multipart { with_files(document, body) } else { body }))
}

/// Members that are files are given in base64.
fn with_files(document: &Document, mut body: Body) -> Body {
    for (name, schema) in &mut body.properties {
        let meant = document.resolve(schema).unwrap_or(&Value::Null);
        let is_file = meant["format"] == "binary"
            || meant["type"] == "file"
            || meant["contentMediaType"] == "application/octet-stream";
        if is_file {
            *schema = base64(meant);
            body.template.files.insert(name.clone());
        }
    }
    body
}

fn base64(of: &Value) -> Value {
    let words = of["description"].as_str().unwrap_or("The file");
    json!({
        "type": "string",
        "contentEncoding": "base64",
        "description": format!("{} (in base64)", words.trim_end_matches('.')),
    })
}

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum MediaKind {
    Json,
    Form,
    Multipart,
    Text,
    Bytes,
}

impl MediaKind {
    pub(super) fn of(content_type: &str) -> Self {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let essence = essence.to_ascii_lowercase();
        match essence.as_str() {
            "application/json" => Self::Json,
            "application/x-www-form-urlencoded" => Self::Form,
            "multipart/form-data" => Self::Multipart,
            "application/xml" | "application/yaml" => Self::Text,
            other if other.ends_with("json") => Self::Json,
            other if other.starts_with("text/") || other.ends_with("+xml") => Self::Text,
            _ => Self::Bytes,
        }
    }
}

/// Which of several types a body is written in: the least.
fn rank(content_type: &str) -> (MediaKind, u8) {
    match content_type {
        "*/*" | "application/json" => (MediaKind::Json, 0),
        "application/merge-patch+json" => (MediaKind::Json, 1),
        "application/json-patch+json" => (MediaKind::Json, 3),
        other => (MediaKind::of(other), 2),
    }
}

/// What a document says of a body.
struct BodyArguments {
    content_type: String,
    schema: Value,
    is_required: bool,
    deep: BTreeSet<String>,
}

fn describe(document: &Document, operation: &Value) -> Result<Option<BodyArguments>, String> {
    if document.is_swagger() {
        return Ok(describe_swagger(document, operation));
    }
    let Some(body) = operation.get("requestBody") else { return Ok(None) };
    let body = document.resolve(body).ok_or("The description of its body is missing.")?;
    let content = body["content"].as_object().into_iter().flatten();
    let Some((content_type, media)) = content.min_by_key(|(name, _)| rank(name)) else {
        return Ok(None);
    };
    let content_type = match content_type.as_str() {
        "*/*" => "application/json",
        some if some.contains('*') => "application/octet-stream",
        whole => whole,
    };
    let encoded = media["encoding"].as_object().into_iter().flatten();
    let deep = encoded.filter(|(_, how)| how["style"] == "deepObject");
    Ok(Some(BodyArguments {
        content_type: content_type.to_owned(),
        schema: media.get("schema").cloned().unwrap_or_else(|| json!({})),
        is_required: body["required"] == true,
        deep: deep.map(|(name, _)| name.clone()).collect(),
    }))
}

fn describe_swagger(document: &Document, operation: &Value) -> Option<BodyArguments> {
    let listed = operation["parameters"].as_array().into_iter().flatten();
    let parameters: Vec<&Value> =
        listed.filter_map(|parameter| document.resolve(parameter)).collect();
    let consumes = operation.get("consumes").unwrap_or(&document.root()["consumes"]);
    let consumed = consumes.as_array().into_iter().flatten().filter_map(Value::as_str);
    let consumed = consumed.min_by_key(|name| rank(name)).filter(|name| *name != "*/*");
    if let Some(body) = parameters.iter().find(|parameter| parameter["in"] == "body") {
        return Some(BodyArguments {
            content_type: consumed.unwrap_or("application/json").to_owned(),
            schema: body["schema"].clone(),
            is_required: body["required"] == true,
            deep: BTreeSet::new(),
        });
    }
    let fields: Vec<&&Value> =
        parameters.iter().filter(|parameter| parameter["in"] == "formData").collect();
    if fields.is_empty() {
        return None;
    }
    let is_multipart = fields.iter().any(|field| field["type"] == "file")
        || consumed.is_some_and(|name| MediaKind::of(name) == MediaKind::Multipart);
    let content_type =
        if is_multipart { "multipart/form-data" } else { "application/x-www-form-urlencoded" };
    let name = |field: &Value| field["name"].as_str().unwrap_or_default().to_owned();
    let required = fields.iter().filter(|field| field["required"] == true);
    let required: Vec<String> = required.map(|field| name(field)).collect();
    let properties = fields.iter().map(|field| {
        let mut schema = (**field).clone();
        if let Value::Object(members) = &mut schema {
            members.remove("required");
        }
        (name(field), schema)
    });
    let properties: Map<String, Value> = properties.collect();
    Some(BodyArguments {
        content_type: content_type.to_owned(),
        schema: json!({"type": "object", "properties": properties, "required": required}),
        is_required: true,
        deep: BTreeSet::new(),
    })
}

/// The members of an object.
#[derive(Default)]
struct Members {
    properties: Map<String, Value>,
    required: Vec<String>,
}

/// The members of a schema that is an object and nothing else, put together of all its parts.
fn members(document: &Document, schema: &Value, parts: usize) -> Option<Members> {
    let schema = document.resolve(schema)?;
    let is_open = ["oneOf", "anyOf", "not"].iter().any(|choice| schema.get(choice).is_some());
    let is_object = schema.get("type").is_none_or(|kind| kind == "object");
    if is_open || !is_object || parts == 0 {
        return None;
    }
    let mut found = Members::default();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        let part = members(document, part, parts - 1)?;
        found.properties.extend(part.properties);
        found.required.extend(part.required);
    }
    let own = schema["properties"].as_object().into_iter().flatten();
    found.properties.extend(own.map(|(name, schema)| (name.clone(), schema.clone())));
    let required = schema["required"].as_array().into_iter().flatten();
    found.required.extend(required.filter_map(Value::as_str).map(str::to_owned));
    let is_server_written =
        |schema: &Value| document.resolve(schema).is_some_and(|schema| schema["readOnly"] == true);
    found.properties.retain(|_, schema| !is_server_written(schema));
    found.required.retain(|name| found.properties.contains_key(name));
    Some(found)
}
