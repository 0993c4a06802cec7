//! The operator's file of tool servers, `atelier.mcp.toml`: the only place that can name a program.
//!
//! ```toml
//! [servers.files]
//! command = ["/usr/bin/npx", "-y", "@modelcontextprotocol/server-filesystem", "/srv/shared"]
//! env = { NO_COLOR = "1" }
//! memory_mb = 512
//! cpu_seconds = 600
//!
//! [servers.wiki]
//! url = "https://wiki.example.org/mcp"
//! headers = { Authorization = "Bearer …" }
//! aliases = { find = { tool = "search_pages", arguments = { text = "query" } } }
//! ```

use std::{collections::BTreeMap, io::ErrorKind, path::Path, sync::Arc};

use anyhow::{Context, Result, anyhow};
use axum::http::{HeaderName, HeaderValue};
use model::{
    mcp::{
        alias_set::AliasSet,
        name::{AGENT_SERVER, is_tool_name},
        server::ToolAlias,
    },
    text::name::is_name,
};
use outside::mcp::{
    operator::{OperatorServer, OperatorServers},
    port::{HttpAddress, StdioCommand, Transport},
};
use serde::Deserialize;
use toml::Spanned;
use url::Url;
use vault::secret::Secret;

use super::web_address;

const DEFAULT_PATH: &str = "atelier.mcp.toml";
const MIB: u64 = 1024 * 1024;

/// What is wrong, and at which byte of the file.
struct LocatedError {
    at: usize,
    words: String,
}

type Checked<T> = Result<T, LocatedError>;

