//! What is refused of a server that somebody registers.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    alias_set::AliasSet,
    api::MOST_OPERATIONS,
    auth::{AuthMethod, ServerAuth},
    name::{AGENT_SERVER, is_tool_name},
    server::{SecretHeader, SecretPlace, ServerForm, ServerKind, ToolAlias},
};
use crate::{
    account::{is_deceptive, refuse},
    expr::Shape,
    problem::{FieldProblem, Problem},
    secret::is_secret_name,
    text::name::is_name,
};

/// The most servers of a workspace.
pub const MOST_SERVERS: usize = 100;
/// The most characters of a server's name.
const MOST_NAME_CHARS: usize = 63;
/// The most bytes of a server's address.
pub const MOST_URL_BYTES: usize = 2_000;
/// The most headers with secrets.
const MOST_HEADERS: usize = 10;
/// The most other names for tools.
const MOST_ALIASES: usize = 200;
/// The most tools, or patterns of tools, that a server is limited to.
const MOST_ALLOWED: usize = 128;
/// The most bytes of the fixed arguments of an alias, and of what is read of its result.
const MOST_SHAPE_BYTES: usize = 8_000;
/// The most characters of the name of a tool or an argument.
const MOST_WORD_CHARS: usize = 128;

/// Headers that belong to the protocol, or to the way there.
const OWN_HEADERS: [&str; 12] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "last-event-id",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
const OWN_PREFIXES: [&str; 2] = ["mcp-", "proxy-"];

/// A change of a registered server: what is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServerChange {
    /// What workflows call it from now on.
    pub name: Option<String>,
    /// How it is reached: `http`, `json_rpc` or `open_api`.
    pub kind: Option<ServerKind>,
    /// Its web address.
    pub url: Option<String>,
    /// The address or text of an OpenAPI document, or a curl command, in place of the one before.
    pub document: Option<String>,
    /// All the operations that become tools; a document that was pasted is to be sent again.
    pub operations: Option<Vec<String>>,
    /// All the secrets that are sent along.
    pub headers: Option<Vec<SecretHeader>>,
    /// How it lets Atelier in.
    pub auth: Option<ServerAuth>,
    /// All the other names for its tools.
    pub aliases: Option<BTreeMap<String, ToolAlias>>,
    /// Whether its tools may be called.
    pub enabled: Option<bool>,
    /// Whose tools go by the names that Atelier's workflows use.
    pub alias_set: Option<AliasSet>,
    /// The only tools that are used: names, or patterns with `*`. Empty for all.
    pub allowed: Option<Vec<String>>,
    /// How many calls of its tools may leave within a minute; 0 for no limit.
    pub calls_per_minute: Option<u32>,
}

impl ServerChange {
    /// The server with what is changed of it.
    pub fn apply(self, before: ServerForm) -> ServerForm {
        let is_api = self.kind.unwrap_or(before.kind) == ServerKind::OpenApi;
        let given = self.document.filter(|document| !document.trim().is_empty());
        let kept = if is_api { before.operations } else { vec![] };
        ServerForm {
            name: self.name.unwrap_or(before.name),
            kind: self.kind.unwrap_or(before.kind),
            url: self.url.unwrap_or(before.url),
            document: given.or(before.document.filter(|_| is_api)),
            operations: self.operations.unwrap_or(kept),
            headers: self.headers.unwrap_or(before.headers),
            auth: self.auth.unwrap_or(before.auth),
            aliases: self.aliases.unwrap_or(before.aliases),
            enabled: self.enabled.unwrap_or(before.enabled),
            alias_set: self.alias_set.unwrap_or(before.alias_set),
            allowed: self.allowed.unwrap_or(before.allowed),
            calls_per_minute: self.calls_per_minute.unwrap_or(before.calls_per_minute),
        }
    }
}

impl ServerForm {
    /// The form with blanks trimmed. Whether the address may be called, and the secrets sent there,
    /// is for whoever calls it.
    ///
    /// # Errors
    /// Each field that is wrong.
    pub fn checked(self) -> Result<Self, Problem> {
        let form = self.trimmed();
        let mut errors = vec![];
        errors.extend(name_fault(&form.name).map(|words| wrong("name", words)));
        errors.extend(kind_fault(form.kind).map(|words| wrong("kind", words.to_owned())));
        errors.extend(url_fault(&form.url).map(|words| wrong("url", words)));
        if form.kind == ServerKind::OpenApi {
            errors.extend(operation_faults(&form.operations));
        } else if form.document.is_some() || !form.operations.is_empty() {
            let words = "Only a server of the type open_api has a document and operations.";
            errors.push(wrong("document", words.to_owned()));
        }
        errors.extend(header_faults(&form));
        errors.extend(auth_faults(&form));
        errors.extend(alias_faults(&form.aliases));
        errors.extend(allowed_fault(&form.allowed).map(|words| wrong("allowed", words)));
        refuse("The server was not saved.", errors).map(|()| form)
    }

