//! Documents over REST: written, refused, taken away; with what strangers may put into them.

use std::fs;

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use serde_json::{Value, json};

use crate::api::support::{Server, from_page};

const ALL: &str = "/api/v1/documents";

/// An image of one pixel.
const PIXEL: [u8; 70] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, 0x49, 0x44, 0x41, 0x54,
    0x78, 0xda, 0x63, 0x64, 0xf8, 0xcf, 0x50, 0x0f, 0, 0x03, 0x86, 0x01, 0x80, 0x5a, 0x34, 0x7d,
    0x6b, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// Makes a document of this; its address.
async fn made(server: &Server, cookie: &str, body: Value) -> String {
    let reply = server.post(ALL, cookie, &body).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{:?}", reply.json());
    format!("{ALL}/{}", reply.json()["id"].as_str().unwrap())
}

async fn put(server: &Server, cookie: &str, path: &str, body: Value) -> (StatusCode, Value) {
    let reply = server.json(Method::PUT, path, cookie, &body).await;
    (reply.status, reply.json())
}

/// An image in the library; its id.
async fn add_image(server: &Server, cookie: &str, name: &str) -> String {
    let request = from_page(Method::POST, &format!("/api/v1/images?name={name}"), cookie)
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .body(Body::from(PIXEL.to_vec()));
    let reply = server.send(request.unwrap()).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{:?}", reply.json());
    reply.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_document_is_made_changed_restored_and_deleted() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let path = made(&server, &cookie, json!({"title": " Tea ", "content": "Warm."})).await;

    let change = json!({"revision": 1, "content": "Cold.", "tags": ["#a"]});
    let (status, saved) = put(&server, &cookie, &path, change).await;
    assert_eq!((status, &saved["revision"]), (StatusCode::OK, &json!(2)), "{saved}");
    assert_eq!((&saved["title"], &saved["tags"]), (&json!("Tea"), &json!(["a"])));
    let (status, stale) = put(&server, &cookie, &path, json!({"revision": 1, "title": "X"})).await;
    assert_eq!((status, &stale["code"]), (StatusCode::CONFLICT, &json!("document_changed")));

    let versions = server.post(&format!("{path}/versions"), &cookie, &json!({})).await.json();
    assert_eq!(versions["items"][0]["number"], 1);
    put(&server, &cookie, &path, json!({"revision": 2, "content": "Hot."})).await;
    let compared = server.get(&format!("{path}/versions/1/compare/2"), &cookie).await.json();
    assert_eq!(compared["type"], "text");
    let restore = format!("{path}/versions/1/restore");
    let restored = server.post(&restore, &cookie, &json!({})).await.json();
    assert_eq!((&restored["content"], &restored["revision"]), (&json!("Cold."), &json!(4)));
    let found = server.get(&format!("{ALL}?q=cold&tag=a&status=draft"), &cookie).await.json();
    assert_eq!(found["items"].as_array().unwrap().len(), 1, "{found}");

    let gone = server.json(Method::DELETE, &path, &cookie, &json!({})).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get(&path, &cookie).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn long_names_and_texts_are_kept_up_to_the_limit_and_refused_beyond_with_it() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let name = "ش".repeat(1_000);
    let text = "# A long text\n\n\"quoted\" words \u{1F375}\n".repeat(5 << 15);
    let most = &text[..text.floor_char_boundary(5 << 20)];
    let path = made(&server, &cookie, json!({"title": name, "content": most})).await;

    let page = server.get(&path, &cookie).await.json();
    assert_eq!(page["title"].as_str(), Some(name.as_str()));
    assert!(page["content"].as_str() == Some(most), "all of it is kept");
    let found = server.get(&format!("{ALL}?q=quoted"), &cookie).await.json();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let change = json!({"revision": 1, "title": format!("{name}x")});
    let (status, long) = put(&server, &cookie, &path, change).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        long["detail"].as_str().unwrap().contains("1001 characters; the limit is 1000"),
        "{long}"
    );
    let change = json!({"revision": 1, "content": format!("{most}xxxx")});
    let (status, much) = put(&server, &cookie, &path, change).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(much["errors"][0]["code"], "text_too_long", "{much}");
    let zip = server.get(&format!("{path}/export"), &cookie).await;
    assert_eq!(zip.status, StatusCode::OK);
    assert!(zip.header("content-disposition").len() < 800, "the name is cut");
}