impl LocatedError {
    fn at<T>(place: &Spanned<T>, words: &str) -> Self {
        Self { at: place.span().start, words: words.to_owned() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    servers: BTreeMap<Spanned<String>, Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    command: Option<Spanned<Vec<String>>>,
    #[serde(default)]
    env: BTreeMap<Spanned<String>, String>,
    memory_mb: Option<Spanned<u64>>,
    cpu_seconds: Option<Spanned<u64>>,
    url: Option<Spanned<String>>,
    #[serde(default)]
    headers: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    alias_set: AliasSet,
    #[serde(default)]
    aliases: BTreeMap<Spanned<String>, ToolAlias>,
}

/// Reads the servers of a file; where none is set, those of the default one, which need not be there.
/// An error never repeats a value: it may be a key.
pub fn load_operator_file(path: Option<&Path>) -> Result<OperatorServers> {
    let file = path.unwrap_or(Path::new(DEFAULT_PATH));
    let name = file.display().to_string();
    let text = match std::fs::read_to_string(file) {
        Err(error) if path.is_none() && error.kind() == ErrorKind::NotFound => {
            return Ok(OperatorServers::default());
        }
        read => read.with_context(|| format!("can't read the tool server file {name}"))?,
    };
    parse(&text).map_err(|LocatedError { at, words }| {
        let before = text.bytes().take(at);
        let line = before.filter(|byte| *byte == b'\n').count() + 1;
        anyhow!("{name}, line {line}: {words}")
    })
}

fn parse(text: &str) -> Checked<OperatorServers> {
    let file: File = toml::from_str(text).map_err(|error| LocatedError {
        at: error.span().map_or(0, |span| span.start),
        words: without_value(error.message()),
    })?;
    let servers = file.servers.into_iter().map(|(name, entry)| {
        check_name(&name)?;
        let server = server(&name, entry)?;
        Ok((name.into_inner(), server))
    });
    servers.collect::<Checked<_>>().map(OperatorServers::new)
}

/// The parser's words without what it has found, which may be a key.
fn without_value(message: &str) -> String {
    let tells_value =
        ["invalid type: ", "invalid value: "].iter().any(|start| message.starts_with(start));
    match message.rsplit_once(", expected ") {
        Some((_, expected)) if tells_value => {
            let expected = expected
                .replace("a sequence", "a list")
                .replace("a map", "a table")
                .replace("u64", "a whole number");
            format!("this must be {expected}")
        }
        _ => message.to_owned(),
    }
}

fn check_name(name: &Spanned<String>) -> Checked<()> {
    let text = name.get_ref();
    let words = "agent is reserved for Atelier. Choose another name";
    ensure(text != AGENT_SERVER, name, words)?;
    let words = "a name starts with a lowercase letter and contains only lowercase letters, \
                 digits and _";
    ensure(is_name(text), name, words)
}

fn server(name: &Spanned<String>, entry: Entry) -> Checked<OperatorServer> {
    let Entry { command, env, memory_mb, cpu_seconds, url, headers, alias_set, aliases } = entry;
    let transport = match (command, url) {
        (Some(command), None) => {
            refuse(headers.keys().next(), "only servers with a url have headers")?;
            let memory_bytes = memory_mb.as_ref().map(bytes).transpose()?;
            let cpu_seconds = cpu_seconds.as_ref().map(at_least_one).transpose()?;
            let (argv, env) = (arguments(command)?, environment(env)?);
            Transport::Stdio(Arc::new(StdioCommand { argv, env, memory_bytes, cpu_seconds }))
        }
        (None, Some(url)) => {
            refuse(env.keys().next(), "env is only for servers with a command")?;
            let limit = memory_mb.as_ref().or(cpu_seconds.as_ref());
            refuse(limit, "a limit is only for servers with a command")?;
            Transport::Http(HttpAddress { url: address(&url)?, headers: credentials(headers)? })
        }
        (Some(_), Some(url)) => {
            let words = "a server needs either a command or a url, not both";
            return Err(LocatedError::at(&url, words));
        }
        (None, None) => {
            let words = "a server needs a url, or a command: a list of the program and its \
                         arguments";
            return Err(LocatedError::at(name, words));
        }
    };
    Ok(OperatorServer { transport, alias_set, aliases: other_names(aliases)? })
}

fn ensure<T>(holds: bool, place: &Spanned<T>, words: &str) -> Checked<()> {
    if holds { Ok(()) } else { Err(LocatedError::at(place, words)) }
}

fn refuse<T>(found: Option<&Spanned<T>>, words: &str) -> Checked<()> {
    found.map_or(Ok(()), |place| Err(LocatedError::at(place, words)))
}

fn arguments(command: Spanned<Vec<String>>) -> Checked<Vec<String>> {
    let argv = command.get_ref();
    let has_program = argv.first().is_some_and(|program| !program.trim().is_empty());
    ensure(has_program, &command, "command starts with the program")?;
    let has_nul = argv.iter().any(|argument| argument.contains('\0'));
    ensure(!has_nul, &command, "arguments can't contain a NUL character")?;
    Ok(command.into_inner())
}

fn environment(env: BTreeMap<Spanned<String>, String>) -> Checked<Vec<(String, String)>> {
    let checked = env.into_iter().map(|(name, value)| {
        let has_sign = name.get_ref().chars().any(|c| c == '=' || c == '\0' || c.is_whitespace());
        let is_fine = !name.get_ref().is_empty() && !has_sign && !value.contains('\0');
        ensure(is_fine, &name, "this isn't allowed in an environment variable")?;
        Ok((name.into_inner(), value))
    });
    checked.collect()
}

fn at_least_one(number: &Spanned<u64>) -> Checked<u64> {
    let words = "a limit is at least 1. Leave it out for no limit";
    ensure(*number.get_ref() > 0, number, words).map(|()| *number.get_ref())
}

fn bytes(megabytes: &Spanned<u64>) -> Checked<u64> {
    let bytes = at_least_one(megabytes)?.checked_mul(MIB);
    bytes.ok_or_else(|| LocatedError::at(megabytes, "no machine has that much memory"))
}

fn address(text: &Spanned<String>) -> Checked<Url> {
    let url = web_address(text.get_ref()).filter(|url| url.fragment().is_none());
    let words = "url must be a full address without user or password, like https://wiki.lan/mcp";
    url.ok_or_else(|| LocatedError::at(text, words))
}

fn credentials(
    headers: BTreeMap<Spanned<String>, Spanned<String>>,
) -> Checked<Vec<(String, Secret)>> {
    let checked = headers.into_iter().map(|(name, value)| {
        let is_name = HeaderName::try_from(name.get_ref().as_str()).is_ok();
        ensure(is_name, &name, "this isn't a valid header name")?;
        let is_value = HeaderValue::from_str(value.get_ref()).is_ok();
        ensure(is_value, &value, "this isn't a valid header value")?;
        Ok((name.into_inner(), Secret::new(value.into_inner())))
    });
    checked.collect()
}

fn other_names(
    aliases: BTreeMap<Spanned<String>, ToolAlias>,
) -> Checked<BTreeMap<String, ToolAlias>> {
    let checked = aliases.into_iter().map(|(name, alias)| {
        let words = "an alias starts with a letter and contains only letters, digits and _";
        ensure(is_tool_name(name.get_ref()), &name, words)?;
        Ok((name.into_inner(), alias))
    });
    checked.collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    fn load(text: &str) -> Result<OperatorServers> {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("tools.toml");
        fs::write(&file, text).unwrap();
        load_operator_file(Some(&file))
    }

    #[test]
    fn processes_and_addresses_are_read_as_they_are_written() {
        let servers = load(
            r#"
            [servers.files]
            command = ["/usr/bin/npx", "-y", "server; rm -rf /", "$HOME"]
            env = { NODE_ENV = "production" }
            memory_mb = 512
            cpu_seconds = 600

            [servers.wiki]
            url = "https://wiki.example.org/mcp"
            headers = { Authorization = "Bearer sk-canary" }

            [servers.wiki.aliases.find]
            tool = "search_pages"
            arguments = { text = "query" }
            "#,
        )
        .unwrap();

        assert_eq!(servers.names(), ["files", "wiki"]);
        let Transport::Stdio(command) = &servers.get("files").unwrap().transport else {
            panic!("not a process");
        };
        assert_eq!(command.argv, ["/usr/bin/npx", "-y", "server; rm -rf /", "$HOME"]);
        assert_eq!(command.env, [("NODE_ENV".to_owned(), "production".to_owned())]);
        assert_eq!((command.memory_bytes, command.cpu_seconds), (Some(512 * MIB), Some(600)));
        let wiki = servers.get("wiki").unwrap();
        assert!(matches!(&wiki.transport, Transport::Http(address) if address.headers.len() == 1));
        assert_eq!(wiki.aliases["find"].arguments["text"], "query");
        assert_eq!(servers.urls().count(), 1);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_without_what_stands_there() {
        let cases = [
            ("[servers.a]\ncomand = [\"sk-canary\"]", 2, "unknown field `comand`"),
            ("[servers.a]\ncommand = \"sk-canary, expected x\"", 2, "this must be a list"),
            ("[servers.a]\ncommand = []", 2, "starts with the program"),
            ("[servers.a]\ncommand = [\"x\"]\nurl = \"https://sk-canary.example\"", 3, "not both"),
            ("\n\n[servers.a]\n", 3, "needs a url, or a command"),
            (
                "[servers.a]\ncommand = [\"x\"]\n\n[servers.Agent]\nurl = \"https://a.example\"",
                4,
                "lowercase letter",
            ),
            ("[servers.agent]\nurl = \"https://a.example\"", 1, "reserved for Atelier"),
            ("[servers.a]\nurl = \"https://me:sk-canary@a.example\"", 2, "without user"),
            ("[servers.a]\nurl = \"file:///sk-canary\"", 2, "a full address"),
            (
                "[servers.a]\nurl = \"https://a.example\"\nheaders = { \"a b\" = \"sk-canary\" }",
                3,
                "valid header name",
            ),
            (
                "[servers.a]\nurl = \"https://a.example\"\nenv = { A = \"sk-canary\" }",
                3,
                "servers with a command",
            ),
            (
                "[servers.a]\nurl = \"https://a.example\"\nmemory_mb = 1",
                3,
                "servers with a command",
            ),
            (
                "[servers.a]\ncommand = [\"x\"]\nheaders = { A = \"sk-canary\" }",
                3,
                "servers with a url",
            ),
            ("[servers.a]\ncommand = [\"x\"]\nmemory_mb = 0", 3, "at least 1"),
            ("[servers.a]\ncommand = [\"x\"]\ncpu_seconds = \"sk-canary\"", 3, "this must be"),
            ("[servers.a]\ncommand = [\"x\"]\nenv = { \"A=B\" = \"sk-canary\" }", 3, "environment"),
            (
                "[servers.a]\ncommand = [\"x\"]\naliases = { \"a b\" = { tool = \"c\" } }",
                3,
                "starts with a letter",
            ),
            (
                "[servers.a]\ncommand = [\"x\"]\naliases = { b = { tool = \"c\", run = \"sk-canary\" } }",
                3,
                "unknown field `run`",
            ),
            ("server = {}", 1, "unknown field `server`"),
        ];
        for (text, line, words) in cases {
            let told = load(text).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(told.contains(&format!("tools.toml, line {line}: ")), "{text}\n{told}");
            assert!(told.contains(words) && !told.contains("canary"), "{text}\n{told}");
        }
    }

    #[test]
    fn a_file_that_is_named_has_to_be_there_and_the_default_one_has_not() {
        assert!(load_operator_file(None).unwrap().names().is_empty());
        let missing = load_operator_file(Some(Path::new("/nowhere/tools.toml")));
        assert!(missing.is_err_and(|error| error.to_string().contains("/nowhere/tools.toml")));
    }
}
