//! The names that workflows use for the tools of well-known servers, shipped as data. Each file holds
//! the list of the server's tools that its aliases were proven on, too.

use std::{collections::BTreeMap, fmt, str::FromStr, sync::LazyLock};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::server::ToolAlias;
use crate::text::{string_enum::string_enum, unknown_variant::UnknownVariant};

string_enum! {
    /// Whose tools go by the names that Atelier's workflows use.
    #[derive(Default)]
    AliasSet ("alias set") {
        /// That of the address: of GitHub's hosted server and of GitLab's.
        #[default]
        Auto = "auto",
        /// GitHub's MCP server.
        Github = "github",
        /// GitLab's MCP server.
        Gitlab = "gitlab",
        /// No shipped names.
        None = "none",
    }
}

/// A file of aliases, without the list that tests read.
#[derive(Default, Deserialize)]
struct AliasFile {
    aliases: BTreeMap<String, ToolAlias>,
}

static GITHUB: LazyLock<AliasFile> =
    LazyLock::new(|| serde_json::from_str(include_str!("aliases/github.json")).unwrap_or_default());
static GITLAB: LazyLock<AliasFile> =
    LazyLock::new(|| serde_json::from_str(include_str!("aliases/gitlab.json")).unwrap_or_default());

impl AliasSet {
    /// What people read for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Auto => "By its address",
            Self::Github => "GitHub",
            Self::Gitlab => "GitLab",
            Self::None => "None",
        }
    }

    /// The set's aliases with a server's own, which come first. `host` is the host of its address.
    pub fn with_own(
        self,
        own: BTreeMap<String, ToolAlias>,
        host: Option<&str>,
    ) -> BTreeMap<String, ToolAlias> {
        let shipped = match self.at_host(host.unwrap_or_default()) {
            Self::Github => &GITHUB.aliases,
            Self::Gitlab => &GITLAB.aliases,
            Self::Auto | Self::None => return own,
        };
        let mut all = shipped.clone();
        all.extend(own);
        all
    }

    fn at_host(self, host: &str) -> Self {
        match self {
            Self::Auto if host.ends_with("githubcopilot.com") => Self::Github,
            Self::Auto if host.starts_with("gitlab.") => Self::Gitlab,
            chosen => chosen,
        }
    }
}
