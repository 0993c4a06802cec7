//! Markdown with its pictures beside it, in a ZIP.

use std::{fs::File, io, iter};

use model::library::DocumentPage;
use serde_json::json;
use tokio::sync::mpsc::Receiver;

use super::{IMAGES, Part, Picture, Step};
use crate::services::archive::{self, file_name};

/// The text with its pictures named as they lie beside it, then those.
pub(super) fn plan(document: &DocumentPage, pictures: &[Picture]) -> Vec<Step> {
    let mut text = if document.content.trim_start().starts_with("# ") {
        document.content.clone()
    } else {
        format!("# {}\n\n{}", words(&document.title), document.content)
    };
    let mut after = String::new();
    for (at, picture) in pictures.iter().enumerate() {
        let place = place(at, picture);
        let own = format!("{IMAGES}{}/", picture.id);
        if text.contains(&own) {
            text = beside(&text, &own, &place);
        } else if picture.attached {
            let caption = match picture.caption.trim() {
                "" => String::new(),
                caption => format!("\n\n{}", words(caption)),
            };
            after.push_str(&format!("\n\n![{}]({place}){caption}", words(&picture.alt)));
        }
    }
    let text = format!("{}{}{after}\n", facts(document), text.trim_end());
    let pictures = pictures.iter().cloned().map(Step::Picture);
    [Step::Text(text)].into_iter().chain(pictures).collect()
}

/// Writes the archive; everything lies in one folder of that name.
pub(super) fn write(folder: &str, mut parts: Receiver<Part>) -> io::Result<File> {
    let mut at = 0;
    let entry = |part| match part {
        Part::Text(text) => (format!("{folder}/{folder}.md"), text.into()),
        Part::Picture(picture, bytes) => {
            at += 1;
            (format!("{folder}/{}", place(at - 1, &picture)), bytes)
        }
    };
    archive::write(iter::from_fn(|| parts.blocking_recv()).map(entry))
}

/// Where a picture lies in the archive.
fn place(at: usize, picture: &Picture) -> String {
    let ending = archive::picture_ending(&picture.media_type);
    // A link in Markdown ends at a blank or a bracket.
    let name = file_name(&picture.alt).replace([' ', '(', ')', '<', '>', '[', ']'], "-");
    format!("images/{:02}-{name}.{ending}", at + 1)
}

/// The text with every address that begins so replaced.
fn beside(text: &str, own: &str, place: &str) -> String {
    let mut parts = text.split(own);
    let mut told = parts.next().unwrap_or_default().to_owned();
    for rest in parts {
        let end = rest.find(|c: char| c.is_whitespace() || ")>\"'".contains(c));
        told.push_str(place);
        told.push_str(end.map_or("", |end| &rest[end..]));
    }
    told
}

/// What is known of a document besides its text, as front matter.
fn facts(document: &DocumentPage) -> String {
    // What is JSON is YAML, too.
    let (title, tags) = (json!(document.title), json!(document.tags));
    let (status, sample) = (document.status.as_str(), document.sample);
    let sample = if sample { "sample: true\n" } else { "" };
    format!("---\ntitle: {title}\nstatus: {status}\ntags: {tags}\n{sample}---\n\n")
}

/// What has a meaning wherever it stands. Round brackets have none without square ones, and are
/// formulas to some readers behind a backslash.
const MARKS: &str = "\\`*_[]<>&#~";

/// Words as they are read: on one line, none of their letters a mark.
fn words(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let after_digits = line.find(|c: char| !c.is_ascii_digit());
    // At the beginning of a line these make a list.
    let begins_list = |at: usize, c: char| match at {
        0 => "+-".contains(c),
        _ => after_digits == Some(at) && ".)".contains(c),
    };
    let mut told = String::with_capacity(line.len());
    for (at, c) in line.char_indices() {
        if MARKS.contains(c) || begins_list(at, c) {
            told.push('\\');
        }
        told.push(c);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::markdown::plain_text;

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
            let told = words(text);
            assert_eq!(plain_text(&told), text, "{told}");
            assert_eq!(plain_text(&format!("![{told}](images/01.png)")), text, "{told}");
        }
        assert_eq!(words(" One\n\n- two "), "One - two");
    }

    #[test]
    fn pictures_in_the_text_are_named_as_they_lie_beside_it() {
        let own = format!("{IMAGES}0/");
        let text =
            format!("A ![cup]({own}content) and ({own}thumbnail?side=480 \"small\") {own}content");

        let told = beside(&text, &own, "images/01-cup.png");

        assert_eq!(
            told,
            "A ![cup](images/01-cup.png) and (images/01-cup.png \"small\") images/01-cup.png"
        );
    }
}