#[tokio::test]
async fn a_page_saves_and_previews_a_text_of_three_megabytes() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let path = made(&server, &cookie, json!({"title": "Long", "content": "Short."})).await;
    let id = path.rsplit('/').next().unwrap();
    let text = "Words of a long text.\n".repeat((3 << 20) / 22);

    let change = json!({"revision": 1, "content": text});
    let asked = json!({"id": id, "change": change});
    let saved = server.post("/api/fn/save_document", &cookie, &asked).await;
    let previewed = server.post("/api/fn/format_text", &cookie, &json!({"text": text})).await;

    assert_eq!(saved.status, StatusCode::OK, "{:?}", saved.json());
    assert_eq!(previewed.status, StatusCode::OK, "{:?}", previewed.json());
    let page = server.get(&path, &cookie).await.json();
    assert!(page["content"].as_str() == Some(text.as_str()), "all of it is kept");
}

#[tokio::test]
async fn an_exported_page_holds_its_images_and_nothing_that_runs_or_is_fetched() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let own = add_image(&server, &cookie, "a%20cup.png").await;
    let other = add_image(&server, &cookie, "pot.png").await;
    let text = format!(
        "Hello <script>alert(1)</script><img src=x onerror=alert(1)>\n\n\
         ![remote](https://evil.example/a.png) [run](javascript:alert(1))\n\n\
         ![cup](/api/v1/images/{own}/content) `<img src=\"/api/v1/images/{own}/content\">`\n\n\
         ![not ours](/api/v1/images/00000000-0000-0000-0000-000000000000/content)"
    );
    let title = "</title><script>alert(2)</script> شاي";
    let path = made(&server, &cookie, json!({"title": title, "content": text})).await;
    let attach = json!({"image_ids": [other, own]});
    let attached = server.post(&format!("{path}/attachments"), &cookie, &attach).await;
    assert_eq!(attached.status, StatusCode::OK, "{:?}", attached.json());

    let reply = server.get(&format!("{path}/export?format=html"), &cookie).await;

    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    assert!(reply.header("content-disposition").starts_with("attachment; "));
    assert!(reply.header("content-security-policy").contains("sandbox"));
    let html = String::from_utf8(reply.body).unwrap();
    assert_eq!(html.matches("<img src=\"data:image/png;base64,iVBOR").count(), 2, "{html}");
    for never in ["<script", "evil.example", "javascript:", "<img src=\"/", "<img src=\"h"] {
        assert!(!html.contains(never), "{never} is in {html}");
    }
    assert!(html.contains("&lt;/title&gt;") && html.contains("default-src 'none'"));
    assert!(html.contains("<html lang=\"en\">") && html.contains("<main lang=\"\""), "{html}");
}

#[tokio::test]
async fn an_export_leaves_out_what_is_gone_and_fails_when_the_store_is_away() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let image = add_image(&server, &cookie, "cup.png").await;
    let text = format!("Look: ![cup](/api/v1/images/{image}/content)");
    let path = made(&server, &cookie, json!({"title": "Tea", "content": text})).await;
    let (root, away) = (server.files.path(), server.files.path().with_extension("away"));

    fs::rename(root, &away).unwrap();
    let mut failed = vec![];
    for format in ["markdown", "html"] {
        failed.push(server.get(&format!("{path}/export?format={format}"), &cookie).await.status);
    }
    fs::rename(&away, root).unwrap();
    for shelf in fs::read_dir(root).unwrap().map(|shelf| shelf.unwrap().path()) {
        if !shelf.ends_with("incoming") {
            fs::remove_dir_all(shelf).unwrap();
        }
    }
    let without = server.get(&format!("{path}/export"), &cookie).await;

    assert!(failed.iter().all(StatusCode::is_server_error), "{failed:?}");
    assert_eq!(without.status, StatusCode::OK);
    let bytes = String::from_utf8_lossy(&without.body);
    assert!(bytes.contains("Look: ") && !bytes.contains("PNG\r"), "{bytes}");
}

