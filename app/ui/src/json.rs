//! JSON to be read: a tree whose parts fold, with its addresses as links. What is copied of it is
//! JSON again.

use leptos::prelude::*;
use model::{number, text::markdown::is_outside};
use serde_json::Value;

/// So many values become elements; of more the text is shown, which pages bear.
const MOST_VALUES: usize = 2_000;
/// Parts with as many values fold. Smaller ones would only be stops on the way of the Tab key.
const FOLDS_FROM: usize = 4;

/// The object or list that a text is; none where it is another text, only the beginning of one, or
/// has numbers that would be shown as others.
pub(crate) fn read_json(text: &str) -> Option<Value> {
    let begins = text.trim_start().starts_with(['{', '[']);
    begins.then(|| number::read_json(text).ok()).flatten()
}

/// JSON as a tree; a text that is none, or too much of it, as it is.
pub fn render_json(text: String, class: &'static str) -> AnyView {
    render_json_or(text, class, |text| plain(text, class))
}

/// JSON as a tree; a text that is none as `other` shows it.
pub fn render_json_or(
    text: String,
    class: &'static str,
    other: impl FnOnce(String) -> AnyView,
) -> AnyView {
    match read_json(&text) {
        Some(value) => render_value(&value, class),
        None => other(text),
    }
}

/// A value as a tree; as text where it is too large.
pub(crate) fn render_value(value: &Value, class: &'static str) -> AnyView {
    if count(value) > MOST_VALUES {
        return plain(format!("{value:#}"), class);
    }
    view! {
        <div class=format!("json {class}") tabindex="0" role="group" aria-label="Data" dir="ltr">
            {part(None, value, "")}
        </div>
    }
    .into_any()
}

fn plain(text: String, class: &'static str) -> AnyView {
    view! {
        <pre class=format!("json {class}") tabindex="0" role="group" aria-label="Data">
            {text}
        </pre>
    }
    .into_any()
}

/// How many values a value is made of, itself included.
fn count(value: &Value) -> usize {
    let inside = match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0_usize,
    };
    inside + 1
}

/// A value with its name, and the comma before the next one.
fn part(name: Option<&str>, value: &Value, comma: &'static str) -> AnyView {
    let name = name.map(|name| {
        let name = Value::from(name).to_string();
        view! { <span class="json__name">{name}</span> ": " }
    });
    let (open, close, size) = match value {
        Value::Array(items) if !items.is_empty() => ("[", "]", items.len()),
        Value::Object(fields) if !fields.is_empty() => ("{", "}", fields.len()),
        single => {
            return view! { <div class="json__row">{name} {leaf(single)} {comma}</div> }.into_any();
        }
    };
    let end = |at: usize| if at + 1 < size { "," } else { "" };
    let inside: Vec<AnyView> = match value {
        Value::Object(fields) => {
            let fields = fields.iter().enumerate();
            fields.map(|(at, (name, value))| part(Some(name), value, end(at))).collect()
        }
        value => {
            let items = value.as_array().into_iter().flatten().enumerate();
            items.map(|(at, value)| part(None, value, end(at))).collect()
        }
    };
    let inside = view! {
        <div class="json__inside">{inside}</div>
        <div class="json__row">{close} {comma}</div>
    };
    if size < FOLDS_FROM {
        return view! {
            <div class="json__row">{name} {open}</div>
            {inside}
        }
        .into_any();
    }
    view! {
        <details class="json__part" open>
            <summary class="json__row" data-end=format!(" … {close}{comma}")>
                {name} {open}
            </summary>
            {inside}
        </details>
    }
    .into_any()
}

/// A value that holds no others.
fn leaf(value: &Value) -> AnyView {
    let text = value.to_string();
    match value.as_str().filter(|address| is_address(address)) {
        Some(address) => view! {
            "\""
            <a
                class="link"
                href=address.to_owned()
                target="_blank"
                rel="external noopener noreferrer nofollow"
            >
                {address.to_owned()}
            </a>
            "\""
        }
        .into_any(),
        None => view! { <span class="json__value">{text}</span> }.into_any(),
    }
}

/// Whether a text is an address as a whole, which a link may lead to.
fn is_address(text: &str) -> bool {
    let stops = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\\');
    is_outside(text) && !text.contains(stops)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        Owner::new().with(|| render_json(text.to_owned(), "box").to_html())
    }

    /// What is read and copied of HTML.
    fn words(html: &str) -> String {
        let parts = html.split('<').filter_map(|part| part.split_once('>'));
        parts.map(|(_, words)| words).collect::<String>().replace("&quot;", "\"")
    }

    #[test]
    fn what_is_read_of_a_tree_is_the_same_json() {
        let text =
            r#"{"title": "Tea", "tags": ["a", "b", "c", "d"], "of": {"n": 1.5}, "none": []}"#;

        let shown = html(text);

        let [read, meant] = [&words(&shown), text].map(|json| json.parse::<Value>().ok());
        assert_eq!((read.is_some(), read), (true, meant));
        assert!(words(&shown).contains("\"title\": \"Tea\""), "{shown}");
        assert_eq!(shown.matches("<details").count(), 2, "small parts do not fold: {shown}");
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        let shown = html(
            r#"{"a": "https://git.example/42", "b": "javascript:alert(1)", "c": "see https://x.example", "d": "<b>", "e": "https://x.example/\"><img src=x>"}"#,
        );

        assert_eq!(shown.matches("<a ").count(), 1, "{shown}");
        assert!(shown.contains("href=\"https://git.example/42\"") && shown.contains("noopener"));
        assert!(!shown.contains("<b>") && !shown.contains("<img"), "{shown}");
    }

    #[test]
    fn what_is_no_json_or_too_much_or_would_be_changed_stays_text() {
        let many = format!("[{}1]", "1,".repeat(MOST_VALUES));
        for text in ["{\"a\": ", "[Tea]", "Tea", "[12345678901234567890123]", &many] {
            let shown = html(text);
            assert!(shown.contains("<pre") && !shown.contains("json__row"), "{shown}");
        }
        assert!(words(&html("[12345678901234567890123]")).contains("12345678901234567890123"));
        assert!(words(&html(&many)).starts_with("[\n"), "what is long is indented");
    }
}