    /// The form with blanks trimmed.
    #[must_use]
    pub fn trimmed(self) -> Self {
        let text = |text: String| text.trim().to_owned();
        let header = |header: SecretHeader| SecretHeader {
            name: text(header.name),
            secret: text(header.secret),
            place: header.place,
        };
        let alias = |(name, alias): (String, ToolAlias)| {
            let arguments = alias.arguments.into_iter();
            let arguments = arguments.map(|(here, there)| (text(here), text(there))).collect();
            (text(name), ToolAlias { tool: text(alias.tool), arguments, ..alias })
        };
        let allowed = self.allowed.into_iter().map(text).filter(|name| !name.is_empty());
        Self {
            name: text(self.name),
            kind: self.kind,
            url: text(self.url),
            document: self.document.map(text).filter(|document| !document.is_empty()),
            operations: self.operations.into_iter().map(text).collect(),
            headers: self.headers.into_iter().map(header).collect(),
            auth: ServerAuth {
                method: self.auth.method,
                client_id: text(self.auth.client_id),
                client_secret: text(self.auth.client_secret),
                scopes: text(self.auth.scopes),
            },
            aliases: self.aliases.into_iter().map(alias).collect(),
            enabled: self.enabled,
            alias_set: self.alias_set,
            allowed: allowed.collect(),
            calls_per_minute: self.calls_per_minute,
        }
    }
}

fn wrong(path: &str, message: String) -> FieldProblem {
    FieldProblem::field("bad_server", path, message)
}

fn name_fault(name: &str) -> Option<String> {
    if name == AGENT_SERVER {
        let words = "is reserved for the built-in agent tools. Choose another name.";
        return Some(format!("“{name}” {words}"));
    }
    let is_fit = is_name(name) && name.len() <= MOST_NAME_CHARS;
    (!is_fit).then(|| {
        format!(
            "Start with a letter a–z. Use only a–z, 0–9 and _, at most {MOST_NAME_CHARS} \
             characters."
        )
    })
}

fn kind_fault(kind: ServerKind) -> Option<&'static str> {
    match kind {
        ServerKind::Http | ServerKind::JsonRpc | ServerKind::OpenApi => None,
        ServerKind::Stdio => Some(
            "Programs can be set up only by the operator of Atelier, in the file set by \
             ATELIER_MCP_CONFIG.",
        ),
        ServerKind::Sample => Some("The sample server is built in. Use http or json_rpc."),
        ServerKind::Agent => Some("The agent tools are built in. Use http or json_rpc."),
    }
}

fn url_fault(url: &str) -> Option<String> {
    if url.is_empty() {
        return Some("Enter a URL, such as https://mcp.example.com/mcp.".to_owned());
    }
    if url.len() > MOST_URL_BYTES {
        return Some(format!("Use at most {MOST_URL_BYTES} bytes."));
    }
    let is_plain = !url.chars().any(|c| is_deceptive(c) || c.is_whitespace());
    (!is_plain).then(|| "Use only visible characters, without spaces.".to_owned())
}

fn operation_faults(operations: &[String]) -> Option<FieldProblem> {
    let words = format!("Choose at most {MOST_OPERATIONS} operations.");
    (operations.len() > MOST_OPERATIONS).then(|| wrong("operations", words))
}

fn header_faults(form: &ServerForm) -> Vec<FieldProblem> {
    let (headers, mut errors) = (&form.headers, vec![]);
    if headers.len() > MOST_HEADERS {
        errors.push(wrong("headers", format!("Add at most {MOST_HEADERS} headers.")));
    }
    let mut seen = BTreeSet::new();
    for (place, header) in headers.iter().enumerate() {
        let name = header.name.to_ascii_lowercase();
        let is_token = !name.is_empty() && name.bytes().all(is_token_byte);
        let is_query = header.place == SecretPlace::Query;
        let is_own = !is_query
            && (OWN_HEADERS.contains(&name.as_str())
                || OWN_PREFIXES.iter().any(|prefix| name.starts_with(prefix)));
        let words = if is_query && form.kind != ServerKind::OpenApi {
            Some("Only HTTP APIs take a secret as a query parameter.")
        } else if !is_token || name.len() > MOST_WORD_CHARS {
            Some("Enter a header name, such as Authorization.")
        } else if is_own {
            Some("This header is reserved for the protocol. Choose another one.")
        } else if !seen.insert(name) {
            Some("This header is already in the list.")
        } else {
            None
        };
        errors
            .extend(words.map(|words| wrong(&format!("headers[{place}].name"), words.to_owned())));
        if !is_secret_name(&header.secret) {
            let words = "Choose a secret of the workspace.".to_owned();
            errors.push(wrong(&format!("headers[{place}].secret"), words));
        }
    }
    errors
}

