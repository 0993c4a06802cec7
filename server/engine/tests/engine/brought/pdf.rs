//! PDF files brought along: their text is read like a text's, and what cannot be read is said.

use files::pdf::{MOST_PAGES, PdfOutcome, read};
use model::{execution::state::ExecutionStatus, library::UploadKind, pages::LaunchRequest};
use serde_json::json;
use services::testing::{
    pdf::{pdf, pdf_of, pdf_with_font, stream},
    world::{World, quick},
};

use crate::engine::brought::{launched, prompt, request, with_context};

fn text(bytes: &[u8]) -> String {
    match read(bytes) {
        PdfOutcome::Text { text, .. } => text,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_text_of_a_pdf_reaches_the_prompt() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let bytes = pdf(&["Our kettle whistles in C major.", "It boils in a minute."]);
    let file =
        world.services.uploads.upload(&world.owner, "kettle.pdf", bytes.into()).await.unwrap();
    assert_eq!((file.kind, file.note), (UploadKind::Pdf, None));
    let template = world.publish(&with_context(json!({"mode": "launch"}))).await;

    let launch = LaunchRequest { upload_ids: vec![file.id], ..request(template) };
    let execution = launched(&world, launch).await.unwrap().execution_id;
    let prompt = prompt(&world, execution).await;
    worker.stop().await;

    let words = "# kettle.pdf\n\nOur kettle whistles in C major.\n\nIt boils in a minute.";
    assert!(prompt.contains(words), "{prompt}");
    assert_eq!(world.view(execution).await.status, ExecutionStatus::Completed);
}

#[tokio::test]
async fn a_pdf_that_cannot_be_read_is_kept_and_says_why_and_runs_are_not_stopped_by_it() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let locked = "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (0123456789abcdef0123456789abcdef) \
                  /U (0123456789abcdef0123456789abcdef) >> /ID [(a) (a)]";
    let whole = pdf(&["words"]);
    let cases = [
        (pdf_of(vec![stream("", b"BT (words) Tj ET")], locked), "locked with a password"),
        (pdf_of(vec![stream("", b"q 612 0 0 792 0 0 cm /Im1 Do Q")], ""), "only images"),
        (whole[..40].to_vec(), "damaged or incomplete"),
    ];
    let mut upload_ids = vec![];
    for (bytes, words) in cases {
        let file =
            world.services.uploads.upload(&world.owner, "a.pdf", bytes.into()).await.unwrap();
        let note = file.note.unwrap();
        assert!(note.contains(words) && file.kind == UploadKind::Pdf, "{note}");
        upload_ids.push(file.id);
    }

    let template = world.publish(&with_context(json!({"mode": "launch"}))).await;
    let launch = LaunchRequest { upload_ids, ..request(template) };
    let execution = launched(&world, launch).await.unwrap().execution_id;
    prompt(&world, execution).await;
    worker.stop().await;

    assert_eq!(world.view(execution).await.status, ExecutionStatus::Completed);
}

#[tokio::test]
async fn of_many_pages_the_first_are_read_and_it_is_said() {
    let world = World::new().await;
    let pages = vec!["leaf"; MOST_PAGES + 7];

    let bytes = pdf(&pages);
    let file =
        world.services.uploads.upload(&world.owner, "leaves.pdf", bytes.into()).await.unwrap();

    assert_eq!(file.note.unwrap(), "Only the first 300 of 307 pages are used.");
}

#[test]
fn lines_stay_lines_and_words_stay_words() {
    let shown = b"BT /F1 12 Tf 14 TL 72 700 Td (The first) Tj 60 0 Td (line) Tj 0 -14 Td \
        [(The sec) 20 (ond) -300 (one)] TJ T* (third) Tj (\\'fourth) ' ET \
        BT /F1 9 Tf 1 0 0 1 72 500 Tm (below) Tj 1 0 0 1 120 500 Tm (beside\\000) Tj ET";

    let text = text(&pdf_of(vec![stream("", shown)], ""));

    assert_eq!(text, "The first line\nThe second one\nthird\n'fourth\nbelow beside");
}

/// As browsers print: each letter that stands nearer to its neighbour than usual is put in its place.
#[test]
fn letters_that_stand_near_each_other_are_one_word() {
    let widths = format!("/FirstChar 32 /Widths [250 {}]", "600 ".repeat(94));
    let font = format!("/Subtype /TrueType /BaseFont /Any /Encoding /WinAnsiEncoding {widths}");
    // The E of TEA stands one unit nearer, WE after a space of its own, GO two letters farther.
    let shown =
        b"BT /F1 10 Tf 1 0 0 1 72 700 Tm (T) Tj 5 0 Td (EA ) Tj 14 0 Td (W) Tj 5.5 0 Td (E) Tj \
        20 0 Td (GO) Tj ET BT /F1 10 Tf 2 0 0 2 72 600 Tm (A) Tj 1 0 0 1 83 600 Tm (V) Tj ET";

    let text = text(&pdf_with_font(&font, vec![stream("", shown)], ""));

    assert_eq!(text, "TEA WE GO\nAV");
}

#[test]
fn what_was_cut_or_changed_anywhere_is_read_or_refused_but_never_a_panic() {
    let whole = pdf(&["Our kettle whistles.", "It boils."]);

    for end in 0..whole.len() {
        read(&whole[..end]);
    }
    for at in 0..whole.len() {
        for put in [0, b'<', b'(', b'9', 0xff] {
            let mut changed = whole.clone();
            changed[at] = put;
            read(&changed);
        }
    }
}
