//! The servers of the operator's file: known to every workspace, and the only ones that may be
//! processes of this machine.

use std::collections::BTreeMap;

use model::mcp::{alias_set::AliasSet, server::ToolAlias};
use url::Url;

use super::port::Transport;

/// The servers that the operator has set up, by the names that workflows call them. A workspace's own
/// server of the same name comes first.
#[derive(Clone, Default)]
pub struct OperatorServers(BTreeMap<String, OperatorServer>);

#[derive(Clone)]
pub struct OperatorServer {
    /// How it is reached.
    pub transport: Transport,
    /// Whose tools go by the names that workflows use.
    pub alias_set: AliasSet,
    /// Other names for its tools.
    pub aliases: BTreeMap<String, ToolAlias>,
}

impl OperatorServers {
    /// Servers by their names.
    pub const fn new(servers: BTreeMap<String, OperatorServer>) -> Self {
        Self(servers)
    }

    pub fn get(&self, name: &str) -> Option<&OperatorServer> {
        self.0.get(name)
    }

    /// What the servers are called, in the order of the alphabet.
    pub fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    /// All servers with their names, in the order of the alphabet.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &OperatorServer)> {
        self.0.iter().map(|(name, server)| (name.as_str(), server))
    }

    /// The web addresses of those that have one: the operator vouches for their hosts.
    pub fn urls(&self) -> impl Iterator<Item = &Url> {
        self.0.values().filter_map(|server| server.transport.url())
    }
}

impl OperatorServer {
    /// How it is reached, for people: the program without its arguments, or the host. Neither arguments
    /// nor addresses are shown, since there may be keys in them.
    pub fn describe(&self) -> String {
        match &self.transport {
            Transport::Stdio(command) => {
                format!("starts {}", command.argv.first().map_or("nothing", String::as_str))
            }
            Transport::Http(address) | Transport::JsonRpc(address) => {
                format!("at {}", address.url.host_str().unwrap_or_default())
            }
            Transport::OpenApi(api) => {
                format!("at {}", api.http.url.host_str().unwrap_or_default())
            }
            Transport::Sample(sample) => format!("the sample of {}", sample.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::mcp::port::StdioCommand;

    #[test]
    fn a_server_is_described_without_what_is_secret_of_it() {
        let command = StdioCommand {
            argv: ["/usr/bin/notes", "--token", "canary-1"].map(str::to_owned).into(),
            env: vec![("NOTES_KEY".to_owned(), "canary-2".to_owned())],
            memory_bytes: None,
            cpu_seconds: None,
        };
        let transport = Transport::Stdio(Arc::new(command));
        let server =
            OperatorServer { transport, alias_set: AliasSet::Auto, aliases: BTreeMap::new() };

        assert_eq!(server.describe(), "starts /usr/bin/notes");
        assert!(
            !server.transport.redactor().clean("the key canary-2 is refused").contains("canary")
        );
    }
}
