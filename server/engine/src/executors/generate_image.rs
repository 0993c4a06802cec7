//! `generate_image`: asks a model for an image and puts it into the library.

use std::time::Duration;

use async_trait::async_trait;
use files::images::ImageError;
use model::{
    decide::{ArtifactOut, ArtifactOutBody, ImageOut, JobOutput, Outcome},
    execution::failure::Failure,
    id::ArtifactId,
    nodes::{NodeConfig, generate_image::Config},
    value::ImageRef,
};
use outside::providers::{ImageRequest, InlineImage, Provider};
use serde_json::{Map, Value, json};
use store::executions::paid_images::PaidImage;
use uuid::Uuid;

use super::{
    attempt::{Attempt, Executor},
    context_documents,
    failure::{expression_failure, internal_failure},
    image_store,
    paid::{
        Answered, PaidCallKind, failed_call, item, load_providers, made_from, seed, vary_prompt,
    },
    paid_call_gate, paid_image,
    storage::Storage,
};
use crate::{deps::EngineDeps, job::JobContext};

/// The most characters of the prompt that become the image's alternative text.
const ALT_CHARS: usize = 200;

/// Works on `generate_image` jobs.
pub struct GenerateImage {
    deps: EngineDeps,
    storage: Storage,
}

impl GenerateImage {
    /// Asks the providers of `deps`; images go to their blob store.
    pub fn new(deps: &EngineDeps) -> Self {
        Self { deps: deps.clone(), storage: Storage::new(deps.blobs.clone()) }
    }

    async fn attempt(&self, context: &JobContext, config: &Config) -> Result<Attempt, Failure> {
        let own_prompt = config.prompt.render(&context.scope).map_err(expression_failure)?;
        let request =
            self.request(context, config, vary_prompt(own_prompt.clone(), context)).await?;
        let provider = load_providers(context, &self.deps).await?.image(config.model.as_deref());
        let inputs = json!({
            "prompt": request.prompt,
            "style": request.style,
            "size": format!("{}x{}", request.width, request.height),
            "quality": request.quality,
            "provider": provider.name(),
            "seed": request.seed.to_string(),
        });
        let inputs = made_from(inputs, context);
        let kept = paid_image::find(context, &inputs).await?;
        let paid = match kept {
            Some(kept) => kept,
            None => match self.buy(context, &*provider, &request, &inputs).await? {
                Ok(bought) => bought,
                Err(ended) => return Ok(ended),
            },
        };
        let charges = if paid.is_billed { vec![] } else { vec![paid.charge.clone()] };
        let stored = self.store(context, &paid, alt(&own_prompt)).await;
        let outcome = match stored {
            Ok(image) => Outcome::Done(output(image, paid)),
            Err(failure) => Outcome::Failed(failure),
        };
        Ok(Attempt { outcome, charges })
    }

    /// Calls the provider for an image; the inner error is the attempt of a call that made none.
    async fn buy(
        &self,
        context: &JobContext,
        provider: &dyn Provider,
        request: &ImageRequest,
        inputs: &Value,
    ) -> Result<Result<PaidImage, Attempt>, Failure> {
        if !provider.is_sample() {
            self.storage.check(context).await?;
        }
        let model = paid_call_gate::admit_image(context, provider, request, inputs).await?;
        let answer = provider.generate_image(request).await;
        let answer = match paid_call_gate::note_answer(context, provider, &model, answer).await {
            Ok(answer) => answer,
            Err(error) => {
                return failed_call(context, provider, error, PaidCallKind::Image, &model)
                    .await
                    .map(Err);
            }
        };
        let answered = Answered { provider, model: &answer.model, usage: answer.usage };
        let charge = answered
            .charge(context, PaidCallKind::Image, &model)
            .await
            .map_err(internal_failure)?;
        let (bytes, inputs) = (answer.bytes, inputs.clone());
        Ok(Ok(PaidImage { bytes, inputs, charge, is_billed: false }))
    }

