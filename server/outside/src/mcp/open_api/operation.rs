//! The operations of a document, each as a tool and as what its request consists of.

use std::collections::{BTreeMap, BTreeSet};

use model::mcp::{
    api::{ALL_PAGES, ApiOperation, ApiParam, ParamPlace, ParamStyle},
    server::{SecretHeader, SecretPlace, UnusedTool},
    tool::{ToolAnnotations, ToolDefinition},
};
use serde_json::{Map, Value, json};

use super::{
    super::limits::check_tool,
    body::{Body, read_body},
    document::Document,
    names::{EXTENSION, LONGEST_NAME, SENT_BODY, cut, plain_name, tool_name},
    pages,
    schema::convert,
};

use crate::outbound::{HeaderName, is_own_header};

const METHODS: [&str; 6] = ["get", "head", "post", "put", "patch", "delete"];
const LONGEST_WORDS: usize = 4_000;
/// Headers that calls have anyway, besides those of the connection.
const OWN_HEADERS: [&str; 4] = ["accept", "authorization", "content-type", "idempotency-key"];

/// The place of an operation in its document.
struct Source<'a> {
    document: &'a Document,
    keys: &'a [SecretHeader],
    path: &'a str,
    item: &'a Value,
    method: &'a str,
    operation: &'a Value,
}

/// All operations, and those that cannot be called, in the order of their paths.
pub(super) fn read_all(
    document: &Document,
    keys: &[SecretHeader],
) -> (Vec<ApiOperation>, Vec<UnusedTool>) {
    let (mut operations, mut unused) = (vec![], vec![]);
    let mut taken = BTreeSet::new();
    let url = document.url();
    let paths = document.root()["paths"].as_object().into_iter().flatten();
    for (path, item) in paths.filter(|(path, _)| path.starts_with('/')) {
        let Some(item) = document.resolve(item) else { continue };
        for method in METHODS {
            let Some(operation) = item.get(method).filter(|one| one.is_object()) else { continue };
            let source = Source { document, keys, path, item, method, operation };
            let name = source.name(&mut taken);
            let read = match source.other_address(url.as_deref()) {
                None => source.read(name.clone()),
                Some(other) => Err(format!(
                    "It is at another address, {other}. Connect that as a server of its own."
                )),
            };
            match read {
                Ok(operation) => operations.push(operation),
                Err(reason) => unused.push(UnusedTool { name, reason }),
            }
        }
    }
    (operations, unused)
}

