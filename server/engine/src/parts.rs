//! What the engine is made of besides the database, as the operator set it up.

use std::sync::Arc;

use crate::{
    blobs::Blobs, limits::Limits, outbound::OutboundClient, pdf::PdfReader, providers::Providers,
    vault::Vault,
};

/// What services and executors share; cheap to clone.
#[derive(Clone)]
pub struct Parts {
    /// Who answers prompts.
    pub providers: Providers,
    /// Where bytes lie.
    pub blobs: Arc<dyn Blobs>,
    /// The way out for what workflows call; it reaches no private host that only a provider needs.
    pub outbound: OutboundClient,
    /// Who reads the text of PDF files.
    pub pdf: PdfReader,
    /// Seals and opens secrets.
    pub vault: Vault,
    /// How much may happen at once.
    pub limits: Limits,
}