    async fn store(
        &self,
        context: &JobContext,
        paid: &PaidImage,
        alt: String,
    ) -> Result<ImageOut, Failure> {
        let checked = self.deps.decoder.check_image(paid.bytes.clone()).await;
        let checked = checked.map_err(|error| unusable(&paid.charge.provider, &error))?;
        if paid.charge.sample {
            return image_store::keep(context, self.storage.blobs(), checked, alt).await;
        }
        paid_image::store(context, &self.storage, paid, checked, alt).await
    }

    async fn request(
        &self,
        context: &JobContext,
        config: &Config,
        prompt: String,
    ) -> Result<ImageRequest, Failure> {
        let scope = &context.scope;
        let size = config.dimensions(scope).map_err(expression_failure)?;
        let style = config.style.resolve(scope).map_err(expression_failure)?;
        let quality = config.quality.resolve(scope).map_err(expression_failure)?;
        Ok(ImageRequest {
            model: config.model.clone(),
            prompt,
            style: Some(style.words().to_owned()).filter(|words| !words.is_empty()),
            width: size.width,
            height: size.height,
            quality: Some(quality.as_str().to_owned()),
            references: self.references(context, config).await?,
            seed: seed(context),
            item: item(context),
            idempotency_key: context.idempotency_key(),
        })
    }

    async fn references(
        &self,
        context: &JobContext,
        config: &Config,
    ) -> Result<Vec<InlineImage>, Failure> {
        let value = match &config.references {
            Some(text) if !text.is_blank() => {
                text.value(&context.scope).map_err(expression_failure)?
            }
            _ => context.input("references").unwrap_or_default(),
        };
        let ids = ImageRef::list(&value).into_iter().map(|image| image.image_id).collect();
        let mut references =
            context_documents::load_brought_images(context, &*self.deps.blobs).await?;
        references.extend(context_documents::load_images(context, ids, &*self.deps.blobs).await?);
        Ok(references)
    }
}

#[async_trait]
impl Executor for GenerateImage {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(300)
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        let Some(NodeConfig::GenerateImage(config)) = context.node().map(|node| &node.data.config)
        else {
            return Attempt::from_failure(Failure::permanent(
                "wrong_node",
                "This isn't an image step.",
            ));
        };
        self.attempt(context, config).await.unwrap_or_else(Attempt::from_failure)
    }
}

/// The failure of a paid image that cannot be used; it is permanent, because another attempt would
/// be paid again.
fn unusable(provider: &str, error: &ImageError) -> Failure {
    let words = format!("The image from {provider} can't be used: {error}.");
    Failure { may_have_happened: true, ..Failure::permanent("bad_image", words) }
}

/// The alternative text: the prompt in one line, cut after a whole word if it is too long.
fn alt(prompt: &str) -> String {
    let line = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= ALT_CHARS {
        return line;
    }
    let begun: String = line.chars().take(ALT_CHARS - 1).collect();
    let words = begun.rsplit_once(' ').map_or(begun.as_str(), |(words, _)| words);
    format!("{words}…")
}

fn output(image: ImageOut, paid: PaidImage) -> JobOutput {
    let reference = image_store::reference(&image);
    let artifact = ArtifactOut {
        id: ArtifactId(Uuid::now_v7()),
        port: "images".to_owned(),
        body: ArtifactOutBody::Image(image),
        inputs: paid.inputs,
        provider: paid.charge.provider,
        model: paid.charge.model,
        sample: paid.charge.sample,
    };
    JobOutput {
        values: Map::from_iter([("images".to_owned(), json!([reference.to_value()]))]),
        artifacts: vec![artifact],
        ..JobOutput::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_prompt_is_cut_after_a_whole_word() {
        let long = alt(&"A bottle of tea. ".repeat(40));

        assert_eq!(alt(" A cup\n of tea "), "A cup of tea");
        assert!(long.ends_with("bottle of…"), "{long}");
        assert!(long.chars().count() <= ALT_CHARS);
        assert_eq!(alt(&"日".repeat(ALT_CHARS + 1)).chars().count(), ALT_CHARS);
    }
}
