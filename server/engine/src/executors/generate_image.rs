//! `generate_image`: asks a model for a picture and puts it into the library.

use std::time::Duration;

use async_trait::async_trait;
use model::{
    decide::{ArtifactOutBody, ImageOut, JobOutput, Outcome},
    execution::failure::Failure,
    nodes::{NodeConfig, generate_image::Config},
    value::ImageRef,
};
use serde_json::{Map, Value, json};

use super::{
    Attempt, Executor, context_documents, leave, ours,
    paid::{Answered, Goods, failed_call, item, made_from, seed, varied},
    pictures, providers, unfit,
};
use crate::{
    images::ImageError,
    job::JobContext,
    parts::Parts,
    providers::{ImageRequest, InlineImage, Provider},
};

/// How much of a prompt describes its picture.
const ALT_CHARS: usize = 200;

/// Works on `generate_image` jobs.
pub struct GenerateImage {
    parts: Parts,
}

impl GenerateImage {
    /// Asks the parts' providers; pictures go to their blob store.
    pub fn new(parts: &Parts) -> Self {
        Self { parts: parts.clone() }
    }

    async fn attempt(&self, context: &JobContext, config: &Config) -> Result<Attempt, Failure> {
        let own_prompt = config.prompt.render(&context.scope).map_err(|error| unfit(&error))?;
        let request = self.request(context, config, varied(own_prompt.clone(), context)).await?;
        let provider = providers(context, &self.parts).await?.image(config.model.as_deref());
        let inputs = json!({
            "prompt": request.prompt,
            "style": request.style,
            "size": format!("{}x{}", request.width, request.height),
            "quality": request.quality,
            "provider": provider.name(),
            "seed": request.seed.to_string(),
        });
        let inputs = made_from(inputs, context);
        let model = leave::image(context, &*provider, &request, &inputs).await?;
        let answer = provider.generate_image(&request).await;
        let answer = match leave::heard(context, (&*provider, &model), answer).await {
            Ok(answer) => answer,
            Err(error) => {
                return failed_call(context, &*provider, error, Goods::Image, &model).await;
            }
        };
        let answered = Answered { provider: &*provider, model: &answer.model, usage: answer.usage };
        let charge = answered.charge(context, Goods::Image, &model).await.map_err(ours)?;
        let kept = match self.parts.files.picture(answer.bytes).await {
            Ok(checked) => {
                pictures::keep(context, &*self.parts.blobs, checked, alt(&own_prompt)).await
            }
            Err(error) => Err(unusable(&*provider, &error)),
        };
        let outcome = match kept {
            Ok(image) => Outcome::Done(output(image, &answered, inputs)),
            Err(failure) => Outcome::Failed(failure),
        };
        Ok(Attempt { outcome, charges: vec![charge] })
    }

    async fn request(
        &self,
        context: &JobContext,
        config: &Config,
        prompt: String,
    ) -> Result<ImageRequest, Failure> {
        let scope = &context.scope;
        let size = config.dimensions(scope).map_err(|error| unfit(&error))?;
        let style = config.style.resolve(scope).map_err(|error| unfit(&error))?;
        let quality = config.quality.resolve(scope).map_err(|error| unfit(&error))?;
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
                text.value(&context.scope).map_err(|error| unfit(&error))?
            }
            _ => context.input("references").unwrap_or_default(),
        };
        let ids = ImageRef::list(&value).into_iter().map(|image| image.image_id).collect();
        let mut references =
            context_documents::brought_pictures(context, &*self.parts.blobs).await?;
        references.extend(context_documents::pictures(context, ids, &*self.parts.blobs).await?);
        Ok(references)
    }
}

#[async_trait]
impl Executor for GenerateImage {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(300)
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        match context.node().map(|node| &node.data.config) {
            Some(NodeConfig::GenerateImage(config)) => {
                self.attempt(context, config).await.unwrap_or_else(Attempt::failed)
            }
            _ => Attempt::failed(Failure::permanent("wrong_node", "This is no picture node.")),
        }
    }
}

/// What a model has made, and was paid for, cannot be kept: another one would be paid again.
fn unusable(provider: &dyn Provider, error: &ImageError) -> Failure {
    let words = format!("The picture that {} sent cannot be used: {error}.", provider.name());
    Failure { may_have_happened: true, ..Failure::permanent("bad_image", words) }
}

/// The prompt as one line; of a long one as many whole words as fit.
fn alt(prompt: &str) -> String {
    let line = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= ALT_CHARS {
        return line;
    }
    let begun: String = line.chars().take(ALT_CHARS - 1).collect();
    let words = begun.rsplit_once(' ').map_or(begun.as_str(), |(words, _)| words);
    format!("{words}…")
}

fn output(image: ImageOut, answered: &Answered<'_>, inputs: Value) -> JobOutput {
    let reference = pictures::reference(&image);
    JobOutput {
        values: Map::from_iter([("images".to_owned(), json!([reference.to_value()]))]),
        artifacts: vec![answered.artifact("images", ArtifactOutBody::Image(image), inputs)],
        ..JobOutput::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_prompt_is_told_in_whole_words() {
        let long = alt(&"A bottle of tea. ".repeat(40));

        assert_eq!(alt(" A cup\n of tea "), "A cup of tea");
        assert!(long.ends_with("bottle of…"), "{long}");
        assert!(long.chars().count() <= ALT_CHARS);
        assert_eq!(alt(&"日".repeat(ALT_CHARS + 1)).chars().count(), ALT_CHARS);
    }
}
