//! Markdown with its images beside it, in a ZIP.

use std::{fs::File, io, iter};

use model::library::DocumentPage;
use serde_json::json;
use tokio::sync::mpsc::Receiver;

use super::part::{ExportImage, IMAGES, Part, Step};
use crate::archive::{self, name::file_name};

/// The text with its images named as they lie beside it, then those.
pub(super) fn plan(document: &DocumentPage, images: &[ExportImage]) -> Vec<Step> {
    let mut text = if document.content.trim_start().starts_with("# ") {
        document.content.clone()
    } else {
        format!("# {}\n\n{}", escape(&document.title), document.content)
    };
    let mut after = String::new();
    for (at, image) in images.iter().enumerate() {
        let path = path_in_archive(at, image);
        let own = format!("{IMAGES}{}/", image.id);
        if text.contains(&own) {
            text = replace_addresses(&text, &own, &path);
        } else if image.attached {
            let caption = match image.caption.trim() {
                "" => String::new(),
                caption => format!("\n\n{}", escape(caption)),
            };
            after.push_str(&format!("\n\n![{}]({path}){caption}", escape(&image.alt)));
        }
    }
    let text = format!("{}{}{after}\n", facts(document), text.trim_end());
    let images = images.iter().cloned().map(Step::Image);
    [Step::Text(text)].into_iter().chain(images).collect()
}

/// Writes the archive; everything lies in one folder of that name.
pub(super) fn write(folder: &str, mut parts: Receiver<Part>) -> io::Result<File> {
    let mut at = 0;
    let entry = |part| match part {
        Part::Text(text) => (format!("{folder}/{folder}.md"), text.into()),
        Part::Image(image, bytes) => {
            at += 1;
            (format!("{folder}/{}", path_in_archive(at - 1, &image)), bytes)
        }
    };
    archive::write(iter::from_fn(|| parts.blocking_recv()).map(entry))
}

/// The path of an image in the archive, relative to the document's folder; `at` counts from 0.
fn path_in_archive(at: usize, image: &ExportImage) -> String {
    let ending = archive::image_ending(&image.media_type);
    // A link in Markdown ends at a blank or a bracket.
    let name = file_name(&image.alt).replace([' ', '(', ')', '<', '>', '[', ']'], "-");
    format!("images/{:02}-{name}.{ending}", at + 1)
}

/// Replaces every address in a text that begins with `prefix` by `path`.
fn replace_addresses(text: &str, prefix: &str, path: &str) -> String {
    let mut parts = text.split(prefix);
    let mut replaced = parts.next().unwrap_or_default().to_owned();
    for rest in parts {
        let end = rest.find(|c: char| c.is_whitespace() || ")>\"'".contains(c));
        replaced.push_str(path);
        replaced.push_str(end.map_or("", |end| &rest[end..]));
    }
    replaced
}

/// Title, status and tags of a document as YAML front matter.
fn facts(document: &DocumentPage) -> String {
    // JSON is valid YAML.
    let (title, tags) = (json!(document.title), json!(document.tags));
    let (status, sample) = (document.status.as_str(), document.sample);
    let sample = if sample { "sample: true\n" } else { "" };
    format!("---\ntitle: {title}\nstatus: {status}\ntags: {tags}\n{sample}---\n\n")
}

/// Characters that Markdown gives a meaning anywhere. Round brackets have none without square ones,
/// and some renderers read a bracket behind a backslash as a formula.
const MARKS: &str = "\\`*_[]<>&#~";

/// The text on one line, with a backslash before everything that Markdown would read as a mark.
fn escape(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let after_digits = line.find(|c: char| !c.is_ascii_digit());
    // At the beginning of a line these make a list.
    let begins_list = |at: usize, c: char| match at {
        0 => "+-".contains(c),
        _ => after_digits == Some(at) && ".)".contains(c),
    };
    let mut escaped = String::with_capacity(line.len());
    for (at, c) in line.char_indices() {
        if MARKS.contains(c) || begins_list(at, c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::text::markdown::plain_text;

    #[test]
    fn words_are_read_as_they_were_written() {
        for text in [
            "Cups [red](https://example.com) *and* _blue_ at 2 < 3 & `so` \\ on",
            "- no list",
            "12. no list",
            "1) no list",
            "# no heading #",
            "> no quotation",
            "~~not struck~~ &amp; <b>not bold</b>",
            "![no picture](/api/v1/images/x)",
            "***",
        ] {
            let escaped = escape(text);
            assert_eq!(plain_text(&escaped), text, "{escaped}");
            assert_eq!(plain_text(&format!("![{escaped}](images/01.png)")), text, "{escaped}");
        }
        assert_eq!(escape(" One\n\n- two "), "One - two");
    }

    #[test]
    fn images_in_the_text_are_named_as_they_lie_beside_it() {
        let own = format!("{IMAGES}0/");
        let text =
            format!("A ![cup]({own}content) and ({own}thumbnail?side=480 \"small\") {own}content");

        let replaced = replace_addresses(&text, &own, "images/01-cup.png");

        assert_eq!(
            replaced,
            "A ![cup](images/01-cup.png) and (images/01-cup.png \"small\") images/01-cup.png"
        );
    }
}
