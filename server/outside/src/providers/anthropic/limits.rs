//! How much Anthropic's models answer, by the beginning of their names; see its list of models.

/// Tokens of an answer where nothing is known of its model.
const CAREFUL: u32 = 8_192;

/// Most tokens of an answer for which nobody has said a limit: a request has to name one.
pub(super) fn most_output(model: &str) -> u32 {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| model.starts_with(prefix));
    if begins(&["claude-3-opus", "claude-3-sonnet", "claude-3-haiku", "claude-2"]) {
        return 4_096;
    }
    if begins(&["claude-3-5"]) || !begins(&["claude-"]) {
        return CAREFUL;
    }
    // All newer ones answer with as many.
    32_000
}

/// Models before those that hold an answer to a schema.
const WITHOUT_SCHEMA: [&str; 8] = [
    "claude-instant",
    "claude-2",
    "claude-3",
    "claude-opus-4-0",
    "claude-opus-4-1",
    "claude-opus-4-2025",
    "claude-sonnet-4-0",
    "claude-sonnet-4-2025",
];

/// Whether a model may be sent the schema of its answer; one that refuses it is sent none again.
pub(super) fn takes_schema(model: &str) -> bool {
    let is_before = WITHOUT_SCHEMA.iter().any(|prefix| model.starts_with(prefix));
    model.starts_with("claude-") && !is_before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_is_not_known_is_asked_for_little() {
        for (model, output) in [
            ("claude-sonnet-4-6", 32_000),
            ("claude-haiku-4-5-20251001", 32_000),
            ("claude-3-5-haiku-20241022", 8_192),
            ("claude-3-haiku-20240307", 4_096),
            ("somebody-elses", CAREFUL),
        ] {
            assert_eq!(most_output(model), output, "{model}");
        }
    }

    #[test]
    fn models_from_the_45_generation_on_take_a_schema() {
        for model in ["claude-sonnet-4-5-20250929", "claude-opus-4-6", "claude-opus-5"] {
            assert!(takes_schema(model), "{model}");
        }
        for model in ["claude-sonnet-4-20250514", "claude-3-haiku-20240307", "deepseek-chat"] {
            assert!(!takes_schema(model), "{model}");
        }
    }
}