#[tokio::test]
async fn an_exported_archive_has_the_text_and_the_images_under_safe_names() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let image = add_image(&server, &cookie, "a%20cup.png").await;
    let text = format!("Look: ![cup](/api/v1/images/{image}/content)");
    let other = add_image(&server, &cookie, "pot%20%5B1%5D.png").await;
    let whole = json!({
        "title": "../شاي: tea?", "content": text, "status": "in_review", "tags": ["a: b", "\"c\""],
    });
    let path = made(&server, &cookie, whole).await;
    let attach = json!({"image_ids": [image, other]});
    let attached = server.post(&format!("{path}/attachments"), &cookie, &attach).await;
    assert_eq!(attached.status, StatusCode::OK, "{:?}", attached.json());
    let (place, caption) = (format!("{path}/attachments/{other}"), "*Hot*\n[tea](now)");
    let (status, captioned) = put(&server, &cookie, &place, json!({"caption": caption})).await;
    assert_eq!(status, StatusCode::OK, "{captioned}");

    let reply = server.get(&format!("{path}/export?format=markdown"), &cookie).await;

    assert_eq!(reply.header("content-type"), "application/zip");
    assert!(reply.header("content-disposition").contains("filename*=UTF-8''%D8%B4"));
    // Nothing in it is compressed: its names and texts can be read as they are.
    let bytes = String::from_utf8_lossy(&reply.body);
    assert!(bytes.contains("شاي tea/شاي tea.md"), "{bytes}");
    assert!(bytes.contains("شاي tea/images/01-a-cup.png"), "{bytes}");
    assert!(bytes.contains("Look: ![cup](images/01-a-cup.png)"), "{bytes}");
    assert!(!bytes.contains("../شاي tea"));
    let facts = "---\ntitle: \"../شاي: tea?\"\nstatus: in_review\n\
                 tags: [\"a: b\",\"\\\"c\\\"\"]\n---\n\n# ../شاي: tea?\n\nLook: ";
    assert!(bytes.contains(facts), "{bytes}");
    let after = "![pot \\[1\\]](images/02-pot--1-.png)\n\n\\*Hot\\* \\[tea\\](now)\n";
    assert!(bytes.contains(after), "{bytes}");
    let odd = server.get(&format!("{path}/export?format=exe"), &cookie).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_document_is_taken_to_word_as_plain_text_and_to_paper() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let image = add_image(&server, &cookie, "cup.png").await;
    let text = format!(
        "# Steep\n\nIt is **cold**.\n\n![cup](/api/v1/images/{image}/content)\n\n\
         <script>alert(1)</script>"
    );
    let path = made(&server, &cookie, json!({"title": "Cold brew", "content": text})).await;
    let export =
        async |format: &str| server.get(&format!("{path}/export?format={format}"), &cookie).await;

    let word = export("docx").await;
    assert_eq!(word.status, StatusCode::OK, "{}", String::from_utf8_lossy(&word.body));
    assert!(word.header("content-type").ends_with("wordprocessingml.document"));
    assert!(word.header("content-disposition").contains("filename=\"Cold brew.docx\""));
    let parts = String::from_utf8_lossy(&word.body);
    for part in ["word/document.xml", "word/media/", ">Steep<", ">cold<", "<w:drawing>"] {
        assert!(parts.contains(part), "{part} is missing");
    }

    let plain = export("text").await;
    assert_eq!(plain.header("content-type"), "text/plain; charset=utf-8");
    let words = String::from_utf8(plain.body).unwrap();
    assert!(words.starts_with("Cold brew\n\nSteep\n\nIt is cold.\n\ncup\n\n"), "{words}");

    let print = export("print").await;
    assert_eq!(print.header("content-disposition"), "inline");
    let policy = print.header("content-security-policy").to_owned();
    assert!(policy.starts_with("sandbox allow-modals allow-scripts; "), "{policy}");
    assert!(policy.contains("script-src 'sha256-") && policy.contains("default-src 'none'"));
    let html = String::from_utf8(print.body).unwrap();
    assert_eq!(html.matches("<script").count(), 1, "only the one that prints: {html}");
    assert!(html.contains("<img src=\"data:image/png;base64,"), "{html}");
}

#[tokio::test]
async fn one_image_is_attached_where_it_is_wanted() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let path = made(&server, &cookie, json!({})).await;
    let path = format!("{path}/attachments");
    let [a, b, c] = [
        add_image(&server, &cookie, "a.png").await,
        add_image(&server, &cookie, "b.png").await,
        add_image(&server, &cookie, "c.png").await,
    ];
    let attach = async |body: Value| server.post(&path, &cookie, &body).await;
    let shown = |reply: &Value| -> Vec<String> {
        let items = reply["items"].as_array().cloned().unwrap_or_default();
        items.iter().map(|item| item["id"].as_str().unwrap_or_default().to_owned()).collect()
    };

    attach(json!({ "image_id": a, "is_primary": true, "attachment_order": 1 })).await;
    let second = attach(json!({ "image_id": b, "is_primary": true })).await.json();
    assert_eq!(shown(&second), [b.clone(), a.clone()], "{second}");
    let third = attach(json!({ "image_id": c, "is_primary": false, "attachment_order": 2 })).await;
    assert_eq!(shown(&third.json()), [b.clone(), c.clone(), a.clone()]);
    let first = attach(json!({ "image_ids": [a], "set_first_as_primary": true })).await;
    assert_eq!(shown(&first.json()), [a.clone(), b.clone(), c.clone()]);
    let moved = json!({ "is_primary": false, "attachment_order": 3 });
    let (_, moved) = put(&server, &cookie, &format!("{path}/{a}"), moved).await;
    assert_eq!(shown(&moved), [b, c, a.clone()]);
    for unclear in [json!({}), json!({ "image_id": a, "image_ids": [a] })] {
        assert_eq!(attach(unclear).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
