//! What a browser calls itself, in words.

/// Browsers by the mark that only they and those after them in this list write.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Systems, in the order in which they are looked for: a phone also writes what it is built on.
const SYSTEMS: [(&str, &str); 8] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// The browser and its system: `Firefox on Linux`. What is no browser is called by its first word,
/// without its version: `curl`.
pub fn browser_name(user_agent: &str) -> String {
    let find = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => match user_agent.split(['/', ' ']).next().unwrap_or_default() {
            "Mozilla" => "Another browser".to_owned(),
            program => program.chars().take(40).collect(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_from_those_they_pretend_to_be() {
        let mozilla = |rest: &str| browser_name(&format!("Mozilla/5.0 {rest}"));

        assert_eq!(
            mozilla("(X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
            "Firefox on Linux"
        );
        assert_eq!(
            mozilla("(Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"),
            "Edge on Windows"
        );
        assert_eq!(
            mozilla("(Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"),
            "Chrome on Android"
        );
        assert_eq!(
            mozilla("(iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"),
            "Safari on iPhone"
        );
        assert_eq!(
            (browser_name("curl/8.5.0"), browser_name("")),
            ("curl".to_owned(), String::new())
        );
    }
}
