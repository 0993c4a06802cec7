//! Finding out what a file is, by its content, and whether it may be kept.

use backend::actor::Actor;
use bytes::Bytes;
use files::{images, pdf::PdfOutcome, sandbox::FileDecoder};
use model::{
    id::UploadId,
    library::{Upload, UploadKind},
    problem::{Problem, ProblemKind},
};
use sqlx::PgConnection;
use store::{error::Result, uploads};
use uuid::Uuid;

use super::blobs::{HeldBlob, hold_blob};
use crate::context::ServiceContext;

/// Most bytes of a file that is not an image.
const MOST_BYTES: usize = 25 << 20;
/// Characters of a text that go along with a prompt.
const MOST_CHARS: usize = 100_000;
const MOST_NAME_CHARS: usize = 200;
const EMPTY: &str = "is empty. Choose another file.";
const ALLOWED: &str = "images (PNG, JPEG, WebP, GIF), PDF, text";

/// A file that is in the blob store and not yet recorded in the database.
pub(crate) struct Received {
    pub(crate) upload: Upload,
    pub(crate) held: HeldBlob,
    content: Option<String>,
}

impl Received {
    /// Puts the file on record.
    pub(crate) async fn record(&self, tx: &mut PgConnection, actor: &Actor) -> Result<()> {
        let (digest, content) = (self.held.digest(), self.content.as_deref());
        let user = Some(actor.user);
        uploads::insert(tx, actor.workspace, user, &self.upload, &digest, content).await?;
        self.held.release(tx).await
    }
}

/// Finds out by its content what a file is, and puts it into the blob store with a hold.
///
/// # Errors
/// Too large, of another kind or of another than its name says, with what was sent and what is
/// allowed.
pub(crate) async fn receive(
    ctx: &ServiceContext,
    actor: &Actor,
    name: &str,
    bytes: Bytes,
) -> Result<Received> {
    let name = checked_name(name);
    let read = read(&ctx.deps.decoder, &name, bytes.clone()).await?;
    check_name(&name, read.kind)?;
    let upload = Upload {
        id: UploadId(Uuid::now_v7()),
        name,
        kind: read.kind,
        media_type: read.media_type.to_owned(),
        bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        note: read.note,
    };
    let held = hold_blob(ctx, actor.workspace, bytes, &upload.media_type).await?;
    Ok(Received { upload, held, content: read.content })
}

/// What was read from a file's content.
struct Read {
    kind: UploadKind,
    media_type: &'static str,
    content: Option<String>,
    note: Option<String>,
}

async fn read(decoder: &FileDecoder, name: &str, bytes: Bytes) -> Result<Read, Problem> {
    if bytes.is_empty() {
        return Err(file_refused(name, EMPTY));
    }
    if bytes.len() > MOST_BYTES {
        let (asked, most) = (mebibytes(bytes.len()), MOST_BYTES >> 20);
        let detail = format!("“{name}” is {asked} MB. The limit for files is {most} MB.");
        return Err(Problem::new(ProblemKind::TooLarge, "file_too_large", detail));
    }
    match infer::get(&bytes).map(|kind| kind.mime_type()) {
        Some(kind) if kind.starts_with("image/") => image(decoder, name, bytes).await,
        Some("application/pdf") => Ok(pdf(decoder.pdf(bytes).await)),
        Some(kind) if !kind.starts_with("text/") => Err(wrong_kind(name)),
        _ => text(name, &bytes),
    }
}

async fn image(decoder: &FileDecoder, name: &str, bytes: Bytes) -> Result<Read, Problem> {
    let checked = check_image_file(decoder, name, bytes).await?;
    let (kind, media_type) = (UploadKind::Image, checked.media_type);
    Ok(Read { kind, media_type, content: None, note: None })
}

/// An image within the limits.
///
/// # Errors
/// Why it is refused, with its name.
pub(crate) async fn check_image_file(
    decoder: &FileDecoder,
    name: &str,
    bytes: Bytes,
) -> Result<images::Checked, Problem> {
    if bytes.is_empty() {
        return Err(file_refused(name, EMPTY));
    }
    let size = bytes.len();
    if size > images::MOST_BYTES {
        let (asked, most) = (mebibytes(size), images::MOST_BYTES >> 20);
        let detail = format!("“{name}” is {asked} MB. The limit for images is {most} MB.");
        return Err(Problem::new(ProblemKind::TooLarge, "image_too_large", detail));
    }
    let checked = decoder.check_image(bytes).await;
    checked.map_err(|error| file_refused(name, &format!("can't be used: {error}.")))
}

fn text(name: &str, bytes: &[u8]) -> Result<Read, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|_| wrong_kind(name))?;
    let text = text.trim_start_matches('\u{feff}');
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    if text.contains(is_control) {
        return Err(wrong_kind(name));
    }
    if text.trim().is_empty() {
        return Err(file_refused(name, "contains no text. Choose another file."));
    }
    let (content, note) = shorten(text);
    let kind = UploadKind::Text;
    Ok(Read { kind, media_type: "text/plain", content: Some(content), note })
}

