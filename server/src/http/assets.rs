//! The browser client: scripts, styles, fonts and icons, each under a name made of its content.
//!
//! A release carries them inside the binary (`server/src/main.rs`); a debug build reads them from
//! `target/site`. `tools/bundle` makes both. A folder without its manifest is one that cargo-leptos
//! made: served, never cached.

use std::{borrow::Cow, collections::BTreeMap, env, fs, io, path::Path, sync::Arc};

use anyhow::{Result, anyhow, bail};
use app::chunks::chunk_for_path;
use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
};
use leptos::config::LeptosOptions;
use serde::Deserialize;

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const REVALIDATE: &str = "no-cache";

/// The files that a binary carries, as their names and contents: none in one that was built
/// without.
pub type Embedded = Vec<(String, Cow<'static, [u8]>)>;

/// Every file of the browser client, held in memory.
#[derive(Debug, Clone)]
pub struct Assets {
    name: String,
    cache: &'static str,
    files: BTreeMap<String, File>,
    parts: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone, Default)]
struct File {
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

#[derive(Deserialize)]
struct Manifest {
    name: String,
    /// The files of each chunk of the client, by the chunk's name.
    #[serde(default)]
    parts: BTreeMap<String, Vec<String>>,
}

impl Default for Assets {
    /// No client: pages are served, but nothing makes them live.
    fn default() -> Self {
        Self {
            name: "atelier".to_owned(),
            cache: REVALIDATE,
            files: BTreeMap::new(),
            parts: BTreeMap::new(),
        }
    }
}

impl Assets {
    /// The client in the binary or, in a debug build or when `LEPTOS_SITE_ROOT` names one, in a
    /// folder.
    pub fn load(embedded: Embedded) -> Result<Self> {
        match env::var_os("LEPTOS_SITE_ROOT") {
            Some(folder) => Self::read(Path::new(&folder)),
            None if cfg!(debug_assertions) => {
                Self::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/site")))
            }
            None if embedded.is_empty() => {
                bail!(
                    "this binary was built without its browser client. Build it with `make release`"
                )
            }
            None => Ok(Self::from_files(
                embedded.into_iter().map(|(name, data)| (name, bytes(data))).collect(),
            )),
        }
    }

    /// The client in `folder`.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut found = vec![];
        walk(folder, "", &mut found).map_err(|error| {
            let folder = folder.display();
            anyhow!("can't read the browser client in {folder} ({error}). Run `make bundle`")
        })?;
        Ok(Self::from_files(found))
    }

    fn from_files(mut found: Vec<(String, Bytes)>) -> Self {
        // A file comes before its packed twins, whose names are longer.
        found.sort_by(|a, b| a.0.cmp(&b.0));
        let mut assets = Self::default();
        for (name, content) in found {
            assets.add(name, content);
        }
        assets
    }

    fn add(&mut self, name: String, content: Bytes) {
        if name == "manifest.json" {
            if let Ok(manifest) = serde_json::from_slice::<Manifest>(&content) {
                (self.name, self.cache) = (manifest.name, IMMUTABLE);
                self.parts = manifest.parts;
            }
        } else if let Some(file) = name.strip_suffix(".br").and_then(|n| self.files.get_mut(n)) {
            file.brotli = Some(content);
        } else if let Some(file) = name.strip_suffix(".gz").and_then(|n| self.files.get_mut(n)) {
            file.gzip = Some(content);
        } else {
            self.files.insert(name, File { plain: content, ..File::default() });
        }
    }

    /// What Leptos' `HydrationScripts` and `HashedStylesheet` need to name the client's files.
    pub fn leptos_options(&self) -> LeptosOptions {
        LeptosOptions::builder().output_name(self.name.as_str()).site_pkg_dir("pkg").build()
    }

    /// The fonts that every page needs at once, as the paths they are served under.
    pub fn fonts(&self) -> Vec<String> {
        let is_needed = |name: &&String| {
            let file = name.rsplit('/').next().unwrap_or_default();
            file.starts_with("inter-") && file.contains("-latin.") && file.ends_with(".woff2")
        };
        self.files.keys().filter(is_needed).map(|name| format!("/{name}")).collect()
    }

