//! A server that speaks the wire format of chat completions and images, well or badly.

use crate::engine::stub;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response, Uri};
use axum::routing::{any, get};
use futures::stream;
use serde_json::{Value, json};
use std::io::Cursor;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

/// What the server answers.
#[derive(Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    ending: Ending,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Whole,
    Torn,
    Endless,
}

impl Answer {
    pub fn raw(status: u16, content_type: &str, body: &str) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status, headers, body: body.to_owned(), ending: Ending::Whole }
    }

    pub fn json(status: u16, body: Value) -> Self {
        Self::raw(status, "application/json", &body.to_string())
    }

    pub fn raw_stream(body: &str) -> Self {
        Self::raw(200, "text/event-stream; charset=utf-8", body)
    }

    /// A complete stream of these pieces, with usage in an event of its own as OpenAI sends it.
    pub fn stream(pieces: &[&str]) -> Self {
        let piece = |text: &&str| json!({ "model": "served-model", "choices": [{ "delta": { "content": text } }] });
        let stop = json!({ "choices": [{ "delta": {}, "finish_reason": "stop" }] });
        let usage =
            json!({ "choices": [], "usage": { "prompt_tokens": 9, "completion_tokens": 3 } });
        let events = pieces.iter().map(piece).chain([stop, usage]);
        let body = events.map(|event| format!("data: {event}\n\n")).collect::<String>();
        Self::raw_stream(&format!("{body}data: [DONE]\n\n"))
    }

    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The stream ends politely after its first event.
    pub fn cut(mut self) -> Self {
        self.body = self.first_event();
        self
    }

    /// The connection breaks after the first event.
    pub fn torn(self) -> Self {
        Self { ending: Ending::Torn, ..self.cut() }
    }

    /// The first event is repeated without end.
    pub fn endless(self) -> Self {
        Self { ending: Ending::Endless, ..self.cut() }
    }

    fn first_event(&self) -> String {
        let end = self.body.find("\n\n").unwrap() + 2;
        self.body[..end].to_owned()
    }

    fn respond(self) -> Response<Body> {
        let start = Response::builder().status(self.status);
        let builder =
            self.headers.iter().fold(start, |builder, (name, value)| builder.header(name, value));
        let first = Bytes::from(self.body);
        let body = match self.ending {
            Ending::Whole => Body::from(first),
            Ending::Torn => {
                let torn = std::io::Error::other("torn");
                Body::from_stream(stream::iter([Ok(first), Err(torn)]))
            }
            Ending::Endless => {
                let block = Bytes::from(first.repeat(1_000));
                Body::from_stream(stream::repeat_with(move || {
                    Ok::<_, std::io::Error>(block.clone())
                }))
            }
        };
        builder.body(body).unwrap()
    }
}

/// A request as the server saw it.
#[derive(Clone)]
pub struct Seen {
    pub path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Seen {
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

type Log = Arc<Mutex<Vec<Seen>>>;

/// A running server.
pub struct Wire {
    pub address: SocketAddr,
    log: Log,
}

impl Wire {
    /// Answers everything but Ollama's list of models with this.
    pub async fn serving(answer: Answer) -> Self {
        Self::answering(move |_| answer.clone()).await
    }

    /// Answers everything but Ollama's list of models with what is said of the request.
    pub async fn answering(
        answer: impl Fn(&Seen) -> Answer + Clone + Send + Sync + 'static,
    ) -> Self {
        let log = Log::default();
        let tags = json!({ "models": [
            { "name": "nomic-embed-text:latest" }, { "name": "llama3:latest" }, { "name": "qwen3:8b" },
        ] });
        let router = Router::new()
            .route("/api/tags", get(move || async move { axum::Json(tags) }))
            .fallback(any(move |State(log): State<Log>, uri: Uri, headers: HeaderMap, body: Bytes| async move {
                answer(&note(&log, &uri, headers, body)).respond()
            }))
            .with_state(log.clone());
        Self { address: stub::serve(router).await, log }
    }

    /// Answers image requests with the address of an image on the same server.
    pub async fn serving_images_at_an_address() -> Self {
        let log = Log::default();
        let handler = |State(log): State<Log>, uri: Uri, headers: HeaderMap, body: Bytes| async move {
            let host = headers["host"].to_str().unwrap().to_owned();
            note(&log, &uri, headers, body);
            if uri.path() == "/picture.png" {
                return Response::new(Body::from(png()));
            }
            let url = format!("http://{host}/picture.png");
            Answer::json(200, json!({ "data": [{ "url": url }] })).respond()
        };
        let router = Router::new().fallback(any(handler)).with_state(log.clone());
        Self { address: stub::serve(router).await, log }
    }

    /// How many requests there were.
    pub fn calls(&self) -> usize {
        self.log.lock().unwrap().len()
    }

    /// The request seen last.
    pub fn last(&self) -> Seen {
        self.log.lock().unwrap().last().cloned().unwrap()
    }
}

fn note(log: &Log, uri: &Uri, headers: HeaderMap, body: Bytes) -> Seen {
    let seen = Seen { path: uri.path().to_owned(), headers, body };
    log.lock().unwrap().push(seen.clone());
    seen
}

/// A small image.
pub fn png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let image = image::DynamicImage::new_rgb8(4, 3);
    image.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}
