//! What browsers call themselves, in words.

use model::text::user_agent::browser_name;

/// "Firefox on Windows", by what the browser called itself; programs by their own name.
pub(super) fn browser_words(user_agent: &str) -> String {
    match browser_name(user_agent) {
        name if name.is_empty() => "Another browser".to_owned(),
        name => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_with_its_system_and_a_program_by_its_own_name() {
        for (user_agent, words) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 HeadlessChrome/130.0.0.0 Safari/537.36",
                "Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Firefox on macOS",
            ),
            ("curl/8.5.0", "curl"),
            ("Mozilla/5.0", "Another browser"),
            ("", "Another browser"),
        ] {
            assert_eq!(browser_words(user_agent), words, "{user_agent}");
        }
    }
}
