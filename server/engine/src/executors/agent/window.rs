//! Whether what a call sends fits into what its model reads at once.

use outside::providers::ChatRequest;

/// Bytes of a token at least, in what was not counted yet; most texts have more.
const BYTES_A_TOKEN: u64 = 3;
/// Tokens that are left for an answer whose length nothing limits.
const LEAST_ANSWER: u32 = 1_000;

/// Whether the request and its answer fit into so many tokens. What the provider has counted of the
/// talk counts as it was, the rest by its length.
pub(super) fn fits(request: &ChatRequest, window: u64) -> bool {
    let counted = request.counted.tokens;
    let new = request.tokens_at_most().saturating_sub(counted);
    let answer = u64::from(request.max_tokens.unwrap_or(LEAST_ANSWER));
    counted.saturating_add(new.div_ceil(BYTES_A_TOKEN)).saturating_add(answer) <= window
}

#[cfg(test)]
mod tests {
    use model::agent::talk::Message;

    use super::*;
    use outside::providers::{ChatMessage, Counted};

    fn request(bytes: usize, counted: Counted) -> ChatRequest {
        let said = |text: String| ChatMessage {
            message: Message::User { text, images: vec![] },
            images: vec![],
        };
        let messages = vec![said("a".repeat(bytes)), said("b".repeat(3_000))];
        ChatRequest { messages, counted, ..ChatRequest::default() }
    }

    #[test]
    fn what_was_counted_counts_as_it_was_and_the_rest_by_its_length() {
        let all = request(3_000, Counted::default());
        assert!(fits(&all, 3_100) && !fits(&all, 2_900));

        let counted = request(90_000, Counted { messages: 1, tokens: 500 });
        assert!(fits(&counted, 2_600) && !fits(&counted, 2_400));
    }

    #[test]
    fn the_answer_needs_its_room() {
        let long = ChatRequest { max_tokens: Some(8_000), ..request(0, Counted::default()) };

        assert!(fits(&long, 9_100) && !fits(&long, 8_900));
    }
}