impl Source<'_> {
    /// What the tool is called: as the document names the operation, else by method and path.
    fn name(&self, taken: &mut BTreeSet<String>) -> String {
        let own = self.operation["operationId"].as_str().map(tool_name);
        let own = own.filter(|name| !name.is_empty() && !taken.contains(name));
        let mut name = own.unwrap_or_else(|| tool_name(&format!("{} {}", self.method, self.path)));
        let (stem, mut number) = (name.clone(), 2);
        while !taken.insert(name.clone()) {
            name = format!("{}_{number}", cut(&stem, LONGEST_NAME - 4));
            number += 1;
        }
        name
    }

    /// The address of an operation that is not below the API's.
    fn other_address(&self, url: Option<&str>) -> Option<String> {
        let own = self.document.server(self.operation);
        let own = own.or_else(|| self.document.server(self.item));
        own.filter(|own| url.is_some_and(|url| url != own))
    }

    fn read(&self, name: String) -> Result<ApiOperation, String> {
        let mut arguments = Arguments::default();
        let path = self.path.split('#').next().unwrap_or_default().to_owned();
        for parameter in self.parameters() {
            self.add_parameter(&mut arguments, parameter)?;
        }
        self.add_unnamed(&mut arguments, &path);
        let has_pages = self.method == "get" && pages::are_told(&arguments.params);
        let body = read_body(self.document, self.operation, &arguments.properties)?;
        if let Some(Body { properties, required, .. }) = &body {
            arguments.properties.extend(properties.clone());
            arguments.required.extend(required.iter().cloned());
        }
        if has_pages && !arguments.properties.contains_key(ALL_PAGES) {
            arguments.properties.insert(ALL_PAGES.to_owned(), pages::argument());
        }
        let mut schema = json!({
            "type": "object",
            "properties": arguments.properties,
            "required": arguments.required,
        });
        // What nothing of the request is made of would be lost without a word.
        if body.as_ref().is_none_or(|body| body.template.whole.is_some()) {
            schema["additionalProperties"] = false.into();
        }
        let (input_schema, is_cut) = convert(self.document, &schema)?;
        let definition = ToolDefinition {
            name,
            title: self.text("summary").map(|summary| cut(summary, 200).to_owned()),
            description: self.description(is_cut),
            input_schema,
            output_schema: None,
            annotations: annotations(self.method),
        };
        check_tool(&definition)?;
        let own =
            if self.document.is_command() { &self.operation[EXTENSION] } else { &Value::Null };
        let mut defaults: BTreeMap<String, Value> =
            serde_json::from_value(own["defaults"].clone()).unwrap_or_default();
        match (body.as_ref().map(|body| &body.template.whole), own.get(SENT_BODY)) {
            (Some(Some(whole)), Some(sent)) => drop(defaults.insert(whole.clone(), sent.clone())),
            (Some(None), Some(Value::Object(members))) => defaults.extend(members.clone()),
            _ => {}
        }
        Ok(ApiOperation {
            definition,
            method: self.method.to_ascii_uppercase(),
            path,
            params: arguments.params,
            body: body.map(|body| body.template),
            headers: serde_json::from_value(own["headers"].clone()).unwrap_or_default(),
            defaults,
        })
    }

    fn text(&self, name: &str) -> Option<&str> {
        let text = self.operation[name].as_str().or_else(|| self.item[name].as_str());
        text.map(str::trim).filter(|text| !text.is_empty())
    }

    fn description(&self, is_cut: bool) -> String {
        let words = self.text("description").or_else(|| self.text("summary")).unwrap_or_default();
        let request = format!("{} {}", self.method.to_ascii_uppercase(), self.path);
        let note = if is_cut {
            "\n\nParts of the arguments are too deep or too large to be described; they are sent as given."
        } else {
            ""
        };
        format!("{}\n\n{request}{note}", cut(words, LONGEST_WORDS)).trim().to_owned()
    }

    /// The parameters of the path and of the operation, which take their place.
    fn parameters(&self) -> Vec<&Value> {
        let mut found: Vec<&Value> = vec![];
        for of in [self.item, self.operation] {
            let listed = of["parameters"].as_array().into_iter().flatten();
            for parameter in listed.filter_map(|parameter| self.document.resolve(parameter)) {
                let is_same = |other: &&Value| {
                    ["name", "in"].iter().all(|key| other[*key] == parameter[*key])
                };
                match found.iter().position(is_same) {
                    Some(place) => found[place] = parameter,
                    None => found.push(parameter),
                }
            }
        }
        found
    }

    fn add_parameter(&self, arguments: &mut Arguments, parameter: &Value) -> Result<(), String> {
        let name = parameter["name"].as_str().unwrap_or_default();
        let is_required = parameter["required"] == true;
        let place = match parameter["in"].as_str().unwrap_or_default() {
            "path" => ParamPlace::Path,
            "query" => ParamPlace::Query,
            "header" => ParamPlace::Header,
            "cookie" if is_required => return Err(format!("It needs the cookie {name}.")),
            _ => return Ok(()),
        };
        if name.is_empty() || self.is_own(place, name) {
            return Ok(());
        }
        let (style, explode) = style(parameter, place)?;
        let multi_segment = parameter["x-multi-segment"] == true;
        let argument = arguments.name(name, place);
        if place == ParamPlace::Path || is_required {
            arguments.required.insert(argument.clone());
        }
        arguments.properties.insert(argument.clone(), argument_schema(parameter));
        let name = name.to_owned();
        let reserved = place == ParamPlace::Path && multi_segment;
        arguments.params.push(ApiParam { argument, name, place, style, explode, reserved });
        Ok(())
    }

    /// Whether every call has it anyway, or it is the place of a key.
    fn is_own(&self, place: ParamPlace, name: &str) -> bool {
        let is_key = |key: &SecretHeader| match key.place {
            SecretPlace::Query => place == ParamPlace::Query && key.name == name,
            SecretPlace::Header | SecretPlace::Basic => {
                place == ParamPlace::Header && key.name.eq_ignore_ascii_case(name)
            }
        };
        let is_set =
            |name: HeaderName| is_own_header(&name) || OWN_HEADERS.contains(&name.as_str());
        place == ParamPlace::Header && HeaderName::try_from(name).is_ok_and(is_set)
            || self.keys.iter().any(is_key)
    }

    /// Places in the path that no parameter describes.
    fn add_unnamed(&self, arguments: &mut Arguments, path: &str) {
        let names = path.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
        for name in names {
            let is_known = arguments
                .params
                .iter()
                .any(|known| known.place == ParamPlace::Path && known.name == name);
            if !is_known {
                let parameter = json!({"name": name, "in": "path", "schema": {"type": "string"}});
                // It is in the path, so it cannot be refused.
                let _ = self.add_parameter(arguments, &parameter);
            }
        }
    }
}

