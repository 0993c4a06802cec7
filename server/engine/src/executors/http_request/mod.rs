//! `http_request`: calls a web address through the guarded client.

mod answer;
mod call;
mod charset;
mod failures;

use std::{sync::Arc, time::Duration};

use answer::Read;
use async_trait::async_trait;
use blobs::Blobs;
use bytes::Bytes;
use call::{BoundSecret, Call, TIME_LIMIT};
use failures::FailureMapper;
use files::sandbox::FileDecoder;
use model::{
    decide::{ArtifactOut, ArtifactOutBody, ImageOut, JobOutput},
    execution::failure::Failure,
    id::ArtifactId,
    nodes::{NodeConfig, http_request::Config},
};
use outside::outbound::OutboundClient;
use serde_json::Map;
use store::{error::Doing, secrets};
use uuid::Uuid;
use vault::{Vault, secret::Redactor};

use super::{
    attempt::{Attempt, Executor},
    failure::{internal_failure, overtaken_failure},
    image_store,
};
use crate::{deps::EngineDeps, job::JobContext};

const OUTPUT: &str = "output";

/// Works on `http_request` jobs.
pub struct HttpRequest {
    outbound: OutboundClient,
    vault: Vault,
    blobs: Arc<dyn Blobs>,
    decoder: FileDecoder,
}

impl HttpRequest {
    /// Calls through the client of `deps`; images go to their blob store.
    pub fn new(deps: &EngineDeps) -> Self {
        Self {
            outbound: deps.outbound.clone(),
            vault: deps.vault.clone(),
            blobs: deps.blobs.clone(),
            decoder: deps.decoder.clone(),
        }
    }

    async fn keep(
        &self,
        context: &JobContext,
        bytes: Bytes,
        alt: String,
    ) -> Result<ImageOut, Failure> {
        let checked = self.decoder.check_image(bytes).await?;
        image_store::keep(context, &*self.blobs, checked, alt).await
    }

    async fn attempt(&self, context: &JobContext, config: &Config) -> Result<Attempt, Failure> {
        let secret = match config.secret() {
            Some(name) => Some(self.secret(context, name).await?),
            None => None,
        };
        let call = Call::new(context, config, secret.as_ref())?;
        let failures = FailureMapper {
            host: call.host(),
            redactor: Redactor::new(secret.iter().map(|bound| &bound.secret)),
        };
        let inputs = failures.clean(call.inputs);
        if !context.note_call(&inputs).await.map_err(internal_failure)? {
            return Err(overtaken_failure());
        }
        let response = self.outbound.send(call.request).await;
        let response = response.map_err(|error| failures.outbound(&error))?;
        let read = answer::read(response, config, &failures).await?;
        let (value, image) = match read {
            Read::Value(value) => (value, None),
            Read::Image(answer, bytes) => {
                let alt = format!("Image from {}", failures.host);
                // Without its image the answer is lost.
                let image =
                    self.keep(context, bytes, alt).await.map_err(Failure::without_answer)?;
                (answer.with_body(image_store::reference(&image).to_value()), Some(image))
            }
        };
        let artifact = ArtifactOut {
            id: ArtifactId(Uuid::now_v7()),
            port: OUTPUT.to_owned(),
            body: image.map_or(ArtifactOutBody::Json(value.clone()), ArtifactOutBody::Image),
            inputs,
            provider: failures.host.clone(),
            model: String::new(),
            sample: false,
        };
        Ok(Attempt::from_output(JobOutput {
            values: Map::from_iter([(OUTPUT.to_owned(), value)]),
            artifacts: vec![artifact],
            ..JobOutput::default()
        }))
    }

    /// Reads the secret with this name, for this attempt only; it is never recorded.
    async fn secret(&self, context: &JobContext, name: &str) -> Result<BoundSecret, Failure> {
        let pool = context.pool();
        let mut conn = pool
            .acquire()
            .await
            .doing("opening a connection for a secret")
            .map_err(internal_failure)?;
        let found = secrets::find_to_send(&mut conn, context.workspace, name).await;
        let Some(found) = found.map_err(internal_failure)? else {
            let words = format!(
                "The secret {name} doesn't exist. Ask an admin to add it under Secrets, then retry this step."
            );
            return Err(Failure::permanent("unknown_secret", words));
        };
        let place = found.key.place(context.workspace);
        let secret = self.vault.open(&place, &found.sealed).map_err(|error| {
            let words = format!(
                "Can't decrypt the secret {name}: {error}. Enter it again, or start all servers and workers with the ATELIER_SECRET_KEY it was saved with."
            );
            Failure::permanent("sealed_secret", words)
        })?;
        Ok(BoundSecret { secret, hosts: found.hosts })
    }
}

#[async_trait]
impl Executor for HttpRequest {
    fn time_limit(&self) -> Duration {
        TIME_LIMIT
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        let Some(NodeConfig::HttpRequest(config)) = context.node().map(|node| &node.data.config)
        else {
            return Attempt::from_failure(Failure::permanent(
                "wrong_node",
                "This isn't an HTTP step.",
            ));
        };
        self.attempt(context, config).await.unwrap_or_else(Attempt::from_failure)
    }
}
