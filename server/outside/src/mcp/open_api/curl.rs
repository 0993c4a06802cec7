//! A curl command as a document with one operation: what it sends are the arguments' values where they
//! are left out. Keys that stand in it are not kept: the document says that they are needed.

use model::text::name::snake;
use serde_json::{Map, Value, json};
use url::{Url, form_urlencoded};

use super::names::{EXTENSION, SENT_BODY, plain_name};
use crate::outbound::{HeaderName, is_own_header};

/// Options with a value that says nothing of the request.
const PASSED_OVER: [&str; 13] = [
    "-A",
    "--user-agent",
    "-e",
    "--referer",
    "-o",
    "--output",
    "-m",
    "--max-time",
    "-w",
    "--write-out",
    "--connect-timeout",
    "--retry",
    "--cacert",
];
/// Headers that are not sent on.
const DROPPED: [&str; 4] = ["content-type", "origin", "referer", "user-agent"];
/// Words by which a name is that of a key.
const SECRET_WORDS: [&str; 10] = [
    "apikey",
    "appid",
    "auth",
    "authorization",
    "cookie",
    "passwd",
    "password",
    "passphrase",
    "secret",
    "token",
];
/// Words before `token` with which it is none.
const NO_KEYS: [&str; 4] = ["continuation", "next", "page", "sync"];

pub(super) fn is_command(text: &str) -> bool {
    text.split_whitespace().next() == Some("curl")
}

/// What a command says.
#[derive(Default)]
struct Command {
    url: String,
    method: Option<String>,
    headers: Vec<(String, String)>,
    data: Vec<String>,
    is_json: bool,
    /// Whether the data stand in the address.
    in_url: bool,
    has_user: bool,
}

/// The command as an OpenAPI document.
pub(super) fn document(text: &str) -> Result<Value, String> {
    // A line that goes on would be a word of its own.
    let text = text.replace("\\\r\n", " ").replace("\\\n", " ");
    let words = shlex::split(&text).ok_or("A quote in the curl command isn't closed.")?;
    let command = read(words)?;
    let whole = if command.url.contains("://") {
        command.url.clone()
    } else {
        format!("https://{}", command.url)
    };
    let url = Url::parse(&whole)
        .map_err(|error| format!("The curl command has no valid URL: {error}."))?;
    let mut operation = Operation::default();
    operation.add_headers(&command);
    let data = command.data.join("&");
    let (query, body) = if command.in_url { (data.as_str(), "") } else { ("", data.as_str()) };
    operation.add_query(url.query().unwrap_or_default());
    operation.add_query(query);
    if !body.is_empty() {
        operation.add_body(&command, body)?;
    }
    let method =
        command.method.unwrap_or_else(|| if body.is_empty() { "GET" } else { "POST" }.to_owned());
    let path = url.path().replace("%7B", "{").replace("%7D", "}");
    let needs: Map<String, Value> =
        operation.keys.keys().map(|name| (name.clone(), json!([]))).collect();
    let (host, origin) = (url.host_str().unwrap_or_default(), url.origin().ascii_serialization());
    Ok(json!({
        "openapi": "3.1.0",
        "info": {"title": host},
        "servers": [{"url": origin}],
        "security": [needs],
        "components": {"securitySchemes": operation.keys},
        "paths": {path: {method.to_ascii_lowercase(): operation.described}},
    }))
}

fn read(words: Vec<String>) -> Result<Command, String> {
    let mut command = Command::default();
    let mut words = words.into_iter().skip(1);
    while let Some(word) = words.next() {
        let (option, attached) = split(&word);
        let mut value = || attached.map(str::to_owned).or_else(|| words.next()).unwrap_or_default();
        match option {
            "-X" | "--request" => command.method = Some(value()),
            "-I" | "--head" => command.method = Some("HEAD".to_owned()),
            "-G" | "--get" => command.in_url = true,
            "-H" | "--header" => {
                let header = value();
                let (name, value) = header.split_once(':').unwrap_or((&header, ""));
                command.headers.push((name.trim().to_owned(), value.trim().to_owned()));
            }
            "-u" | "--user" | "-b" | "--cookie" => {
                command.has_user |= matches!(option, "-u" | "--user");
                drop(value());
            }
            "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-ascii" | "--json"
            | "--data-urlencode" => {
                command.is_json |= option == "--json";
                let data = value();
                if data.starts_with('@') {
                    let words =
                        "The curl command reads its data from a file. Paste the data in its place.";
                    return Err(words.to_owned());
                }
                // `$'…'` of a shell.
                let unquoted = data.strip_prefix('$').filter(|rest| rest.starts_with(['{', '[']));
                command.data.push(unquoted.unwrap_or(&data).to_owned());
            }
            "-F" | "--form" => {
                return Err(
                    "Forms with files (-F) of curl can't be read. Use an OpenAPI document."
                        .to_owned(),
                );
            }
            "--url" => command.url = value(),
            _ if PASSED_OVER.contains(&option) => drop(value()),
            _ if option.starts_with('-') => {}
            _ => command.url = word,
        }
    }
    Ok(command)
}

