//! Makes the engine's dependencies from the configuration.

use std::sync::Arc;

use engine::deps::EngineDeps;
use files::sandbox::FileDecoder;
use outside::{
    mail::{MailSetupError, Mailer},
    mcp::client::RmcpClient,
    oidc::Oidc,
    outbound::{OutboundClient, OutboundError, OutboundPolicy, Refusal},
    providers::{ProviderSettings, Providers},
};
use url::Url;
use vault::{Vault, VaultError};

use crate::{
    blobs::{self, BlobsError},
    config::{Config, OperatorFileError, load_operator_file},
};

/// Where the sign-in provider leads back to: what the operator registers there.
const OIDC_CALLBACK: &str = "/api/v1/oidc/callback";

/// Why the engine's dependencies cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum DepsError {
    /// The blob store cannot be opened.
    #[error(transparent)]
    Blobs(#[from] BlobsError),
    /// The key that secrets are sealed with cannot be read or made.
    #[error("can't encrypt secrets: {0}")]
    Vault(#[from] VaultError),
    /// The path of the program is unknown, which is started again to decode untrusted files.
    #[error("can't find the atelier program file: {0}")]
    Program(#[from] std::io::Error),
    /// Mails cannot be sent as the operator has set it up.
    #[error(transparent)]
    Mail(#[from] MailSetupError),
    /// The file of the operator's servers of tools cannot be read.
    #[error(transparent)]
    OperatorFile(#[from] OperatorFileError),
    /// The client for outside calls cannot be made.
    #[error("can't create the outbound client: {0}")]
    Outbound(#[from] OutboundError),
}

/// Opens the blob store and the vault, and finds out who answers prompts.
pub async fn open(config: &Config) -> Result<EngineDeps, DepsError> {
    let operator_servers = Arc::new(load_operator_file(config.mcp_config.as_deref())?);
    let blobs = blobs::open(config).await?;
    let settings = settings(config);
    let allowed = OutboundPolicy::default().allow_list(&config.outbound_allow);
    let policy = allowed.map_err(OutboundError::from)?;
    // Workflows do not reach a private provider merely because the operator set it up.
    let outbound = OutboundClient::new(policy.clone())?;
    let to_providers = OutboundClient::new(settings.allow(policy.clone()))?;
    let to_operator = operator_servers.urls().fold(policy, OutboundPolicy::allow_url);
    let mcp = RmcpClient::new(outbound.clone(), OutboundClient::new(to_operator)?);
    let providers = Providers::detect(&settings, &to_providers).await;
    let offers = providers.describe().await;
    tracing::info!(text = offers.text.label, pictures = offers.image.label, "providers");
    Ok(EngineDeps {
        providers,
        blobs,
        outbound,
        decoder: FileDecoder::Subprocess(std::env::current_exe()?),
        vault: vault(config)?,
        oidc: oidc(config)?,
        mailer: config.mail.as_ref().map(Mailer::new).transpose()?,
        address: config.address().trim_end_matches('/').to_owned(),
        limits: config.limits,
        mcp: Arc::new(mcp),
        operator_servers,
    })
}

/// The provider that people sign in with. It may be anywhere: the operator vouches for its host.
pub fn oidc(config: &Config) -> Result<Option<Oidc>, OutboundError> {
    let Some(settings) = &config.oidc else { return Ok(None) };
    let allowed = OutboundPolicy::default().allow_list(&config.outbound_allow)?;
    let issuer =
        Url::parse(&settings.issuer).map_err(|_| Refusal::NotAnAddress(settings.issuer.clone()))?;
    let address = config.address();
    let redirect = format!("{}{OIDC_CALLBACK}", address.trim_end_matches('/'));
    let redirect = Url::parse(&redirect).map_err(|_| Refusal::NotAnAddress(redirect))?;
    let client = OutboundClient::new(allowed.allow_url(&issuer))?;
    Ok(Some(Oidc::new(settings.clone(), redirect, client)))
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