/// The arguments of a tool while they are gathered.
#[derive(Default)]
struct Arguments {
    params: Vec<ApiParam>,
    properties: Map<String, Value>,
    required: BTreeSet<String>,
}

impl Arguments {
    /// What a parameter is called: letters that models do not take are left out.
    fn name(&self, name: &str, place: ParamPlace) -> String {
        let plain = plain_name(name);
        if !self.properties.contains_key(&plain) {
            return plain;
        }
        let place = match place {
            ParamPlace::Path => "path",
            ParamPlace::Query => "query",
            ParamPlace::Header => "header",
        };
        let mut other = format!("{plain}_{place}");
        while self.properties.contains_key(&other) {
            other.push('_');
        }
        other
    }
}

/// The schema of a parameter, with its words.
fn argument_schema(parameter: &Value) -> Value {
    let content = parameter["content"].as_object().and_then(|content| content.values().next());
    let schema = content.map(|content| &content["schema"]).or_else(|| parameter.get("schema"));
    // In Swagger 2 the parameter is the schema.
    let mut schema = schema.unwrap_or(parameter).clone();
    if let Value::Object(members) = &mut schema {
        members.remove("required");
        let words = &parameter["description"];
        if words.is_string() {
            members.insert("description".to_owned(), words.clone());
        }
        return schema;
    }
    json!({})
}

fn style(parameter: &Value, place: ParamPlace) -> Result<(ParamStyle, bool), String> {
    if parameter["content"].is_object() {
        return Ok((ParamStyle::Json, false));
    }
    let is_query = place == ParamPlace::Query;
    if let Some(format) = parameter["collectionFormat"].as_str() {
        return Ok(match format {
            "multi" => (ParamStyle::Comma, true),
            "ssv" | "tsv" => (ParamStyle::Space, false),
            "pipes" => (ParamStyle::Pipe, false),
            _ => (ParamStyle::Comma, false),
        });
    }
    let style = parameter["style"].as_str().unwrap_or(if is_query { "form" } else { "simple" });
    let explode = parameter["explode"].as_bool();
    // Swagger 2 has commas where it says nothing.
    let is_form = style == "form" && parameter.get("schema").is_some();
    let explode = explode.unwrap_or(is_form);
    let style = match style {
        "form" | "simple" => ParamStyle::Comma,
        "spaceDelimited" => ParamStyle::Space,
        "pipeDelimited" => ParamStyle::Pipe,
        "deepObject" => ParamStyle::Deep,
        other => {
            let name = parameter["name"].as_str().unwrap_or_default();
            return Err(format!("Its parameter {name} has the style “{other}”."));
        }
    };
    Ok((style, explode))
}

fn annotations(method: &str) -> ToolAnnotations {
    let is_read = matches!(method, "get" | "head");
    ToolAnnotations {
        read_only: Some(is_read),
        destructive: (!is_read).then_some(method == "delete"),
        idempotent: Some(is_read || matches!(method, "put" | "delete")),
        open_world: None,
    }
}
