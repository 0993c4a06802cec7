//! What is refused of a server that somebody registers.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    name::{AGENT_SERVER, is_tool_name},
    server::{SecretHeader, ServerForm, ServerKind, ToolAlias},
};
use crate::{
    account::{is_deceptive, refuse},
    problem::{FieldProblem, Problem},
    secret::is_secret_name,
    text::name::is_name,
};

/// The most servers of a workspace.
pub const MOST_SERVERS: usize = 100;
/// The most characters of a server's name.
const MOST_NAME_CHARS: usize = 63;
/// The most bytes of a server's address.
const MOST_URL_BYTES: usize = 2_000;
/// The most headers with secrets.
const MOST_HEADERS: usize = 10;
/// The most other names for tools.
const MOST_ALIASES: usize = 200;
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
    /// How it is reached: `http` or `json_rpc`.
    pub kind: Option<ServerKind>,
    /// Its web address.
    pub url: Option<String>,
    /// All the secrets that are sent along.
    pub headers: Option<Vec<SecretHeader>>,
    /// All the other names for its tools.
    pub aliases: Option<BTreeMap<String, ToolAlias>>,
    /// Whether its tools may be called.
    pub enabled: Option<bool>,
}

impl ServerChange {
    /// The server with what is changed of it.
    pub fn apply(self, before: ServerForm) -> ServerForm {
        ServerForm {
            name: self.name.unwrap_or(before.name),
            kind: self.kind.unwrap_or(before.kind),
            url: self.url.unwrap_or(before.url),
            headers: self.headers.unwrap_or(before.headers),
            aliases: self.aliases.unwrap_or(before.aliases),
            enabled: self.enabled.unwrap_or(before.enabled),
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
        errors.extend(header_faults(&form.headers));
        errors.extend(alias_faults(&form.aliases));
        refuse("The server was not saved.", errors).map(|()| form)
    }

    fn trimmed(self) -> Self {
        let text = |text: String| text.trim().to_owned();
        let header = |header: SecretHeader| SecretHeader {
            name: text(header.name),
            secret: text(header.secret),
        };
        let alias = |(name, alias): (String, ToolAlias)| {
            let arguments = alias.arguments.into_iter();
            let arguments = arguments.map(|(here, there)| (text(here), text(there))).collect();
            (text(name), ToolAlias { tool: text(alias.tool), arguments })
        };
        Self {
            name: text(self.name),
            kind: self.kind,
            url: text(self.url),
            headers: self.headers.into_iter().map(header).collect(),
            aliases: self.aliases.into_iter().map(alias).collect(),
            enabled: self.enabled,
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
        ServerKind::Http | ServerKind::JsonRpc => None,
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

fn header_faults(headers: &[SecretHeader]) -> Vec<FieldProblem> {
    let mut errors = vec![];
    if headers.len() > MOST_HEADERS {
        errors.push(wrong("headers", format!("Add at most {MOST_HEADERS} headers.")));
    }
    let mut seen = BTreeSet::new();
    for (place, header) in headers.iter().enumerate() {
        let name = header.name.to_ascii_lowercase();
        let is_token = !name.is_empty() && name.bytes().all(is_token_byte);
        let is_own = OWN_HEADERS.contains(&name.as_str())
            || OWN_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        let words = if !is_token || name.len() > MOST_WORD_CHARS {
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
            headers: vec![],
            aliases: BTreeMap::new(),
            enabled: true,
        }
    }

    fn header(name: &str, secret: &str) -> SecretHeader {
        SecretHeader { name: name.to_owned(), secret: secret.to_owned() }
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
        };
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
                "aliases.get issue.arguments",
            ]
        );
    }

    #[test]
    fn a_change_leaves_what_it_does_not_name() {
        let before = form("linear", ServerKind::Http, "https://a.example");
        let change = ServerChange { enabled: Some(false), ..ServerChange::default() };

        let after = change.apply(before.clone());

        assert_eq!(after, ServerForm { enabled: false, ..before });
    }
}