fn auth_faults(form: &ServerForm) -> Vec<FieldProblem> {
    let ServerAuth { method, client_id, client_secret, scopes } = &form.auth;
    if *method == AuthMethod::Headers {
        return vec![];
    }
    let is_sent = |header: &SecretHeader| header.name.eq_ignore_ascii_case("authorization");
    let is_plain = |text: &str| {
        text.len() <= MOST_URL_BYTES && !text.chars().any(|c| is_deceptive(c) || c == '\n')
    };
    let needs_client = *method == AuthMethod::ClientCredentials;
    let faults = [
        (
            "auth.method",
            form.headers.iter().any(is_sent),
            "OAuth sends the Authorization header. Remove it from the headers.",
        ),
        (
            "auth.client_id",
            client_id.is_empty() && (needs_client || !client_secret.is_empty()),
            "Enter the client ID that the server's operator gave you.",
        ),
        ("auth.client_id", !is_plain(client_id), "Use only visible characters."),
        (
            "auth.client_secret",
            client_secret.is_empty() && needs_client
                || !client_secret.is_empty() && !is_secret_name(client_secret),
            "Choose a secret of the workspace.",
        ),
        ("auth.scopes", !is_plain(scopes), "Use only visible characters, with spaces between."),
    ];
    let wrong = |(path, is_wrong, words): (&str, bool, &str)| {
        is_wrong.then(|| wrong(path, words.to_owned()))
    };
    faults.into_iter().filter_map(wrong).collect()
}

/// Whether a byte may stand in the name of a header (RFC 9110, 5.6.2).
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn alias_faults(aliases: &BTreeMap<String, ToolAlias>) -> Vec<FieldProblem> {
    let mut errors = vec![];
    if aliases.len() > MOST_ALIASES {
        errors.push(wrong("aliases", format!("Add at most {MOST_ALIASES} aliases.")));
    }
    for (name, alias) in aliases {
        let path = format!("aliases.{name}");
        if !is_tool_name(name) || name.len() > MOST_WORD_CHARS {
            let words =
                "Start the name with a letter or a digit. Use only letters, digits, _, -, . and /.";
            errors.push(wrong(&path, words.to_owned()));
        }
        if !is_word(&alias.tool) {
            let words = "Enter the name of the tool on the server, in visible characters.";
            errors.push(wrong(&format!("{path}.tool"), words.to_owned()));
        }
        errors
            .extend(constants_fault(alias).map(|words| wrong(&format!("{path}.constants"), words)));
        errors.extend(result_fault(alias).map(|words| wrong(&format!("{path}.result"), words)));
        let mut targets = BTreeSet::new();
        for (here, there) in &alias.arguments {
            if !is_word(here) || !is_word(there) {
                let words = "Enter the name of the argument on the server, in visible characters.";
                errors.push(wrong(&format!("{path}.arguments"), words.to_owned()));
            } else if !targets.insert(there) {
                let words = format!(
                    "Two arguments have the name “{there}” on the server. Use each name once."
                );
                errors.push(wrong(&format!("{path}.arguments"), words));
            }
        }
    }
    errors
}

fn constants_fault(alias: &ToolAlias) -> Option<String> {
    let written = Value::Object(alias.constants.clone());
    if written.to_string().len() > MOST_SHAPE_BYTES {
        return Some(format!("Use at most {MOST_SHAPE_BYTES} bytes."));
    }
    Shape::parse(&written).err().map(|error| error.to_string())
}

fn result_fault(alias: &ToolAlias) -> Option<String> {
    let written = alias.result.as_ref()?;
    if written.to_string().len() > MOST_SHAPE_BYTES {
        return Some(format!("Use at most {MOST_SHAPE_BYTES} bytes."));
    }
    match Shape::parse(written) {
        Ok(Shape::Fixed(_)) => {
            Some("Say what is read of the result, as ${result.jobs}.".to_owned())
        }
        Ok(_) => None,
        Err(error) => Some(error.to_string()),
    }
}

fn allowed_fault(allowed: &[String]) -> Option<String> {
    if allowed.len() > MOST_ALLOWED {
        return Some(format!("Name at most {MOST_ALLOWED} tools."));
    }
    let odd = allowed.iter().find(|name| !is_word(name))?;
    Some(format!("“{odd}” isn't the name of a tool, or a pattern such as get_*."))
}