/// A PDF is kept whatever it is; what cannot be read of it is said.
fn pdf(found: PdfOutcome) -> Read {
    let (content, note) = match found {
        PdfOutcome::Text { text, read, pages } => {
            let (content, cut) = shorten(&text);
            let pages =
                (read < pages).then(|| format!("Only the first {read} of {pages} pages are used."));
            (Some(content), pages.or(cut))
        }
        PdfOutcome::NoText => {
            (None, Some(unread_note("it contains only images. Upload its text as a text file.")))
        }
        PdfOutcome::Locked => {
            (None, Some(unread_note("it is locked with a password. Upload a copy without one.")))
        }
        PdfOutcome::Damaged => (
            None,
            Some(unread_note(
                "it is damaged or incomplete. Upload another copy, or its text as a text file.",
            )),
        ),
        PdfOutcome::TooMuch => {
            let why = "it is too large to read. Upload its text as a text file.";
            (None, Some(unread_note(why)))
        }
    };
    Read { kind: UploadKind::Pdf, media_type: "application/pdf", content, note }
}

/// The note on a file that is kept although its text cannot be read.
fn unread_note(why: &str) -> String {
    format!("Saved, but its text can't be used: {why}")
}

/// The first characters of a text, as many as go into a prompt, and a note where that is not all.
fn shorten(text: &str) -> (String, Option<String>) {
    match text.char_indices().nth(MOST_CHARS) {
        None => (text.to_owned(), None),
        Some((end, _)) => {
            let all = text.chars().count();
            let note = format!("Only the first {MOST_CHARS} of {all} characters are used.");
            (text[..end].to_owned(), Some(note))
        }
    }
}

/// The name without a path and without what cannot be shown.
pub(crate) fn checked_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(MOST_NAME_CHARS).collect();
    let name = name.trim();
    if name.is_empty() { "file".to_owned() } else { name.to_owned() }
}

fn wrong_kind(name: &str) -> Problem {
    file_refused(name, &format!("isn't a supported type. Supported: {ALLOWED}."))
}

/// Makes sure that a name does not mislead whoever opens the file by it.
///
/// # Errors
/// A file that is called an image or a PDF and is none.
fn check_name(name: &str, is: UploadKind) -> Result<(), Problem> {
    let Some(called) = kind_by_name(name).filter(|called| *called != is) else { return Ok(()) };
    let word = |kind: UploadKind| match kind {
        UploadKind::Image => "an image",
        UploadKind::Pdf => "a PDF",
        UploadKind::Text => "text",
        UploadKind::File => "a file",
    };
    let (called, is) = (word(called), word(is));
    let why = format!(
        "is named like {called}, but contains {is}. Supported: {ALLOWED}, with a matching file \
         extension."
    );
    Err(file_refused(name, &why))
}

/// The kind that a file name's extension stands for; none for other extensions, which texts may
/// have.
fn kind_by_name(name: &str) -> Option<UploadKind> {
    let (_, ending) = name.rsplit_once('.')?;
    match ending.to_ascii_lowercase().as_str() {
        "pdf" => Some(UploadKind::Pdf),
        "png" | "apng" | "jpg" | "jpeg" | "jfif" | "webp" | "gif" | "svg" | "svgz" | "avif"
        | "heic" | "heif" | "bmp" | "tif" | "tiff" | "ico" => Some(UploadKind::Image),
        _ => None,
    }
}

fn file_refused(name: &str, why: &str) -> Problem {
    Problem::new(ProblemKind::Invalid, "file_refused", format!("“{name}” {why}"))
}

fn mebibytes(bytes: usize) -> String {
    format!("{:.1}", bytes as f64 / f64::from(1 << 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let (content, note) = shorten(&"é".repeat(MOST_CHARS + 1));

        assert_eq!(content.chars().count(), MOST_CHARS);
        assert!(note.is_some_and(|note| note.contains("100000 of 100001")));
    }

    #[test]
    fn a_file_is_refused_that_is_called_what_it_is_not() {
        let refused = |name, is| check_name(name, is).err().map(|problem| problem.detail);

        let fake = refused("Fake.PDF", UploadKind::Text);
        let fake = fake.unwrap_or_default();
        assert!(fake.starts_with("“Fake.PDF” is named like a PDF, but contains text."), "{fake}");
        assert!(fake.contains(ALLOWED), "{fake}");
        for (name, is) in [
            ("evil.svg", UploadKind::Text),
            ("photo.jpg", UploadKind::Text),
            ("photo.jpg", UploadKind::Pdf),
            ("brief.pdf", UploadKind::Image),
        ] {
            assert!(refused(name, is).is_some_and(|why| why.contains(name)), "{name}");
        }
        for (name, is) in [
            ("brief.pdf", UploadKind::Pdf),
            // Which image it is, its content says.
            ("photo.jpg", UploadKind::Image),
            ("photo", UploadKind::Image),
            ("notes.md", UploadKind::Text),
            ("pdf", UploadKind::Text),
            ("main.rs", UploadKind::Text),
        ] {
            assert_eq!(refused(name, is), None, "{name}");
        }
    }

    #[test]
    fn a_name_loses_its_path() {
        assert_eq!(checked_name("C:\\Users\\ada\\brief.txt"), "brief.txt");
        assert_eq!(checked_name("../../etc/passwd\0"), "passwd");
        assert_eq!(checked_name(" / "), "file");
    }
}
