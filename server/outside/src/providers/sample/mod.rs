//! Answers without any account or network: text that follows the brief and posters of the asked
//! size. The same request always gives the same answer; whoever keeps it marks it as a sample.

mod brief;
mod compose;
mod dice;
mod form;
mod json;
mod phrasebook;
mod poster;
mod slots;
mod talk;
mod write;

use std::time::Duration;

use async_trait::async_trait;
use model::{agent::talk::Message, execution::failure::Failure};
use tokio::time::{Instant, sleep_until};

use self::compose::compose;
use super::request::{
    CallError, ImageAnswer, ImageRequest, Manner, TextAnswer, TextRequest, Usage,
};
use super::windows::context_window;
use super::{ChatAnswer, ChatPiece, ChatRequest, ChatSink, Ending, Provider, TextSink};

const MODEL: &str = "sample";
/// Pixels that count as one token of an image, so that a square of 1,024 costs what one does
/// elsewhere.
const PIXELS_A_TOKEN: u64 = 1_000;
const LONGEST_SIDE: u32 = 4_096;

/// The provider that needs nothing.
#[derive(Debug, Clone)]
pub struct Sample {
    words_per_second: u32,
}

impl Sample {
    /// A sample that writes at this pace; 0 writes at once.
    pub fn new(words_per_second: u32) -> Self {
        Self { words_per_second }
    }

    async fn stream(&self, text: &str, sink: &mut TextSink<'_>) {
        let begun = Instant::now();
        for (count, word) in text.split_inclusive(char::is_whitespace).enumerate() {
            if let Some(gap) = Duration::from_secs(1).checked_div(self.words_per_second) {
                let count = u32::try_from(count).unwrap_or(u32::MAX);
                sleep_until(begun + gap.saturating_mul(count)).await;
            }
            sink(word);
        }
    }
}

#[async_trait]
impl Provider for Sample {
    fn name(&self) -> &'static str {
        "sample"
    }

    fn label(&self) -> &'static str {
        "Sample"
    }

    fn is_sample(&self) -> bool {
        true
    }

    fn text_model(&self, _: Option<&str>) -> String {
        MODEL.to_owned()
    }

    fn image_model(&self, _: Option<&str>) -> String {
        MODEL.to_owned()
    }

    async fn generate_text(
        &self,
        request: &TextRequest,
        sink: &mut TextSink<'_>,
    ) -> Result<TextAnswer, CallError> {
        let text = compose(request);
        self.stream(&text, sink).await;
        let usage = Usage::estimate(request, &text);
        Ok(TextAnswer {
            text,
            model: MODEL.to_owned(),
            usage,
            reasoning: String::new(),
            is_cut_off: false,
            manner: Manner { streams: true, counts: false },
        })
    }

    fn context_window(&self, _: &str) -> u64 {
        context_window(MODEL)
    }

    async fn chat(
        &self,
        request: &ChatRequest,
        sink: &mut ChatSink<'_>,
    ) -> Result<ChatAnswer, CallError> {
        let message = talk::next_message(request);
        let mut ending = Ending::Complete;
        if let Message::Assistant { text, reasoning, calls, .. } = &message {
            self.stream(reasoning, &mut |word| sink(ChatPiece::Thought(word))).await;
            self.stream(text, &mut |word| sink(ChatPiece::Text(word))).await;
            calls.iter().for_each(|call| sink(ChatPiece::Call(&call.name)));
            ending = if calls.is_empty() { Ending::Complete } else { Ending::Calls };
        }
        let usage = request.estimate_usage(&message);
        Ok(ChatAnswer { message, model: MODEL.to_owned(), usage, cached_tokens: 0, ending })
    }

    async fn generate_image(&self, request: &ImageRequest) -> Result<ImageAnswer, CallError> {
        if request.width.max(request.height) > LONGEST_SIDE
            || request.width.min(request.height) < 16
        {
            let words = format!("Sample: each side must be from 16 to {LONGEST_SIDE} pixels");
            return Err(Failure::permanent("size_refused", words).into());
        }
        let asked = request.clone();
        let drawn = tokio::task::spawn_blocking(move || poster::draw(&asked)).await;
        let bytes = drawn.ok().flatten().ok_or_else(|| {
            Failure::transient("drawing_failed", "Sample: the image couldn't be drawn")
        })?;
        let pixels = u64::from(request.width) * u64::from(request.height);
        let usage = Usage {
            input_tokens: request.prompt.len().div_ceil(4) as u64,
            output_tokens: pixels.div_ceil(PIXELS_A_TOKEN),
            ..Usage::default()
        };
        Ok(ImageAnswer { bytes: bytes.into(), model: MODEL.to_owned(), usage })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::request::ItemOf;

    #[test]
    fn what_a_reviewer_sends_back_comes_back_different() {
        for (seed, count) in (0..200_u64).flat_map(|seed| [(seed, 1), (seed, 3), (seed, 12)]) {
            let asked = |prompt: &str, seed| {
                let item = ItemOf { index: 0, count };
                compose(&TextRequest {
                    prompt: prompt.to_owned(),
                    seed,
                    item,
                    ..TextRequest::default()
                })
            };
            let first = asked("A headline", seed);
            let again = "A headline\n\nA reviewer asked for changes: Make it kinder";

            assert_ne!(first, asked(again, seed.rotate_left(9) ^ 77), "seed {seed} of {count}");
        }
    }
}