fn is_word(text: &str) -> bool {
    (1..=MOST_WORD_CHARS).contains(&text.chars().count()) && !text.chars().any(is_deceptive)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn form(name: &str, kind: ServerKind, url: &str) -> ServerForm {
        ServerForm {
            name: name.to_owned(),
            kind,
            url: url.to_owned(),
            document: None,
            operations: vec![],
            headers: vec![],
            auth: ServerAuth::default(),
            aliases: BTreeMap::new(),
            enabled: true,
            alias_set: AliasSet::Auto,
            allowed: vec![],
            calls_per_minute: 0,
        }
    }

    fn header(name: &str, secret: &str) -> SecretHeader {
        SecretHeader {
            name: name.to_owned(),
            secret: secret.to_owned(),
            place: SecretPlace::Header,
        }
    }

    fn paths(form: ServerForm) -> Vec<String> {
        let problem = form.checked().unwrap_err();
        problem.errors.into_iter().filter_map(|error| error.path).collect()
    }

    #[test]
    fn a_sound_form_is_kept_trimmed() {
        let mut sent = form(" linear ", ServerKind::Http, " https://mcp.linear.app/mcp ");
        sent.headers = vec![header(" Authorization ", " linear_key ")];

        let kept = sent.checked().unwrap();

        assert_eq!(
            (kept.name.as_str(), kept.url.as_str()),
            ("linear", "https://mcp.linear.app/mcp")
        );
        assert_eq!(kept.headers, [header("Authorization", "linear_key")]);
    }

    #[test]
    fn rel_s12_nobody_registers_a_process_over_the_network() {
        let problem = form("files", ServerKind::Stdio, "https://x.example").checked().unwrap_err();

        assert_eq!(problem.errors[0].path.as_deref(), Some("kind"));
        assert!(problem.errors[0].message.contains("ATELIER_MCP_CONFIG"), "{problem:?}");
    }

    #[test]
    fn every_field_that_is_wrong_is_named() {
        let url = "https://x.example";
        assert_eq!(paths(form("agent", ServerKind::Http, url)), ["name"]);
        assert_eq!(paths(form("Git-Hub", ServerKind::Sample, "")), ["name", "kind", "url"]);
        assert_eq!(paths(form("x", ServerKind::Http, "https://x\u{202E}.example")), ["url"]);

        let mut bent = form("x", ServerKind::Http, url);
        bent.headers = vec![
            header("Host", "key"),
            header("x y", "key"),
            header("X-Key", "key"),
            header("x-key", "Not a name"),
        ];
        let renamed = ToolAlias {
            tool: "\u{7}".to_owned(),
            arguments: [("a", "n"), ("b", "n")].map(|(a, b)| (a.to_owned(), b.to_owned())).into(),
            constants: [("method".to_owned(), "${".into())].into_iter().collect(),
            result: Some("jobs".into()),
        };
        bent.allowed = vec!["\u{7}".to_owned()];
        bent.aliases = [("get issue".to_owned(), renamed)].into();
        assert_eq!(
            paths(bent),
            [
                "headers[0].name",
                "headers[1].name",
                "headers[3].name",
                "headers[3].secret",
                "aliases.get issue",
                "aliases.get issue.tool",
                "aliases.get issue.constants",
                "aliases.get issue.result",
                "aliases.get issue.arguments",
                "allowed",
            ]
        );
    }

    #[test]
    fn oauth_sends_its_own_header_and_needs_the_client_that_it_signs_in_as() {
        let with = |method, client_id: &str, client_secret: &str| ServerForm {
            headers: vec![header("authorization", "key")],
            auth: ServerAuth {
                method,
                client_id: client_id.to_owned(),
                client_secret: client_secret.to_owned(),
                ..ServerAuth::default()
            },
            ..form("x", ServerKind::Http, "https://x.example")
        };

        let itself = with(AuthMethod::ClientCredentials, "", "");
        assert_eq!(paths(itself), ["auth.method", "auth.client_id", "auth.client_secret"]);
        assert_eq!(paths(with(AuthMethod::SignIn, "", "key")), ["auth.method", "auth.client_id"]);
        assert!(with(AuthMethod::Headers, "", "key").checked().is_ok());
    }

    #[test]
    fn a_change_leaves_what_it_does_not_name() {
        let before = form("linear", ServerKind::Http, "https://a.example");
        let change = ServerChange { enabled: Some(false), ..ServerChange::default() };

        let after = change.apply(before.clone());

        assert_eq!(after, ServerForm { enabled: false, ..before });
    }
}
