//! How a server of tools lets Atelier in: by headers, or by OAuth.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    text::{string_enum::string_enum, unknown_variant::UnknownVariant},
    time::Timestamp,
};

string_enum! {
    /// How a server of tools lets Atelier in.
    #[derive(Default)]
    AuthMethod ("authentication of an MCP server") {
        /// By the headers that are sent along, or without any.
        #[default]
        Headers = "headers",
        /// An admin signs in to it once (OAuth, authorization code).
        SignIn = "sign_in",
        /// Atelier signs in as itself (OAuth, client credentials).
        ClientCredentials = "client_credentials",
    }
}

impl AuthMethod {
    /// What people read for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Headers => "Headers, or none",
            Self::SignIn => "OAuth: sign in",
            Self::ClientCredentials => "OAuth: client credentials",
        }
    }
}

/// How a server of tools lets Atelier in, and as which client.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ServerAuth {
    /// `headers`, `sign_in` or `client_credentials`.
    pub method: AuthMethod,
    /// The OAuth client ID; empty where Atelier introduces itself to the server.
    pub client_id: String,
    /// The workspace's secret that holds the client's secret; empty where it has none.
    pub client_secret: String,
    /// Scopes with spaces between them; empty for those that the server asks for.
    pub scopes: String,
}

string_enum! {
    /// Whether a server still lets Atelier in.
    AuthorizationStatus ("status of an authorization") {
        /// It does.
        Connected = "connected",
        /// An admin has to sign in to it again.
        Reauthorize = "reauthorize",
    }
}

/// An authorization as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuthorizationView {
    /// `connected`, or `reauthorize` where an admin has to connect it again.
    pub status: AuthorizationStatus,
    /// Who has connected it; none if Atelier did, or the account is deleted.
    #[serde(default)]
    pub connected_by: Option<String>,
    /// When.
    pub connected_at: Timestamp,
}

/// What a run waits for whose server lets nobody in before an admin has signed in to it.
pub fn connect_words(server: &str) -> String {
    format!(
        "Connect the tool server {server} under Settings › Tools; runs that wait for it then \
         continue."
    )
}
