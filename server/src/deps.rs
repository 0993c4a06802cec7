//! Makes the engine's dependencies from the configuration.

use std::sync::Arc;

use anyhow::{Context, Result};
use engine::deps::EngineDeps;
use files::sandbox::FileDecoder;
use outside::{
    mail::Mailer,
    mcp::client::RmcpClient,
    oidc::Oidc,
    outbound::{OutboundClient, OutboundPolicy},
    providers::{ProviderSettings, Providers},
};
use url::Url;
use vault::{Vault, VaultError};

use crate::{
    blobs,
    config::{Config, load_operator_file},
};

/// Where the sign-in provider leads back to: what the operator registers there.
const OIDC_CALLBACK: &str = "/api/v1/oidc/callback";
const NO_CLIENT: &str = "can't create the outbound client";

/// Opens the blob store and the vault, and finds out who answers prompts.
pub async fn open(config: &Config) -> Result<EngineDeps> {
    let operator_servers = Arc::new(load_operator_file(config.mcp_config.as_deref())?);
    let blobs = blobs::open(config).await?;
    let program = std::env::current_exe().context("can't find the atelier program file")?;
    let settings = settings(config);
    let policy = policy(config)?;
    // Workflows do not reach a private provider merely because the operator set it up.
    let outbound = client(policy.clone())?;
    let to_providers = client(settings.allow(policy.clone()))?;
    let to_operator = client(operator_servers.urls().fold(policy, OutboundPolicy::allow_url))?;
    let mcp = RmcpClient::new(outbound.clone(), to_operator);
    let providers = Providers::detect(&settings, &to_providers).await;
    let offers = providers.describe().await;
    tracing::info!(text = offers.text.label, pictures = offers.image.label, "providers");
    Ok(EngineDeps {
        providers,
        blobs,
        outbound,
        decoder: FileDecoder::Subprocess(program),
        vault: vault(config).context("can't encrypt secrets")?,
        oidc: oidc(config)?,
        mailer: config.mail.as_ref().map(Mailer::new).transpose()?,
        address: config.address().trim_end_matches('/').to_owned(),
        limits: config.limits,
        mcp: Arc::new(mcp),
        operator_servers,
    })
}

/// The provider that people sign in with. It may be anywhere: the operator vouches for its host.
pub fn oidc(config: &Config) -> Result<Option<Oidc>> {
    let Some(settings) = &config.oidc else { return Ok(None) };
    let issuer = Url::parse(&settings.issuer).context(NO_CLIENT)?;
    let address = config.address();
    let redirect = format!("{}{OIDC_CALLBACK}", address.trim_end_matches('/'));
    let redirect = Url::parse(&redirect).context(NO_CLIENT)?;
    let client = client(policy(config)?.allow_url(&issuer))?;
    Ok(Some(Oidc::new(settings.clone(), redirect, client)))
}

fn policy(config: &Config) -> Result<OutboundPolicy> {
    OutboundPolicy::default().allow_list(&config.outbound_allow).context(NO_CLIENT)
}

fn client(policy: OutboundPolicy) -> Result<OutboundClient> {
    OutboundClient::new(policy).context(NO_CLIENT)
}

fn vault(config: &Config) -> Result<Vault, VaultError> {
    match &config.secret_key {
        Some(key) => Vault::with_key(key.expose()),
        None => Vault::in_folder(&config.data_dir),
    }
}

fn settings(config: &Config) -> ProviderSettings {
    ProviderSettings {
        access: config.providers.clone(),
        sample_words_per_second: config.sample_pace,
        ..Default::default()
    }
}
