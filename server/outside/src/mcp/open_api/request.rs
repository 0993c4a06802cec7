//! The request of a call: a tool's arguments, where its operation has them.

use model::mcp::api::{ALL_PAGES, ApiBody, ApiOperation, ApiParam, ParamPlace, ParamStyle};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};
use url::{Url, form_urlencoded};
use uuid::Uuid;

use super::body::MediaKind;
use crate::lenient_base64::decode;

const KEPT_IN_PATHS: AsciiSet =
    NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const KEPT_RESERVED: AsciiSet = KEPT_IN_PATHS.remove(b'/');

/// A request without its keys.
#[derive(Debug, PartialEq)]
pub struct ApiRequest {
    pub method: String,
    pub url: Url,
    pub headers: Vec<(String, String)>,
    /// Its type and its bytes.
    pub body: Option<(String, Vec<u8>)>,
}

/// The request of an operation of the API at this address.
///
/// # Errors
/// What of the arguments cannot be sent, in a sentence.
pub fn build(
    operation: &ApiOperation,
    base: &Url,
    mut arguments: Map<String, Value>,
) -> Result<ApiRequest, String> {
    if operation.has_pages() {
        arguments.remove(ALL_PAGES);
    }
    for (name, value) in &operation.defaults {
        arguments.entry(name.clone()).or_insert_with(|| value.clone());
    }
    let mut path = operation.path.clone();
    let mut pairs = vec![];
    let mut headers: Vec<(String, String)> = operation.headers.clone().into_iter().collect();
    if headers.iter().all(|(name, _)| name != "accept") {
        headers.push(("accept".to_owned(), "application/json, */*;q=0.5".to_owned()));
    }
    for param in &operation.params {
        let Some(value) = arguments.remove(&param.argument).filter(|value| !value.is_null()) else {
            continue;
        };
        match param.place {
            ParamPlace::Path => {
                path = path.replace(&format!("{{{}}}", param.name), &path_part(param, &value)?);
            }
            ParamPlace::Query => add_pairs(param, &value, &mut pairs),
            ParamPlace::Header => headers.push((param.name.clone(), joined(&value, ","))),
        }
    }
    if path.contains('{') {
        return Err(format!("A part of the path {path} has no value."));
    }
    let body = operation.body.as_ref().map(|body| write_body(body, arguments)).transpose()?;
    Ok(ApiRequest {
        method: operation.method.clone(),
        url: address(base, &path, &pairs),
        headers,
        body: body.flatten(),
    })
}

fn address(base: &Url, path: &str, pairs: &[(String, String)]) -> Url {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    let written = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let parts = [base.query().unwrap_or_default(), query, &written];
    let query = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&");
    url.set_query((!query.is_empty()).then_some(&query));
    url
}

/// A value in the path: it stays one part, unless the document lets it be several.
fn path_part(param: &ApiParam, value: &Value) -> Result<String, String> {
    let text = joined(value, ",");
    let leads_up = |part: &str| part == "." || part == "..";
    if text.is_empty() || text.split('/').any(leads_up) {
        return Err(format!("{} can't be “{text}”: it is a part of the address.", param.argument));
    }
    let kept = if param.reserved { &KEPT_RESERVED } else { &KEPT_IN_PATHS };
    Ok(utf8_percent_encode(&text, kept).to_string())
}

fn add_pairs(param: &ApiParam, value: &Value, pairs: &mut Vec<(String, String)>) {
    let name = &param.name;
    let mut add = |name: String, value: String| pairs.push((name, value));
    match (param.style, value) {
        (ParamStyle::Json, value) => add(name.clone(), value.to_string()),
        (ParamStyle::Deep, value) => add_deep(name, value, pairs),
        (ParamStyle::Comma, Value::Array(items)) if param.explode => {
            items.iter().for_each(|item| add(name.clone(), text(item)));
        }
        (ParamStyle::Comma, Value::Object(members)) if param.explode => {
            members.iter().for_each(|(key, value)| add(key.clone(), text(value)));
        }
        (ParamStyle::Comma, value) => add(name.clone(), joined(value, ",")),
        (ParamStyle::Space, value) => add(name.clone(), joined(value, " ")),
        (ParamStyle::Pipe, value) => add(name.clone(), joined(value, "|")),
    }
}

