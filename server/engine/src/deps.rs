//! The dependencies of the engine besides the database, as the operator configured them.

use std::sync::Arc;

use async_trait::async_trait;
use blobs::Blobs;
use files::sandbox::FileDecoder;
use model::{id::WorkspaceId, problem::Problem, provider::field_refused};
use outside::{
    mail::Mailer,
    mcp::{operator::OperatorServers, port::McpPort},
    oidc::Oidc,
    outbound::OutboundClient,
    providers::{
        CapabilityCache, KeepCapabilities, KeepError, OwnProvider, ProviderAccess, Providers,
    },
};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use store::{
    error::{Doing, EngineError, Result},
    providers::{self, AccessRow, WorkspaceProviders},
};
use url::Url;
use vault::{Vault, secret::Secret};

use crate::limits::Limits;

/// The dependencies that services and executors share; cheap to clone.
#[derive(Clone)]
pub struct EngineDeps {
    /// The providers that answer prompts where a workspace has no access of its own.
    pub providers: Providers,
    /// The blob store.
    pub blobs: Arc<dyn Blobs>,
    /// The client for the calls of workspaces; it reaches no private host that only a provider
    /// needs.
    pub outbound: OutboundClient,
    /// Decodes untrusted files.
    pub decoder: FileDecoder,
    /// Seals and opens secrets.
    pub vault: Vault,
    /// The provider that people sign in with; none where they have passwords only.
    pub oidc: Option<Oidc>,
    /// Sends mails; none where the operator has set no relay.
    pub mailer: Option<Mailer>,
    /// Where browsers find this server, without a slash at its end: what mails and webhooks link to.
    pub address: String,
    /// How much may happen at the same time.
    pub limits: Limits,
    /// Asks servers of tools.
    pub mcp: Arc<dyn McpPort>,
    /// The servers of tools that the operator has set up.
    pub operator_servers: Arc<OperatorServers>,
}

impl EngineDeps {
    /// The whole address of a path below the server's own.
    pub fn address_of(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// The providers that answer the prompts of a workspace: those it has chosen, and its own access
    /// before the server's. It is read every time, so that a new key and another choice count from
    /// the next call on, in every process.
    pub async fn providers_of(
        &self,
        conn: &mut PgConnection,
        workspace: WorkspaceId,
    ) -> Result<Providers> {
        let known = providers::load(conn, workspace).await?;
        self.with_own(&known, |row| {
            let key = self.open_key(workspace, row)?;
            Ok(self.connect(row, key)?.for_workspace(workspace))
        })
    }

    /// The server's providers with those of a workspace before them, and its choice.
    pub fn with_own(
        &self,
        known: &WorkspaceProviders,
        connect: impl Fn(&AccessRow) -> Result<OwnProvider>,
    ) -> Result<Providers> {
        // Each is put before all others: the one that answers first comes last.
        known.access.iter().rev().try_fold(self.providers.with_choice(known.choice), |all, row| {
            Ok(all.with_shared(connect(row)?.into_provider()))
        })
    }

    /// The key of a workspace's access.
    pub fn open_key(&self, workspace: WorkspaceId, row: &AccessRow) -> Result<Option<Secret>> {
        let Some(sealed) = &row.sealed else { return Ok(None) };
        let opened = self.vault.open(&row.place(workspace), sealed);
        opened.map(Some).map_err(|error| EngineError::Conflict {
            code: SEALED_KEY,
            detail: format!(
                "Can't decrypt the workspace's key for {}: {error}. Ask an admin to enter it again under Providers, or start all servers and workers with the ATELIER_SECRET_KEY it was saved with.",
                row.vendor.label()
            ),
        })
    }

    /// The vendor, or a server like it, with this access.
    pub fn connect(&self, row: &AccessRow, key: Option<Secret>) -> Result<OwnProvider, Problem> {
        let told = |words: String| field_refused("base_url", words);
        let parse = |text: &String| {
            Url::parse(text).map_err(|error| told(format!("Enter a valid URL: {error}.")))
        };
        let url = row.base_url.as_ref().map(parse).transpose()?;
        if let Some(url) = &url {
            let checked = self.outbound.check_confidential(url);
            checked.map_err(|refusal| told(format!("{refusal}.")))?;
        }
        let access = ProviderAccess {
            base_url: url,
            api_key: key,
            text_model: row.text_model.clone(),
            image_model: row.image_model.clone(),
        };
        let (client, capabilities) = (&self.outbound, self.providers.capabilities());
        OwnProvider::connect(row.vendor, client, access, row.pace, capabilities)
            .ok_or_else(Problem::internal)
    }
}

/// A workspace's key was sealed with another key than this process has.
pub const SEALED_KEY: &str = "sealed_key";

/// What was learnt of providers' servers, in the database.
#[derive(Debug)]
struct KeptCapabilities(PgPool);

#[async_trait]
impl KeepCapabilities for KeptCapabilities {
    async fn load(&self) -> Result<Vec<(String, String, Value)>, KeepError> {
        let doing = "opening a connection for what servers accept";
        let mut conn = self.0.acquire().await.doing(doing)?;
        Ok(providers::load_capabilities(&mut conn).await?)
    }

    async fn keep(&self, server: &str, model: &str, known: &Value) -> Result<(), KeepError> {
        let mut conn = self.0.acquire().await.doing("keeping what a server accepts")?;
        Ok(providers::keep_capabilities(&mut conn, server, model, known).await?)
    }
}

/// Reads what earlier processes have learnt of providers' servers, and keeps there what is learnt from
/// now on.
pub async fn keep_capabilities(learnt: &CapabilityCache, pool: &PgPool) -> Result<()> {
    let kept = Arc::new(KeptCapabilities(pool.clone()));
    let doing = "reading what servers accept";
    learnt.keep_in(kept).await.map_err(|error| EngineError::internal(doing, error))
}