    /// For each chunk of the client a `Link` header that has a browser fetch the chunk's files.
    pub fn links(&self) -> ChunkLinks {
        let link = |file: &String| {
            format!("</pkg/{file}>; rel=preload; as=fetch; type=\"application/wasm\"; crossorigin")
        };
        let header = |files: &Vec<String>| {
            HeaderValue::from_str(&files.iter().map(link).collect::<Vec<_>>().join(", ")).ok()
        };
        let links =
            self.parts.iter().filter_map(|(part, files)| Some((part.clone(), header(files)?)));
        ChunkLinks(Arc::new(links.collect()))
    }

    /// Serves `/pkg/*` and the few files that browsers ask for by a fixed name.
    pub fn router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        let assets = Arc::new(self);
        let mut router = Router::new();
        for name in assets.files.keys() {
            let (assets, path) = (Arc::clone(&assets), format!("/{name}"));
            let name = name.clone();
            let answer = move |headers: HeaderMap| async move { assets.serve(&name, &headers) };
            router = router.route(&path, get(answer));
        }
        router
    }

    fn serve(&self, name: &str, asked: &HeaderMap) -> Response {
        let Some(file) = self.files.get(name) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let (encoding, content) = file.best_for(asked);
        // Anything that changes in the bundle changes its name.
        let tag = format!("\"{}.{encoding}\"", self.name);
        let is_bundle = self.cache == IMMUTABLE;
        let cache = if name.starts_with("pkg/") { self.cache } else { REVALIDATE };
        let known = asked.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
        let is_known = is_bundle && known.is_some_and(|tags| tags.contains(&tag));
        let headers = (
            [(header::CACHE_CONTROL, cache), (header::VARY, "accept-encoding")],
            [(header::CONTENT_TYPE, content_type(name))],
            (encoding != "identity").then_some([(header::CONTENT_ENCODING, encoding)]),
            is_bundle.then_some([(header::ETAG, tag)]),
        );
        if is_known {
            (StatusCode::NOT_MODIFIED, headers, ()).into_response()
        } else {
            (headers, content).into_response()
        }
    }
}

/// The `Link` headers that have a browser fetch the files of a chunk, by the chunk's name.
#[derive(Debug, Clone)]
pub struct ChunkLinks(Arc<BTreeMap<String, HeaderValue>>);

/// Names the chunk that a page's code lies in by a `Link` header: the browser fetches it at once,
/// and not only when the client's first module has been loaded and asks for it.
pub async fn link_chunks(
    State(ChunkLinks(links)): State<ChunkLinks>,
    request: Request,
    next: Next,
) -> Response {
    let link = chunk_for_path(request.uri().path()).and_then(|chunk| links.get(chunk)).cloned();
    let mut response = next.run(request).await;
    if let (Some(link), StatusCode::OK) = (link, response.status()) {
        response.headers_mut().append(header::LINK, link);
    }
    response
}

impl File {
    fn best_for(&self, asked: &HeaderMap) -> (&'static str, Bytes) {
        match (&self.brotli, &self.gzip) {
            (Some(brotli), _) if accepts(asked, "br") => ("br", brotli.clone()),
            (_, Some(gzip)) if accepts(asked, "gzip") => ("gzip", gzip.clone()),
            _ => ("identity", self.plain.clone()),
        }
    }
}

/// True when `Accept-Encoding` names `encoding` and does not weigh it with 0.
fn accepts(asked: &HeaderMap, encoding: &str) -> bool {
    asked
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|choice| {
            let (name, weight) = choice.split_once(';').unwrap_or((choice, "q=1"));
            let weight = weight.trim().strip_prefix("q=")?.parse::<f32>().ok()?;
            (weight > 0.0).then(|| name.trim().to_owned())
        })
        .any(|name| name.eq_ignore_ascii_case(encoding))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "css" => "text/css; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" | "webmanifest" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

