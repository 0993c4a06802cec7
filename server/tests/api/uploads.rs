//! What strangers send as files: refused with the limit in words and nothing left behind, or kept and
//! only ever sent as what it was proven to be.

use std::{fs, io::Cursor, path::Path};

use crate::api::support::{Reply, Server, from_page};
use axum::{
    body::{Body, Bytes},
    http::{Method, StatusCode},
};
use futures::stream;
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use model::{id::UploadId, pages::LaunchRequest};
use serde_json::json;
use services::testing::soak::soaking;

const FORMATS: [ImageFormat; 4] =
    [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif];
const SCRIPT: &[u8] = b"/*<script>alert(1)</script>*/=1;";
const SVG: &[u8] =
    b"<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>\
    <script>alert(1)</script><foreignObject><iframe src='javascript:alert(1)'/></foreignObject>\
    <image xlink:href='file:///etc/passwd'/><image href='http://evil.example/x'/></svg>";

/// Somebody who sends files.
struct Sender {
    server: Server,
    cookie: String,
    /// Where documents keep their files.
    document: String,
}

impl Sender {
    async fn new() -> Self {
        let server = Server::start().await;
        let cookie = server.set_up().await;
        let made = server.post("/api/v1/documents", &cookie, &json!({ "title": "A brief" })).await;
        let document = format!("/documents/{}/files", made.json()["id"].as_str().unwrap());
        Self { server, cookie, document }
    }

    /// Every place that takes a file.
    fn places(&self) -> [&str; 3] {
        ["/images", "/uploads", &self.document]
    }

    async fn send(&self, place: &str, name: &str, body: impl Into<Body>) -> Reply {
        let path = format!("/api/v1{place}?name={name}");
        let request = from_page(Method::POST, &path, &self.cookie);
        self.server.send(request.body(body.into()).unwrap()).await
    }

    async fn get(&self, path: &str) -> Reply {
        self.server.get(&format!("/api/v1{path}"), &self.cookie).await
    }

    /// Rows that speak of files, and files that lie in the store.
    async fn held(&self) -> (i64, usize) {
        let rows = "SELECT (SELECT count(*) FROM images) + (SELECT count(*) FROM uploads)
                         + (SELECT count(*) FROM blobs)";
        let rows = sqlx::query_scalar(rows).fetch_one(&self.server.db.pool).await.unwrap();
        (rows, files(self.server.files.path()))
    }
}

fn files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}

fn file(format: ImageFormat) -> Vec<u8> {
    let color = |x: u32, y: u32| Rgba([(x * 7) as u8, (y * 5) as u8, (x * y) as u8, 255]);
    let image: DynamicImage = RgbaImage::from_fn(24, 24, color).into();
    let image = match format {
        ImageFormat::Jpeg => image.into_rgb8().into(),
        _ => image,
    };
    let mut bytes = Vec::new();
    image.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

/// A PNG whose header says something else than it holds, with a correct checksum.
fn png_claiming(side: u32) -> Vec<u8> {
    let mut png = file(ImageFormat::Png);
    png[16..20].copy_from_slice(&side.to_be_bytes());
    png[20..24].copy_from_slice(&side.to_be_bytes());
    let bits = |crc: u32| {
        (0..8).fold(crc, |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 })
    };
    let crc = !png[12..29].iter().fold(!0, |crc, byte| bits(crc ^ u32::from(*byte)));
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    png
}

/// A GIF of one pixel with this many frames.
fn gif_of(frames: usize) -> Vec<u8> {
    let head = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff";
    let frame = b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00";
    [&head[..], &frame.repeat(frames), b"\x3b"].concat()
}

/// Sent in pieces, so that nobody knows how much is to come.
fn endless(mebibytes: usize) -> Body {
    let piece = Bytes::from(vec![b'a'; 1 << 20]);
    Body::from_stream(stream::iter(
        (0..mebibytes).map(move |_| Ok::<_, std::io::Error>(piece.clone())),
    ))
}

fn assert_harmless(reply: &Reply) {
    assert_eq!(reply.status, StatusCode::OK, "{:?}", reply.json());
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("content-security-policy"), "sandbox; default-src 'none'");
    assert!(!reply.header("content-disposition").is_empty());
}

