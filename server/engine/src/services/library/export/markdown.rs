//! Markdown with its pictures beside it, in a ZIP.

use std::{
    fs::File,
    io::{self, Write},
};

use model::library::DocumentPage;
use tokio::sync::mpsc::Receiver;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{IMAGES, Part, Picture, Step, name::file_name};

/// The text with its pictures named as they lie beside it, then those.
pub(super) fn plan(document: &DocumentPage, pictures: &[Picture]) -> Vec<Step> {
    let mut text = match document.content.trim_start().starts_with("# ") {
        true => document.content.clone(),
        false => format!("# {}\n\n{}", document.title, document.content),
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
                caption => format!("\n\n{caption}"),
            };
            after.push_str(&format!("\n\n![{}]({place}){caption}", plain(&picture.alt)));
        }
    }
    let text = format!("{}{after}\n", text.trim_end());
    let pictures = pictures.iter().cloned().map(Step::Picture);
    [Step::Text(text)].into_iter().chain(pictures).collect()
}

/// Writes the archive; everything lies in one folder of that name.
pub(super) fn write(folder: &str, mut parts: Receiver<Part>) -> io::Result<File> {
    let mut zip = ZipWriter::new(tempfile::tempfile()?);
    // Pictures do not become smaller, and the text is little beside them.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .unix_permissions(0o644);
    let mut at = 0;
    while let Some(part) = parts.blocking_recv() {
        match part {
            Part::Text(text) => {
                zip.start_file(format!("{folder}/{folder}.md"), options)?;
                zip.write_all(text.as_bytes())?;
            }
            Part::Picture(picture, bytes) => {
                zip.start_file(format!("{folder}/{}", place(at, &picture)), options)?;
                zip.write_all(&bytes)?;
                at += 1;
            }
        }
    }
    Ok(zip.finish()?)
}

/// Where a picture lies in the archive.
fn place(at: usize, picture: &Picture) -> String {
    let extension = match picture.media_type.as_str() {
        "image/jpeg" => "jpg",
        "image/webp" => "webp",
        "image/gif" => "gif",
        _ => "png",
    };
    // A link in Markdown ends at a blank or a bracket.
    let name = file_name(&picture.alt).replace([' ', '(', ')', '<', '>', '[', ']'], "-");
    format!("images/{:02}-{name}.{extension}", at + 1)
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

/// Words between square brackets.
fn plain(alt: &str) -> String {
    alt.replace(['[', ']', '\n', '\\'], " ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

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