/// An option, and the value that follows it without a blank.
fn split(word: &str) -> (&str, Option<&str>) {
    let is_short = word.starts_with('-') && !word.starts_with("--") && word.is_char_boundary(2);
    let takes_value = is_short && word.len() > 2 && "XHduFAembow".contains(&word[1..2]);
    if takes_value { (&word[..2], Some(&word[2..])) } else { (word, None) }
}

/// The operation while it is gathered.
struct Operation {
    described: Value,
    keys: Map<String, Value>,
}

impl Default for Operation {
    fn default() -> Self {
        let described = json!({ "parameters": [], EXTENSION: {"headers": {}, "defaults": {}} });
        Self { described, keys: Map::new() }
    }
}

impl Operation {
    fn add_headers(&mut self, command: &Command) {
        if command.has_user {
            self.need(json!({"type": "http", "scheme": "basic"}));
        }
        for (name, value) in &command.headers {
            let lower = name.to_ascii_lowercase();
            if lower == "authorization" {
                let is_basic = value.to_ascii_lowercase().starts_with("basic ");
                let scheme = if is_basic { "basic" } else { "bearer" };
                self.need(json!({"type": "http", "scheme": scheme}));
            } else if is_secret(name) {
                self.need(json!({"type": "apiKey", "in": "header", "name": name}));
            } else if !is_dropped(&lower) {
                self.described[EXTENSION]["headers"][lower] = value.as_str().into();
            }
        }
    }

    fn need(&mut self, scheme: Value) {
        self.keys.insert(format!("key{}", self.keys.len()), scheme);
    }

    fn add_query(&mut self, query: &str) {
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if is_secret(&name) {
                self.need(json!({"type": "apiKey", "in": "query", "name": name}));
                continue;
            }
            let schema = json!({"type": "string", "default": value});
            if let Some(parameters) = self.described["parameters"].as_array_mut() {
                parameters.push(json!({"name": name, "in": "query", "schema": schema}));
            }
            self.described[EXTENSION]["defaults"][plain_name(&name)] = value.as_ref().into();
        }
    }

    fn add_body(&mut self, command: &Command, body: &str) -> Result<(), String> {
        let named =
            command.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let content_type = named.map(|(_, value)| value.as_str());
        let is_json = command.is_json
            || content_type.is_some_and(|name| name.contains("json"))
            || content_type.is_none() && body.starts_with(['{', '[']);
        let (content_type, members) = if is_json {
            let value: Value = serde_json::from_str(body).map_err(|error| {
                format!("The data of the curl command aren't valid JSON: {error}.")
            })?;
            (content_type.unwrap_or("application/json"), value)
        } else if content_type.is_none_or(|name| name.contains("urlencoded")) {
            let pairs = form_urlencoded::parse(body.as_bytes());
            let pairs = pairs.map(|(name, value)| (name.into_owned(), value.into_owned().into()));
            let members: Map<String, Value> = pairs.collect();
            ("application/x-www-form-urlencoded", members.into())
        } else {
            (content_type.unwrap_or_default(), body.into())
        };
        let sent = without_keys(members.clone());
        let schema = match &members {
            Value::Object(members) if !members.is_empty() => {
                let part = |(name, value): (&String, &Value)| match &sent[name] {
                    Value::Null => (name.clone(), kind_of(value)),
                    sent => (name.clone(), described(sent)),
                };
                let properties: Map<String, Value> = members.iter().map(part).collect();
                json!({"type": "object", "properties": properties})
            }
            _ => described(&sent),
        };
        self.described[EXTENSION][SENT_BODY] = sent;
        self.described["requestBody"] = json!({"content": {content_type: {"schema": schema}}});
        Ok(())
    }
}

/// What is sent, but for what is a key by its name: that is an argument without a value.
fn without_keys(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let open = members.into_iter().filter(|(name, _)| !is_secret(name));
            Value::Object(open.map(|(name, value)| (name, without_keys(value))).collect())
        }
        Value::Array(items) => items.into_iter().map(without_keys).collect(),
        other => other,
    }
}

/// The schema of a value that is sent where there is no other.
fn described(value: &Value) -> Value {
    let mut schema = kind_of(value);
    if !value.is_null() {
        schema["default"] = value.clone();
    }
    schema
}

fn kind_of(value: &Value) -> Value {
    let kind = match value {
        Value::Null => return json!({}),
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    json!({"type": kind})
}

fn is_dropped(header: &str) -> bool {
    DROPPED.contains(&header)
        || header.starts_with("sec-")
        || HeaderName::try_from(header).is_ok_and(|name| is_own_header(&name))
}

fn is_secret(name: &str) -> bool {
    let words = snake(name);
    let words: Vec<&str> = words.split('_').collect();
    let is_key = |place: usize, word: &str| {
        let before = place.checked_sub(1).map(|before| words[before]);
        let is_cursor = word == "token" && before.is_some_and(|before| NO_KEYS.contains(&before));
        SECRET_WORDS.contains(&word) && !is_cursor || word == "key" && before == Some("api")
    };
    name.eq_ignore_ascii_case("key")
        || name.to_ascii_lowercase().ends_with("-key")
        || words.iter().enumerate().any(|(place, word)| is_key(place, word))
}