fn bytes(data: Cow<'static, [u8]>) -> Bytes {
    match data {
        Cow::Borrowed(inside) => Bytes::from_static(inside),
        Cow::Owned(read) => read.into(),
    }
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<(String, Bytes)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &format!("{name}/"), found)?;
        } else {
            found.push((name, fs::read(entry.path())?.into()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use axum::{body::Body, http::Request, middleware::from_fn_with_state};
    use tower::ServiceExt;

    use super::*;

    fn bundle() -> Assets {
        let file = |name: &str, content: &'static str| (name.to_owned(), Bytes::from(content));
        Assets::from_files(vec![
            file("pkg/atelier-1f.js.gz", "gzipped"),
            file("pkg/atelier-1f.js.br", "brotli"),
            file("pkg/atelier-1f.js", "plain"),
            file(
                "manifest.json",
                r#"{"name":"atelier-1f","parts":{"editing":["a-part1.wasm","a-part2.wasm"]},"sizes":{}}"#,
            ),
            file("favicon.svg", "<svg/>"),
        ])
    }

    async fn ask(assets: Assets, path: &str, headers: &[(&str, &str)]) -> (Response, String) {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let router: Router = assets.router();
        let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 1024).await.unwrap();
        (Response::from_parts(parts, Body::empty()), String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn the_best_encoding_both_know_is_sent() {
        for (accepted, body) in [
            ("gzip, deflate, br", "brotli"),
            ("gzip;q=1.0, br;q=0", "gzipped"),
            ("deflate", "plain"),
            ("", "plain"),
        ] {
            let asked = [("accept-encoding", accepted)];
            let (response, sent) = ask(bundle(), "/pkg/atelier-1f.js", &asked).await;

            assert_eq!(sent, body, "{accepted}");
            assert_eq!(response.headers()["content-type"], "text/javascript; charset=utf-8");
            assert_eq!(response.headers()["vary"], "accept-encoding");
        }
    }

    #[tokio::test]
    async fn hashed_files_are_kept_for_good_and_others_asked_for_again() {
        let (hashed, _) = ask(bundle(), "/pkg/atelier-1f.js", &[]).await;
        let (fixed, _) = ask(bundle(), "/favicon.svg", &[]).await;

        assert_eq!(hashed.headers()["cache-control"], IMMUTABLE);
        assert_eq!(fixed.headers()["cache-control"], REVALIDATE);
    }

    #[tokio::test]
    async fn a_page_names_the_chunks_it_lies_in() {
        let pages = Router::new()
            .fallback(|| async { "a page" })
            .layer(from_fn_with_state(bundle().links(), link_chunks));
        let links = |path: &'static str| {
            let asked = Request::get(path).body(Body::empty()).unwrap();
            let answer = pages.clone().oneshot(asked);
            async move { answer.await.unwrap().headers().get(header::LINK).cloned() }
        };

        let editor = links("/workspace/1/workflows/builder/2").await.unwrap();

        let editor = editor.to_str().unwrap();
        assert_eq!(editor.matches("rel=preload; as=fetch").count(), 2, "{editor}");
        assert!(editor.starts_with("</pkg/a-part1.wasm>;"), "{editor}");
        assert_eq!(links("/workspace/1/workflows").await, None);
        assert_eq!(links("/workspace/1/workflows/2").await, None);
    }

    #[tokio::test]
    async fn an_unchanged_file_is_not_sent_again() {
        let (first, _) = ask(bundle(), "/favicon.svg", &[]).await;
        let tag = first.headers()["etag"].to_str().unwrap().to_owned();

        let (second, body) = ask(bundle(), "/favicon.svg", &[("if-none-match", &tag)]).await;

        assert_eq!((second.status(), body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    }

    #[tokio::test]
    async fn only_files_of_the_bundle_are_served() {
        for path in ["/manifest.json", "/pkg/../manifest.json", "/pkg/atelier-1f.js.br"] {
            let (response, _) = ask(bundle(), path, &[]).await;

            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[test]
    fn leptos_is_told_the_name_of_the_bundle() {
        assert_eq!(&*bundle().leptos_options().output_name, "atelier-1f");
        assert_eq!(&*Assets::default().leptos_options().output_name, "atelier");
    }
}