/// `name[key]=value`, `name[]=item`, and objects in lists by their places.
fn add_deep(name: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                add_deep(&format!("{name}[{key}]"), value, pairs);
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                let place = if item.is_object() { place.to_string() } else { String::new() };
                add_deep(&format!("{name}[{place}]"), item, pairs);
            }
        }
        Value::Null => {}
        scalar => pairs.push((name.to_owned(), text(scalar))),
    }
}

/// A value as a parameter: lists and objects with something between their items.
fn joined(value: &Value, between: &str) -> String {
    match value {
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(between),
        Value::Object(members) => {
            let items = members.iter().map(|(key, value)| format!("{key}{between}{}", text(value)));
            items.collect::<Vec<_>>().join(between)
        }
        scalar => text(scalar),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A body as its type has it; none if nothing of it is given.
fn write_body(
    body: &ApiBody,
    mut arguments: Map<String, Value>,
) -> Result<Option<(String, Vec<u8>)>, String> {
    let kind = MediaKind::of(&body.content_type);
    let value = match &body.whole {
        Some(name) => match arguments.remove(name) {
            Some(value) => value,
            None => return Ok(None),
        },
        None if arguments.is_empty() && kind != MediaKind::Json => return Ok(None),
        None => Value::Object(arguments),
    };
    let written = match kind {
        MediaKind::Json => value.to_string().into_bytes(),
        MediaKind::Text => text(&value).into_bytes(),
        MediaKind::Bytes => from_base64("body", &value)?,
        MediaKind::Form => {
            let mut pairs = vec![];
            members(value)
                .iter()
                .for_each(|(name, value)| add_field(body, name, value, &mut pairs));
            form_urlencoded::Serializer::new(String::new())
                .extend_pairs(pairs)
                .finish()
                .into_bytes()
        }
        MediaKind::Multipart => return multipart(body, members(value)).map(Some),
    };
    Ok(Some((body.content_type.clone(), written)))
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => [("body".to_owned(), other)].into_iter().collect(),
    }
}

fn add_field(body: &ApiBody, name: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Array(items) if !body.deep.contains(name) && !items.iter().any(Value::is_object) => {
            pairs.extend(items.iter().map(|item| (name.to_owned(), text(item))));
        }
        other => add_deep(name, other, pairs),
    }
}

fn from_base64(name: &str, value: &Value) -> Result<Vec<u8>, String> {
    let bytes = value.as_str().and_then(decode);
    bytes.map(Vec::from).ok_or_else(|| format!("{name} isn't a file in base64."))
}

/// A form whose fields are parts, files among them.
fn multipart(body: &ApiBody, fields: Map<String, Value>) -> Result<(String, Vec<u8>), String> {
    let boundary = Uuid::now_v7().simple().to_string();
    let mut written = vec![];
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_null()) {
        let quoted = name.replace('"', "%22").replace(['\r', '\n'], " ");
        let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{quoted}\"");
        written.extend(head.into_bytes());
        if body.files.contains(&name) {
            let head = "; filename=\"file\"\r\nContent-Type: application/octet-stream\r\n\r\n";
            written.extend(head.as_bytes());
            written.extend(from_base64(&name, &value)?);
        } else {
            let kind = if value.is_object() { "\r\nContent-Type: application/json" } else { "" };
            written.extend(format!("{kind}\r\n\r\n{}", text(&value)).into_bytes());
        }
        written.extend(b"\r\n");
    }
    written.extend(format!("--{boundary}--\r\n").into_bytes());
    Ok((format!("multipart/form-data; boundary={boundary}"), written))
}
