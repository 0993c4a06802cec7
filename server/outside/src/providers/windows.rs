//! How much models can read at once, by what their names begin with. From the vendors' published
//! lists of models; where a family has several windows, the smallest that its members have now.

/// Of a model that is not known: what most have. Where it is too much, the vendor says so.
const USUAL: u64 = 128_000;

/// Beginnings of names and tokens of the request, the longer beginning before the shorter.
const WINDOWS: [(&str, u64); 63] = [
    ("gpt-5-chat", 128_000),
    // 400,000 together with the answer.
    ("gpt-5", 272_000),
    ("gpt-4.1", 1_047_576),
    ("gpt-4.5", 128_000),
    ("gpt-4o", 128_000),
    ("gpt-4-turbo", 128_000),
    ("gpt-4-1106", 128_000),
    ("gpt-4-0125", 128_000),
    ("gpt-4-32k", 32_768),
    ("gpt-4", 8_192),
    ("gpt-3.5", 16_385),
    ("gpt-oss", 131_072),
    ("o1-mini", 128_000),
    ("o1-preview", 128_000),
    ("o1", 200_000),
    ("o3", 200_000),
    ("o4", 200_000),
    ("codex", 200_000),
    ("claude-2.0", 100_000),
    ("claude-instant", 100_000),
    ("claude", 200_000),
    ("gemini-1.0", 30_720),
    ("gemini-pro", 30_720),
    ("gemini", 1_048_576),
    ("gemma-3n", 32_768),
    ("gemma3n", 32_768),
    ("gemma-3", 131_072),
    ("gemma3", 131_072),
    ("gemma", 8_192),
    ("llama-4", 131_072),
    ("llama4", 131_072),
    ("llama-3.", 131_072),
    ("llama3.", 131_072),
    ("llama-3", 8_192),
    ("llama3", 8_192),
    ("llama", 4_096),
    ("mistral-large", 131_072),
    ("mistral-medium", 131_072),
    ("mistral-nemo", 131_072),
    ("mistral", 32_768),
    ("mixtral", 32_768),
    ("codestral", 32_768),
    ("magistral", 40_960),
    ("qwen3-coder", 262_144),
    ("qwen-plus", 131_072),
    ("qwen-turbo", 131_072),
    ("qwen", 32_768),
    ("qwq", 32_768),
    ("deepseek", 65_536),
    ("moonshot-v1-8k", 8_192),
    ("moonshot-v1-32k", 32_768),
    ("kimi", 131_072),
    ("glm-4", 131_072),
    ("grok-4", 256_000),
    ("grok", 131_072),
    ("command-a", 256_000),
    ("command-r", 128_000),
    ("command", 4_096),
    ("phi-4", 16_384),
    ("phi4", 16_384),
    ("phi", 4_096),
    ("nova-micro", 128_000),
    ("nova", 300_000),
];

/// The most tokens of a request to this model, with or without vendors' names before its own.
pub(super) fn context_window(model: &str) -> u64 {
    let name = model.rsplit('/').next().unwrap_or(model).to_lowercase();
    // Where a server has models of many vendors: `us.anthropic.claude-…`, `Meta-Llama-3.1-…`.
    let vendors = ["us.", "eu.", "apac.", "global.", "anthropic.", "amazon.", "meta.", "meta-"];
    let name = vendors
        .iter()
        .fold(name.as_str(), |name, vendor| name.strip_prefix(vendor).unwrap_or(name));
    let known = WINDOWS.iter().find(|(start, _)| name.starts_with(start));
    known.map_or(USUAL, |(_, tokens)| *tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_known_by_what_its_name_begins_with() {
        for (model, tokens) in [
            ("gpt-4o-mini-2024-07-18", 128_000),
            ("gpt-4", 8_192),
            ("gpt-5.1-codex", 272_000),
            ("o3-mini", 200_000),
            ("openrouter/anthropic/Claude-Sonnet-4", 200_000),
            ("us.anthropic.claude-3-5-haiku", 200_000),
            ("models/gemini-2.5-pro", 1_048_576),
            ("meta-llama/Meta-Llama-3.1-8B-Instruct", 131_072),
            ("llama3:latest", 8_192),
            ("qwen3:8b", 32_768),
            ("somebody-elses", USUAL),
            ("", USUAL),
        ] {
            assert_eq!(context_window(model), tokens, "{model}");
        }
    }

    #[test]
    fn no_beginning_hides_a_longer_one() {
        for (at, (longer, _)) in WINDOWS.iter().enumerate() {
            let before = WINDOWS[..at].iter().find(|(start, _)| longer.starts_with(start));
            assert_eq!(before, None, "{longer}");
        }
    }
}
