//! An OpenAPI document (3.0, 3.1, Swagger 2), as it is: only what is asked for is looked at, so that a
//! fault in one place costs one operation.

use model::mcp::server::{SecretHeader, SecretPlace};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use serde_saphyr::{budget::Budget, options::Options};
use url::Url;

use super::curl;
use crate::json;

/// How many references may lead to each other.
const MOST_HOPS: usize = 16;
/// The most values of a document in YAML; large services have half of it.
const MOST_NODES: usize = 2_000_000;

/// What a service says of its operations, as it was read.
pub(super) struct Document {
    root: Value,
    address: Option<Url>,
    is_command: bool,
}

impl Document {
    pub(super) fn read(text: &str, address: Option<&Url>) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{FEFF}').trim();
        let (root, is_command) = (parse(text)?, curl::is_command(text));
        let version = |key: &str| root[key].as_str().unwrap_or_default().to_owned();
        let is_known = version("openapi").starts_with("3.") || version("swagger") == "2.0";
        if !is_known {
            let words = "This isn't an OpenAPI document of version 3 or 2: it has no “openapi” or “swagger” with such a version.";
            return Err(words.to_owned());
        }
        Ok(Self { root, address: address.cloned(), is_command })
    }

    /// Whether it was made of a command: no document of somebody else says what is in [`EXTENSION`].
    ///
    /// [`EXTENSION`]: super::names::EXTENSION
    pub(super) fn is_command(&self) -> bool {
        self.is_command
    }

    pub(super) fn root(&self) -> &Value {
        &self.root
    }

    pub(super) fn is_swagger(&self) -> bool {
        self.root.get("swagger").is_some()
    }

    pub(super) fn title(&self) -> String {
        self.root["info"]["title"].as_str().unwrap_or_default().chars().take(200).collect()
    }

    /// What a value is, wherever it is written; none if a reference leads nowhere or out of the
    /// document.
    pub(super) fn resolve<'a>(&'a self, value: &'a Value) -> Option<&'a Value> {
        let mut found = value;
        for _ in 0..MOST_HOPS {
            match found.get("$ref").and_then(Value::as_str) {
                Some(to) => found = self.at(to)?,
                None => return Some(found),
            }
        }
        None
    }

    /// The value that a reference names.
    pub(super) fn at(&self, reference: &str) -> Option<&Value> {
        let pointer = percent_decode_str(reference.strip_prefix('#')?).decode_utf8().ok()?;
        self.root.pointer(&pointer)
    }

    /// The address of the API: the document's own, else the first that a path says.
    pub(super) fn url(&self) -> Option<String> {
        if self.is_swagger() {
            return self.swagger_url();
        }
        let paths = self.root["paths"].as_object().into_iter().flat_map(Map::values);
        self.server(&self.root)
            .or_else(|| paths.clone().find_map(|path| self.server(path)))
            .or_else(|| self.resolve_address("/"))
    }

    /// The address by which a path or an operation is reached, where it says one.
    pub(super) fn server(&self, of: &Value) -> Option<String> {
        let server = of["servers"].get(0)?;
        let mut url = server["url"].as_str()?.to_owned();
        for (name, variable) in server["variables"].as_object().into_iter().flatten() {
            let value = variable["default"].as_str().unwrap_or_default();
            url = url.replace(&format!("{{{name}}}"), value);
        }
        self.resolve_address(&url)
    }

    fn swagger_url(&self) -> Option<String> {
        let path = self.root["basePath"].as_str().unwrap_or("/");
        let Some(host) = self.root["host"].as_str() else { return self.resolve_address(path) };
        let schemes = self.root["schemes"].as_array();
        let is_plain = schemes
            .is_some_and(|schemes| !schemes.is_empty() && !schemes.contains(&Value::from("https")));
        let scheme = if is_plain { "http" } else { "https" };
        self.resolve_address(&format!("{scheme}://{host}{path}"))
    }

    /// An address that may be told from where the document is; without a slash at its end.
    fn resolve_address(&self, url: &str) -> Option<String> {
        let url = match &self.address {
            Some(address) => address.join(url).ok()?,
            None => Url::parse(url).ok()?,
        };
        let is_whole = url.has_host() && !url.as_str().contains("%7B");
        is_whole.then(|| url.as_str().trim_end_matches('/').to_owned())
    }

    /// The keys that calls want: those of the first way in that the document names.
    pub(super) fn keys(&self) -> Vec<SecretHeader> {
        let swagger = self.is_swagger();
        let schemes = if swagger {
            &self.root["securityDefinitions"]
        } else {
            &self.root["components"]["securitySchemes"]
        };
        let named = self.root["security"].as_array().into_iter().flatten();
        let mut named = named.filter_map(Value::as_object).filter(|one| !one.is_empty());
        let names: Vec<&str> = match (named.next(), schemes.as_object()) {
            (Some(first), _) => first.keys().map(String::as_str).collect(),
            (None, Some(all)) => all.keys().take(1).map(String::as_str).collect(),
            (None, None) => vec![],
        };
        let keys = names.into_iter().filter_map(|name| key(self.resolve(&schemes[name])?));
        keys.collect()
    }
}

/// The key of a security scheme; none if it is of a kind that is not sent with each call.
fn key(scheme: &Value) -> Option<SecretHeader> {
    let text = |name: &str| scheme[name].as_str().unwrap_or_default();
    let is_basic = text("type") == "basic"
        || text("type") == "http" && text("scheme").eq_ignore_ascii_case("basic");
    let (name, place) = match (text("type"), text("in")) {
        _ if is_basic => ("Authorization", SecretPlace::Basic),
        ("apiKey", "header") => (text("name"), SecretPlace::Header),
        ("apiKey", "query") => (text("name"), SecretPlace::Query),
        ("http" | "oauth2" | "openIdConnect", _) => ("Authorization", SecretPlace::Header),
        _ => return None,
    };
    Some(SecretHeader { name: name.to_owned(), secret: String::new(), place })
}

fn parse(text: &str) -> Result<Value, String> {
    if curl::is_command(text) {
        return curl::document(text);
    }
    if text.starts_with('{') {
        return json::read_text(text).map_err(|error| format!("This isn't valid JSON: {error}."));
    }
    if text.starts_with('<') {
        return Err("This is a web page, not an OpenAPI document in JSON or YAML.".to_owned());
    }
    let mut budget = Budget::default();
    (budget.max_nodes, budget.max_events) = (MOST_NODES, 2 * MOST_NODES);
    let mut options = Options::default();
    options.budget = Some(budget);
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let told: String = error.to_string().lines().next().unwrap_or_default().to_owned();
        format!("This is neither an OpenAPI document in JSON or YAML nor a curl command: {told}.")
    })
}
