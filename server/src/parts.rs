//! What the engine is made of, from what the operator set: providers and the blob store.

use std::{path::PathBuf, sync::Arc};

use engine::{
    blobs::{BlobError, Blobs, FileBlobs},
    outbound::{OutboundClient, OutboundError, OutboundPolicy},
    providers::{ProviderSettings, Providers},
};

use crate::config::Config;

/// Why the engine's parts cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum PartsError {
    /// The folder for files.
    #[error("the files under {} cannot be opened: {source}", folder.display())]
    Blobs {
        /// The folder.
        folder: PathBuf,
        /// What the store said.
        source: BlobError,
    },
    /// The client for calls to the outside.
    #[error("the outbound client cannot be made: {0}")]
    Outbound(#[from] OutboundError),
}

/// Opens the blob store and finds out who answers prompts.
pub async fn open(config: &Config) -> Result<(Providers, Arc<dyn Blobs>), PartsError> {
    let folder = config.data_dir.join("blobs");
    let blobs = FileBlobs::open(&folder).map_err(|source| PartsError::Blobs { folder, source })?;
    let settings = settings(config);
    let allowed = OutboundPolicy::default().allow_list(&config.outbound_allow);
    let policy = allowed.map_err(OutboundError::from)?;
    let client = OutboundClient::new(settings.allow(policy))?;
    let providers = Providers::detect(&settings, &client).await;
    let offers = providers.describe();
    tracing::info!(text = offers.text.label, pictures = offers.image.label, "providers");
    Ok((providers, Arc::new(blobs)))
}

fn settings(config: &Config) -> ProviderSettings {
    let mut settings =
        ProviderSettings { sample_words_per_second: config.sample_pace, ..Default::default() };
    if let Some(openai) = &config.openai {
        settings.openai_base_url = openai.base_url.clone();
        settings.openai_api_key.clone_from(&openai.api_key);
        if let Some(model) = &openai.text_model {
            settings.openai_text_model.clone_from(model);
        }
        if let Some(model) = &openai.image_model {
            settings.openai_image_model.clone_from(model);
        }
    }
    settings
}
