//! `http_request`: calls a web address and gives what it answers.

mod expected;
mod spec;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub use expected::Expected;

use super::{Checker, NodeSpec, NodeType};
use crate::{field::Text, secret::is_secret_name};

/// Headers that frame the message or name its receiver: nobody but the client sets them.
pub const OWN_HEADERS: [&str; 9] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "upgrade",
    "te",
    "trailer",
    "expect",
    "accept-encoding",
];

/// The header by which the other side tells a repeat.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Most names with values of one list.
const MAX_PAIRS: usize = 50;

/// What is called, how, and what is expected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// How it is called.
    pub method: Method,
    /// The web address; it may refer to values.
    pub url: Text,
    /// What is added to the address after `?`.
    pub query: Vec<Pair>,
    /// Headers; for credentials there are secrets.
    pub headers: Vec<Pair>,
    /// What is sent: a text, or JSON whose texts may refer; none means what comes in by the edges,
    /// for methods that send something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// The secret that is sent along, by its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// The header it is sent in; none means `Authorization: Bearer …`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_header: Option<String>,
    /// The statuses that count as success: `2xx`, `200, 404`, `200-299`.
    pub expected_status: String,
    /// What the answer is read as.
    pub response: Response,
}

/// A name with a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The name: of a header, a query field or a parameter.
    pub name: String,
    /// The value; it may refer to others.
    pub value: Text,
}

/// How an address is called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    #[default]
    Get,
    /// Reads the headers only.
    Head,
    /// Sends something new.
    Post,
    /// Puts something in its place.
    Put,
    /// Changes a part.
    Patch,
    /// Removes what is there.
    Delete,
}

/// What an answer is read as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// What it says it is.
    #[default]
    Auto,
    /// JSON, or the step fails.
    Json,
    Text,
    /// An image, put into the library.
    Image,
}

impl Method {
    /// How it is written in a request.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether it usually sends a body.
    pub fn sends(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch)
    }

    /// Whether calling twice does the same as calling once.
    pub fn is_idempotent(self) -> bool {
        !matches!(self, Self::Post | Self::Patch)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            method: Method::Get,
            url: Text::default(),
            query: vec![],
            headers: vec![],
            body: None,
            secret: None,
            secret_header: None,
            expected_status: "2xx".to_owned(),
            response: Response::Auto,
        }
    }
}

impl Config {
    /// The secret that is sent along, by its name.
    pub fn secret(&self) -> Option<&str> {
        self.secret.as_deref().map(str::trim).filter(|name| !name.is_empty())
    }

    /// The header the secret is sent in, and what stands before it there.
    pub fn secret_header(&self) -> (&str, &str) {
        match self.secret_header.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
            Some(name) => (name, ""),
            None => ("authorization", "Bearer "),
        }
    }

    /// Whether the author has agreed with the other side on a key by which it tells a repeat: a
    /// header of that name of their own.
    fn agrees_on_a_key(&self) -> bool {
        self.headers.iter().any(|pair| pair.name.eq_ignore_ascii_case(IDEMPOTENCY_KEY))
    }

    fn check_url(&self, checker: &mut Checker) {
        let url = self.url.as_str().trim();
        let known = url.split("${").next().unwrap_or_default();
        let starts = |scheme: &str| {
            let least = scheme.len().min(known.len());
            let begins = known.get(..least).zip(scheme.get(..least));
            begins.is_some_and(|(known, scheme)| known.eq_ignore_ascii_case(scheme))
                && (known.len() > scheme.len() || url.len() > known.len())
        };
        if !url.is_empty() && !starts("https://") && !starts("http://") {
            checker.wrong_kind("url", "Enter a full URL, such as https://api.example.com/items.");
        }
    }

    fn check_headers(&self, checker: &mut Checker) {
        let named = self.headers.iter().enumerate();
        for (place, pair) in named {
            check_header(&format!("headers[{place}].name"), &pair.name, checker);
        }
        if let Some(name) = self.secret_header.as_deref().filter(|name| !name.trim().is_empty()) {
            check_header("secret_header", name.trim(), checker);
        }
    }
}

fn check_header(field: &str, name: &str, checker: &mut Checker) {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let lower = name.to_ascii_lowercase();
    if name.is_empty() {
        checker.missing(field, "Name this header.");
    } else if !name.bytes().all(sign) {
        checker.wrong_kind(field, &format!("“{}” isn't a valid header name.", name.escape_debug()));
    } else if OWN_HEADERS.contains(&lower.as_str()) || lower.starts_with("proxy-") {
        checker
            .wrong_kind(field, &format!("Atelier sets the header {name} itself. Remove it here."));
    }
}

impl NodeType for Config {
    const SPEC: &'static NodeSpec = &spec::SPEC;

    fn headline(&self) -> Option<String> {
        let url = self.url.as_str().trim();
        let url =
            url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url);
        let url = url.split('?').next().unwrap_or_default();
        (!url.is_empty()).then(|| format!("{} {url}", self.method.as_str()))
    }

    fn asks_before_repeat(&self) -> bool {
        !self.method.is_idempotent() && !self.agrees_on_a_key()
    }

    /// An answer of which only the body is known.
    fn output_from_answer(&self, given: Value) -> Map<String, Value> {
        let answer = json!({ "status": null, "headers": {}, "body": given });
        Map::from_iter([("output".to_owned(), answer)])
    }

    fn check(&self, checker: &mut Checker) {
        self.check_url(checker);
        self.check_headers(checker);
        for (place, pair) in self.query.iter().enumerate() {
            if pair.name.is_empty() {
                checker.missing(&format!("query[{place}].name"), "Name this query parameter.");
            }
        }
        for (field, pairs) in [("query", &self.query), ("headers", &self.headers)] {
            if pairs.len() > MAX_PAIRS {
                checker.too_many(
                    field,
                    &format!("There are {}; the limit is {MAX_PAIRS}.", pairs.len()),
                );
            }
        }
        if let Some(name) = self.secret()
            && !is_secret_name(name)
        {
            checker.bad_name("secret", name);
        }
        if Expected::parse(&self.expected_status).is_none() {
            checker.wrong_kind(
                "expected_status",
                "Write statuses such as 2xx, or 200, 404, or 200-299.",
            );
        }
    }
}
