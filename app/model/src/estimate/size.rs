//! How many tokens a call sends and receives, at least and at most.

use crate::{
    budget::UNSTATED_TOKENS,
    expr::Scope,
    field::Text,
    nodes::{NodeConfig, generate_copy::ContextDocuments},
    price::Price,
};

/// Tokens of a short answer, e.g. a headline.
const SHORT_TOKENS: i64 = 50;
/// Tokens of the parts of a request around the prompt.
const FRAME_TOKENS: i64 = 64;
/// About how many bytes a token has in a language with spaces.
const TOKEN_BYTES: i64 = 4;
/// Tokens of the smallest and of the largest image, where images are paid by tokens.
const DRAWN_TOKENS: (i64, i64) = (272, 8000);

/// Tokens sent and received by one call: the fewest and the most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    input: (i64, i64),
    output: (i64, i64),
    image: bool,
}

impl Bounds {
    /// The lowest and the highest cost of one call, in millionths of a dollar.
    pub(super) fn cost(self, price: &Price) -> (Option<i64>, Option<i64>) {
        let of = |input, output| {
            if self.image { price.of_image(input, output) } else { price.of_tokens(input, output) }
        };
        (of(self.input.0, self.output.0), of(self.input.1, self.output.1))
    }
}

/// The bounds of one call of a node.
pub(super) fn bounds(config: &NodeConfig, scope: &Scope) -> Bounds {
    let unstated = i64::from(UNSTATED_TOKENS);
    match config {
        NodeConfig::GenerateCopy(config) => {
            let sent = count_sent_tokens([&config.prompt, &config.system_prompt], scope);
            let reads = match config.context_documents {
                ContextDocuments::Launch | ContextDocuments::None => 0,
                _ => unstated,
            };
            let most = config.max_tokens.as_ref().and_then(|most| most.resolve(scope).ok());
            let most = most.map_or(unstated, i64::from);
            Bounds {
                input: (sent.0, sent.1 + reads),
                output: (SHORT_TOKENS.min(most), most),
                image: false,
            }
        }
        NodeConfig::GenerateImage(config) => Bounds {
            input: count_sent_tokens([&config.prompt], scope),
            output: DRAWN_TOKENS,
            image: true,
        },
        NodeConfig::AiReview(config) => {
            let (low, high) = count_sent_tokens([&config.criteria], scope);
            Bounds {
                input: (low + SHORT_TOKENS, high + unstated),
                output: (SHORT_TOKENS, unstated),
                image: false,
            }
        }
        NodeConfig::Start(_)
        | NodeConfig::End(_)
        | NodeConfig::AttachToDocument(_)
        | NodeConfig::Review(_)
        | NodeConfig::Parallel(_)
        | NodeConfig::Conditional(_)
        | NodeConfig::Merge(_)
        | NodeConfig::SubWorkflow(_)
        | NodeConfig::ForEach(_)
        | NodeConfig::Wait(_)
        | NodeConfig::Transform(_)
        | NodeConfig::HttpRequest(_)
        | NodeConfig::Note(_)
        | NodeConfig::Frame(_)
        | NodeConfig::Unknown(_) => Bounds { input: (0, 0), output: (0, 0), image: false },
    }
}

/// The fewest and the most tokens of a request with these texts. A text has no more tokens than
/// bytes; a reference that is not known yet counts as long as an answer.
fn count_sent_tokens<const N: usize>(texts: [&Text; N], scope: &Scope) -> (i64, i64) {
    texts.into_iter().fold((FRAME_TOKENS, FRAME_TOKENS), |(low, high), text| {
        let (known, open) = match text.render(scope) {
            Ok(text) => (text.len(), 0),
            Err(_) => (text.as_str().len(), i64::from(UNSTATED_TOKENS)),
        };
        let bytes = i64::try_from(known).unwrap_or(i64::MAX / 2);
        (low + bytes / TOKEN_BYTES, high + bytes + open)
    })
}
