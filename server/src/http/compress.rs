//! Compresses pages and data for clients that accept it; files that are packed already and event
//! streams are sent as they are.

use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use tower_http::compression::{
    CompressionLayer,
    predicate::{And, Predicate, SizeAbove},
};

use super::media_type;

/// The smallest response that is compressed, in bytes: smaller ones fit into one packet anyway.
const LEAST_BYTES: u16 = 1024;

/// Decides which responses are compressed.
type Judge = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

/// Compresses text. A page that is streamed stays streamed: whenever the rest is waited for, what
/// was written so far is flushed.
pub fn layer() -> CompressionLayer<And<SizeAbove, Judge>> {
    let judge: Judge = |_, _, headers, _| is_worth_it(headers);
    CompressionLayer::new().compress_when(SizeAbove::new(LEAST_BYTES).and(judge))
}

fn is_worth_it(headers: &HeaderMap) -> bool {
    let kind = media_type(headers);
    let is_text = kind.starts_with("text/") || kind.ends_with("json");
    // An entity tag stands for exactly these bytes, which compression would change.
    is_text && kind != "text/event-stream" && !headers.contains_key(header::ETAG)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::{convert::Infallible, io::Read};

    use axum::{
        body::{Body, Bytes},
        http::{Request, Response},
        response::IntoResponse,
    };
    use flate2::read::{GzDecoder, MultiGzDecoder};
    use futures::{StreamExt, channel::mpsc};
    use tower::{Layer, ServiceExt, service_fn};

    use super::*;

    async fn answer(kind: &'static str, body: Body) -> Response<Body> {
        let mut answers = Some(([(header::CONTENT_TYPE, kind)], body).into_response());
        let give = service_fn(move |_: Request<Body>| {
            let answer = answers.take().unwrap();
            async move { Ok::<_, Infallible>(answer) }
        });
        let request = Request::get("/").header(header::ACCEPT_ENCODING, "gzip, br");
        let request = request.body(Body::empty()).unwrap();
        layer().layer(give).oneshot(request).await.unwrap().map(Body::new)
    }

    fn encoding(answer: &Response<Body>) -> Option<&str> {
        answer.headers().get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap())
    }

    #[tokio::test]
    async fn text_is_compressed_unless_it_is_short_or_a_stream_of_events() {
        for (kind, expected) in [
            ("text/html; charset=utf-8", Some("gzip")),
            ("application/json", Some("gzip")),
            ("application/problem+json", Some("gzip")),
            ("text/event-stream", None),
            ("image/png", None),
            ("application/zip", None),
        ] {
            let long = answer(kind, Body::from("words ".repeat(1000))).await;
            let short = answer(kind, Body::from("words")).await;
            assert_eq!((encoding(&long), encoding(&short)), (expected, None), "{kind}");
        }
    }

    #[tokio::test]
    async fn what_a_page_has_written_goes_out_while_the_rest_is_waited_for() {
        let (rest, pieces) = mpsc::unbounded::<Result<Bytes, std::io::Error>>();
        rest.unbounded_send(Ok(Bytes::from_static(b"<p>at once</p>"))).unwrap();

        let answer = answer("text/html", Body::from_stream(pieces)).await;

        assert_eq!(encoding(&answer), Some("gzip"));
        let mut body = answer.into_body().into_data_stream();
        let mut sent = vec![];
        let mut seen = String::new();
        while !seen.contains("at once") {
            sent.extend(body.next().await.unwrap().unwrap());
            let mut plain = vec![];
            // It ends in the middle: an error that is none.
            GzDecoder::new(sent.as_slice()).read_to_end(&mut plain).ok();
            seen = String::from_utf8(plain).unwrap();
        }
        rest.unbounded_send(Ok(Bytes::from_static(b"<p>later</p>"))).unwrap();
        drop(rest);
        while let Some(more) = body.next().await {
            sent.extend(more.unwrap());
        }
        let mut whole = String::new();
        MultiGzDecoder::new(sent.as_slice()).read_to_string(&mut whole).unwrap();
        assert_eq!(whole, "<p>at once</p><p>later</p>");
    }
}