#[tokio::test]
async fn rel_s9_a_hostile_file_is_refused_with_the_limit_and_leaves_nothing() {
    let sender = Sender::new().await;
    let before = sender.held().await;
    let none_of = "isn't a supported type";
    let cases: [(&str, Vec<u8>, StatusCode, &str); 8] = [
        (
            "bomb.png",
            png_claiming(60_000),
            StatusCode::UNPROCESSABLE_ENTITY,
            "60000 × 60000 px; the limit is 12000 px per side",
        ),
        (
            "wide.png",
            png_claiming(8_000),
            StatusCode::UNPROCESSABLE_ENTITY,
            "the limit is 12000 px per side and 40 megapixels",
        ),
        (
            "polyglot.gif",
            [b"GIF89a", SCRIPT].concat(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "damaged or incomplete",
        ),
        ("frames.gif", gif_of(100_000), StatusCode::UNPROCESSABLE_ENTITY, "more than 1000 frames"),
        ("empty.png", vec![], StatusCode::UNPROCESSABLE_ENTITY, "is empty"),
        (
            "program.png",
            b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00".to_vec(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "",
        ),
        (
            "archive.png",
            b"PK\x03\x04\x14\x00\x00\x00\x08\x00".to_vec(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "",
        ),
        (
            "large.png",
            [file(ImageFormat::Png), vec![0; 10 << 20]].concat(),
            StatusCode::PAYLOAD_TOO_LARGE,
            "is 10 MB.",
        ),
    ];

    for place in sender.places() {
        for (name, bytes, status, words) in &cases {
            let reply = sender.send(place, name, bytes.clone()).await;
            let detail = reply.json()["detail"].as_str().unwrap_or_default().to_owned();
            assert_eq!(reply.status, *status, "{place} {name}: {detail}");
            assert!(detail.contains(name) && detail.contains(words), "{place} {name}: {detail}");
        }
        for format in FORMATS {
            let whole = file(format);
            for eighths in 1..8 {
                let cut = whole[..whole.len() * eighths / 8].to_vec();
                let reply = sender.send(place, "cut", cut).await;
                assert_eq!(
                    reply.status,
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "{format:?} {eighths}/8"
                );
            }
        }
        let endless = sender.send(place, "endless", endless(40)).await;
        assert_eq!(endless.status, StatusCode::PAYLOAD_TOO_LARGE, "{place}");
        assert!(endless.json()["detail"].as_str().unwrap().contains("25 MB"));
    }
    let odd = sender.send("/uploads", "odd.txt", b"\x00\x01binary".to_vec()).await;
    assert!(odd.json()["detail"].as_str().unwrap().contains(none_of), "{:?}", odd.json());
    let drawn = sender.send("/images", "drawn.svg", SVG).await;
    assert_eq!(drawn.status, StatusCode::UNPROCESSABLE_ENTITY, "an SVG is no picture here");
    assert_eq!(sender.held().await, before, "something was left behind");
}

#[tokio::test]
async fn a_file_that_is_called_what_it_is_not_is_refused_by_its_name_and_leaves_nothing() {
    let sender = Sender::new().await;
    let before = sender.held().await;
    let image = file(ImageFormat::Png);
    let cases: [(&str, &[u8], &str); 4] = [
        ("fake.pdf", b"No PDF at all.", "is named like a PDF, but contains text"),
        ("evil.svg", SVG, "is named like an image, but contains text"),
        ("photo.PNG", b"No picture.", "is named like an image, but contains text"),
        ("brief.pdf", &image, "is named like a PDF, but contains an image"),
    ];

    for place in ["/uploads", sender.document.as_str()] {
        for (name, bytes, words) in cases {
            let reply = sender.send(place, name, bytes.to_vec()).await;
            let refused = reply.json();
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{place} {name}");
            let detail = refused["detail"].as_str().unwrap();
            assert!(detail.contains(name) && detail.contains(words), "{place}: {detail}");
            assert!(detail.contains("images (PNG, JPEG, WebP, GIF), PDF, text"), "{detail}");
        }
    }
    assert_eq!(sender.held().await, before, "something was left behind");
}

#[tokio::test]
async fn rel_s9_what_is_kept_is_sent_only_as_what_it_was_proven_to_be() {
    let sender = Sender::new().await;
    let behind = [file(ImageFormat::Gif), SCRIPT.to_vec()].concat();
    let named_wrong = sender.send("/images", "script.js", behind).await;
    let text = sender.send(&sender.document, "drawn.xml", SVG).await;
    let page =
        sender.send(&sender.document, "page.html", "<!doctype html><script>alert(1)</script>");
    let page = page.await;
    let path = json!({ "path": "/etc/passwd", "filepath": "/etc/passwd" }).to_string();
    let path = sender.send(&sender.document, "path.json", path).await;

    let image = named_wrong.json()["id"].as_str().unwrap().to_owned();
    let content = sender.get(&format!("/images/{image}/content")).await;
    assert_harmless(&content);
    assert_eq!(content.header("content-type"), "image/gif", "by its content, not by its name");
    let thumbnail = sender.get(&format!("/images/{image}/thumbnail?side=96")).await;
    assert_harmless(&thumbnail);
    assert!(!thumbnail.body.windows(8).any(|part| part == b"<script>"));
    for (kept, bytes) in [(text, SVG), (page, b"<!doctype html><script>alert(1)</script>")] {
        assert_eq!(kept.status, StatusCode::CREATED, "{:?}", kept.json());
        let id = kept.json()["id"].as_str().unwrap().to_owned();
        let sent = sender.get(&format!("{}/{id}", sender.document)).await;
        assert_harmless(&sent);
        assert!(sent.header("content-type").starts_with("text/plain"), "{:?}", sent.headers);
        assert!(sent.header("content-disposition").starts_with("attachment"));
        assert_eq!(sent.body, bytes);
    }
    // A body that names a file of the server is a text like any other.
    let id = path.json()["id"].as_str().unwrap().to_owned();
    let sent = sender.get(&format!("{}/{id}", sender.document)).await;
    assert!(!String::from_utf8_lossy(&sent.body).contains("root:"));
}

#[tokio::test]
async fn rel_s9_what_goes_along_at_a_launch_is_shown_when_it_is_a_picture_and_else_downloaded() {
    let sender = Sender::new().await;
    let (server, owner) = (&sender.server, sender.server.actor(&sender.cookie).await.unwrap());
    let mut ids: Vec<UploadId> = vec![];
    let image = file(ImageFormat::Png);
    for (name, bytes) in [("script.js", &image[..]), ("drawn.xml", SVG), ("other.txt", b"x")] {
        let kept = sender.send("/uploads", name, bytes.to_vec()).await.json();
        ids.push(kept["id"].as_str().unwrap().parse().unwrap());
    }
    let request = server.campaign(&owner).await;
    let request = LaunchRequest { upload_ids: ids[..2].to_vec(), ..request };
    let execution = server.services.executions.launch(&owner, request).await.unwrap().execution_id;
    let of_launch = |id: UploadId| format!("/workflows/executions/{execution}/files/{id}");

    let shown = sender.get(&of_launch(ids[0])).await;
    let small = sender.get(&format!("{}/thumbnail?side=96", of_launch(ids[0]))).await;
    let text = sender.get(&of_launch(ids[1])).await;

    for sent in [&shown, &small, &text] {
        assert_harmless(sent);
    }
    assert_eq!((shown.header("content-type"), &shown.body), ("image/png", &image));
    assert!(text.header("content-disposition").starts_with("attachment"));
    assert!(text.header("content-type").starts_with("text/plain"), "{:?}", text.headers);
    assert_eq!(text.body, SVG);
    let no_image = sender.get(&format!("{}/thumbnail", of_launch(ids[1]))).await;
    assert_eq!(no_image.status, StatusCode::NOT_FOUND);
    let of_nobody = sender.get(&of_launch(ids[2])).await;
    assert_eq!(of_nobody.status, StatusCode::NOT_FOUND, "it did not go along");
}

#[tokio::test]
async fn rel_s9_hundreds_of_damaged_pictures_leave_the_server_answering_and_nothing_behind() {
    let sender = Sender::new().await;
    let originals = FORMATS.map(file);
    // The same numbers every time.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let (mut kept, mut refused) = (vec![], 0);

    let rounds = if soaking() { 400 } else { 120 };
    for round in 0..rounds {
        let mut bytes = originals[round % 4].clone();
        for _ in 0..=next(6) {
            let at = next(bytes.len());
            bytes[at] ^= 1 << next(8);
        }
        let reply = sender.send("/images", &format!("mutated-{round}"), bytes).await;
        match reply.status {
            StatusCode::CREATED => kept.push(reply.json()["id"].as_str().unwrap().to_owned()),
            StatusCode::UNPROCESSABLE_ENTITY => refused += 1,
            other => panic!("{round}: {other} {:?}", reply.json()),
        }
    }

    assert!(
        refused > rounds / 20 && kept.len() > rounds / 20,
        "{refused} refused, {} kept",
        kept.len()
    );
    for id in &kept {
        assert_harmless(&sender.get(&format!("/images/{id}/content")).await);
        assert_harmless(&sender.get(&format!("/images/{id}/thumbnail?side=96")).await);
    }
    let images: i64 = sqlx::query_scalar("SELECT count(*) FROM images")
        .fetch_one(&sender.server.db.pool)
        .await
        .unwrap();
    assert_eq!(usize::try_from(images).unwrap(), kept.len());
    let named = "SELECT count(*) FROM blobs";
    let named: i64 = sqlx::query_scalar(named).fetch_one(&sender.server.db.pool).await.unwrap();
    assert_eq!(usize::try_from(named).unwrap(), files(sender.server.files.path()));
}
