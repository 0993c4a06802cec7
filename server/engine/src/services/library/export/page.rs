//! One page of HTML to be printed or sent: images are in it, nothing runs, nothing is fetched.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
};

use base64::{engine::general_purpose::STANDARD, write::EncoderWriter};
use model::{library::DocumentPage, text::markup::escaped};
use tokio::sync::mpsc::Receiver;

use super::part::{ExportImage, IMAGES, Part, Step};

/// Even a browser that meets something it should not finds that it may not follow it.
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

const STYLE: &str = "
:root { color-scheme: light; }
body { max-width: 46rem; margin: 2.5rem auto; padding: 0 1.25rem; color: #131a2e; background: #fff;
  font: 1rem/1.625 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem; }
h2, h3, h4, h5, h6 { margin: 1.6em 0 .5em; line-height: 1.3; break-after: avoid; }
p, li, h1, h2, h3, h4, h5, h6, td, th { unicode-bidi: plaintext; text-align: start; }
.facts { margin: 0 0 2rem; color: #4a5675; font-size: .875rem; }
a[href] { color: #2a5bc2; }
blockquote { margin: 1em 0; padding-inline-start: 1em; border-inline-start: 3px solid #c9d9f9; color: #4a5675; }
pre, code { font-family: ui-monospace, monospace; font-size: .875em; background: #e9effc; border-radius: .3rem; }
pre { padding: .875rem 1rem; white-space: pre-wrap; }
code { padding: .1em .3em; }
pre code { padding: 0; }
table { border-collapse: collapse; }
th, td { padding: .4rem .7rem; border: 1px solid #d7dfef; }
img { max-width: 100%; height: auto; }
figure { margin: 1.5rem 0; break-inside: avoid; }
figcaption { margin-top: .375rem; color: #4a5675; font-size: .875rem; }
@page { margin: 18mm; }
@media print { body { margin: 0; max-width: none; } }
";

/// The page cut where images are: those in the text in their places, the others at the end.
pub(super) fn plan(document: &DocumentPage, images: &[ExportImage]) -> Vec<Step> {
    let mut steps = vec![];
    let mut text = head(document);
    let body = safe_html::render_markdown(&document.content);
    let begin = format!("<img src=\"{IMAGES}");
    let mut parts = body.split(&begin);
    text.push_str(parts.next().unwrap_or_default());
    let mut seen = vec![];
    for rest in parts {
        let image = rest.get(..36).and_then(|id| id.parse().ok());
        let image = image.and_then(|id| images.iter().find(|image| image.id == id));
        let after = rest.find('"').map_or("", |end| &rest[end..]);
        text.push_str("<img src=\"");
        if let Some(image) = image {
            steps.push(Step::Text(std::mem::take(&mut text)));
            steps.push(Step::Image(image.clone()));
            seen.push(image.id);
        }
        text.push_str(after);
    }
    for image in images.iter().filter(|one| one.attached && !seen.contains(&one.id)) {
        text.push_str("<figure><img src=\"");
        steps.push(Step::Text(std::mem::take(&mut text)));
        steps.push(Step::Image(image.clone()));
        text.push_str(&format!("\" alt=\"{}\">", escaped(&image.alt)));
        if !image.caption.trim().is_empty() {
            text.push_str(&format!("<figcaption>{}</figcaption>", escaped(&image.caption)));
        }
        text.push_str("</figure>\n");
    }
    text.push_str("</main>\n</body>\n</html>\n");
    steps.push(Step::Text(text));
    steps
}

fn head(document: &DocumentPage) -> String {
    let title = escaped(&document.title);
    let mut facts = vec![document.updated_at.to_iso8601().chars().take(10).collect::<String>()];
    facts.extend(document.tags.iter().map(|tag| escaped(tag)));
    if document.sample {
        facts.push("SAMPLE: made by the sample provider".to_owned());
    }
    // The page's own words are English; in which language people wrote the document is not known.
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main lang=\"\" dir=\"auto\">\n\
         <h1>{title}</h1>\n<p class=\"facts\">{}</p>\n",
        facts.join(" · ")
    )
}

/// Writes the page; an image becomes its own bytes in the place of an address.
pub(super) fn write(mut parts: Receiver<Part>) -> io::Result<File> {
    let mut file = BufWriter::new(tempfile::tempfile()?);
    while let Some(part) = parts.blocking_recv() {
        match part {
            Part::Text(text) => file.write_all(text.as_bytes())?,
            Part::Image(image, bytes) => {
                write!(file, "data:{};base64,", image.media_type)?;
                let mut encoder = EncoderWriter::new(&mut file, &STANDARD);
                encoder.write_all(&bytes)?;
                encoder.finish()?;
            }
        }
    }
    file.into_inner().map_err(io::IntoInnerError::into_error)
}
