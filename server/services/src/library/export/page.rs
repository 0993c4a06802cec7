//! One page of HTML to be sent or printed: images are in it, nothing is fetched, and nothing runs but,
//! on the page to print, the one line that opens the browser's dialog.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
};

use base64::{engine::general_purpose::STANDARD, write::EncoderWriter};
use model::{
    api::documents::{PRINT, PRINT_HASH},
    library::DocumentPage,
    text::markup::escaped,
};
use tokio::sync::mpsc::Receiver;

use super::part::{ExportImage, IMAGES, Part, Step};

/// Even a browser that meets something it should not finds that it may not follow it.
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/// How often a page shows images where its text has them: each time it holds the whole file.
const MOST_SHOWN: usize = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageUse {
    /// To be kept as a file.
    ToKeep,
    /// To be shown by the browser and printed at once.
    ToPrint,
}

impl PageUse {
    /// The policy that the page has in itself.
    fn policy(self) -> String {
        match self {
            Self::ToKeep => POLICY.to_owned(),
            Self::ToPrint => format!("{POLICY}; script-src '{PRINT_HASH}'"),
        }
    }

    /// What stands above the document: how to save it as PDF, for the screen only.
    fn hint(self) -> String {
        match self {
            Self::ToKeep => String::new(),
            Self::ToPrint => format!(
                "<p class=\"hint\">To save a PDF, choose “Save as PDF” in the print dialog. To open the \
                 dialog again, press Ctrl+P or ⌘P.</p>\n<script>{PRINT}</script>\n"
            ),
        }
    }
}

const STYLE: &str = "
:root { color-scheme: light; }
body { max-width: 46rem; margin: 2.5rem auto; padding: 0 1.25rem; color: #131a2e; background: #fff;
  font: 1rem/1.625 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem; }
h2, h3, h4, h5, h6 { margin: 1.6em 0 .5em; line-height: 1.3; break-after: avoid; }
p, li, h1, h2, h3, h4, h5, h6, td, th { unicode-bidi: plaintext; text-align: start; }
.hint { margin: 0 0 2rem; padding: .75rem 1rem; border-radius: .5rem; background: #e9effc; font-size: .875rem; }
.facts { margin: 0 0 2rem; color: #4a5675; font-size: .875rem; }
a[href] { color: #2a5bc2; }
blockquote { margin: 1em 0; padding-inline-start: 1em; border-inline-start: 3px solid #c9d9f9; color: #4a5675; }
pre, code { font-family: ui-monospace, monospace; font-size: .875em; background: #e9effc; border-radius: .3rem; }
pre { padding: .875rem 1rem; white-space: pre-wrap; }
code { padding: .1em .3em; }
pre code { padding: 0; }
table { border-collapse: collapse; }
th, td { padding: .4rem .7rem; border: 1px solid #d7dfef; }
[align=left] { text-align: left; }
[align=center] { text-align: center; }
[align=right] { text-align: right; }
sup, sub { font-size: .75em; line-height: 0; }
img { max-width: 100%; height: auto; }
figure { margin: 1.5rem 0; break-inside: avoid; }
figcaption { margin-top: .375rem; color: #4a5675; font-size: .875rem; }
@page { margin: 18mm; }
@media print { body { margin: 0; max-width: none; } .hint { display: none; } }
";

/// The page cut where images are: those in the text in their places, the others at the end.
pub(super) fn plan(
    document: &DocumentPage,
    images: &[ExportImage],
    page_use: PageUse,
) -> Vec<Step> {
    let mut steps = vec![];
    let mut text = head(document, page_use);
    let body = safe_html::render_markdown(&document.content);
    let begin = format!("<img src=\"{IMAGES}");
    let mut parts = body.split(&begin);
    text.push_str(parts.next().unwrap_or_default());
    let mut seen = vec![];
    for rest in parts {
        let image = rest.get(..36).and_then(|id| id.parse().ok());
        let image = image.and_then(|id| images.iter().find(|image| image.id == id));
        let image = image.filter(|_| seen.len() < MOST_SHOWN);
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

fn head(document: &DocumentPage, page_use: PageUse) -> String {
    let title = escaped(&document.title);
    let mut facts = vec![document.updated_at.to_iso8601().chars().take(10).collect::<String>()];
    facts.extend(document.tags.iter().map(|tag| escaped(tag)));
    if document.sample {
        facts.push("SAMPLE: created by the sample provider".to_owned());
    }
    let (policy, hint) = (page_use.policy(), page_use.hint());
    // The page's own words are English; in which language people wrote the document is not known.
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{hint}<main lang=\"\" dir=\"auto\">\n\
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

#[cfg(test)]
mod tests {
    use base64::Engine;
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_one_script_of_a_page_to_print_is_the_one_that_its_policy_names() {
        let hash = STANDARD.encode(Sha256::digest(PRINT));

        assert_eq!(PRINT_HASH, format!("sha256-{hash}"));
        assert!(PageUse::ToPrint.policy().contains(PRINT_HASH));
        assert!(!PageUse::ToKeep.policy().contains("script-src"));
    }
}
