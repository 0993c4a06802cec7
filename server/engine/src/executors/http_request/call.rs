//! Makes the request of a node, with its expressions evaluated in the job's scope.

use std::time::Duration;

use model::{
    execution::failure::Failure,
    expr::{ExprError, Meter, Scope, Shape},
    nodes::http_request::{Config, IDEMPOTENCY_KEY, Method as Verb, Pair, Response},
};
use outside::outbound::{Limits, Method, OutboundRequest, Refusal};
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use url::Url;
use vault::secret::Secret;

use super::answer::MOST_TEXT_BYTES;
use crate::{executors::failure::expression_failure, job::JobContext};

/// How long one attempt may take unless its node says otherwise.
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(30);

/// How many characters of the body are recorded.
const EXCERPT_CHARS: usize = 2_000;

/// A request, and what is recorded of it: names of headers and secrets, never their values.
pub(super) struct Call {
    pub request: OutboundRequest,
    pub inputs: Value,
}

/// A secret, with the hosts that it may be sent to.
pub(super) struct BoundSecret {
    pub secret: Secret,
    pub hosts: Vec<String>,
}

/// The body of a request.
struct Body {
    text: String,
    media_type: &'static str,
}

impl Call {
    pub fn new(
        context: &JobContext,
        config: &Config,
        secret: Option<&BoundSecret>,
    ) -> Result<Self, Failure> {
        let url = url(config, &context.scope)?;
        let body = body(context, config).map_err(expression_failure)?;
        let inputs = inputs(config, &url, body.as_ref());
        let headers = rendered(&config.headers, &context.scope)?;
        let named = |name: &str| headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        let mut added = vec![];
        if let Some(body) = body.as_ref().filter(|_| !named("content-type")) {
            added.push(("content-type", body.media_type.to_owned()));
        }
        if config.response == Response::Json && !named("accept") {
            added.push(("accept", "application/json".to_owned()));
        }
        if !config.method.is_idempotent() && !named(IDEMPOTENCY_KEY) {
            added.push((IDEMPOTENCY_KEY, context.idempotency_key()));
        }
        let mut request = OutboundRequest::new(verb(config.method), url)
            .limits(limits(context, config))
            .body(body.map_or_else(String::new, |body| body.text));
        let all = headers.iter().map(|(name, value)| (*name, value.as_str()));
        for (name, value) in all.chain(added.iter().map(|(name, value)| (*name, value.as_str()))) {
            request = request.header(name, value).map_err(refused_failure)?;
        }
        if let Some(bound) = secret {
            let header = config.secret_header();
            let with = request.credential_for(&bound.hosts, header.0, header.1, &bound.secret);
            request = with.map_err(refused_failure)?;
        }
        Ok(Self { request, inputs })
    }

    /// The host of the address, without its port.
    pub fn host(&self) -> String {
        self.request.url().host_str().unwrap_or_default().to_owned()
    }
}

/// The failure of a request that the outbound client refuses before anything is sent.
fn refused_failure(refusal: Refusal) -> Failure {
    let words = format!("The request was not sent: {refusal}.");
    Failure::permanent("request_invalid", words)
}

fn verb(method: Verb) -> Method {
    match method {
        Verb::Get => Method::GET,
        Verb::Head => Method::HEAD,
        Verb::Post => Method::POST,
        Verb::Put => Method::PUT,
        Verb::Patch => Method::PATCH,
        Verb::Delete => Method::DELETE,
    }
}

fn limits(context: &JobContext, config: &Config) -> Limits {
    let own = context.node().and_then(|node| node.data.timeout_ms);
    let limits = Limits::default().within(own.map_or(TIME_LIMIT, Duration::from_millis));
    match config.response {
        Response::Json | Response::Text => Limits { body: MOST_TEXT_BYTES, ..limits },
        Response::Auto | Response::Image => limits,
    }
}

fn url(config: &Config, scope: &Scope) -> Result<Url, Failure> {
    let text = config.url.render(scope).map_err(expression_failure)?;
    let Ok(mut url) = Url::parse(text.trim()) else {
        // Not the text itself: what was filled in may be meant for the other side only.
        let written = config.url.as_str();
        let words = format!("“{written}” isn't a valid URL. Write it as https://host/path.");
        return Err(Failure::permanent("address_invalid", words));
    };
    let query = rendered(&config.query, scope)?;
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Ok(url)
}

fn rendered<'a>(pairs: &'a [Pair], scope: &Scope) -> Result<Vec<(&'a str, String)>, Failure> {
    let pairs = pairs.iter().map(|pair| Ok((pair.name.as_str(), pair.value.render(scope)?)));
    pairs.collect::<Result<Vec<_>, ExprError>>().map_err(expression_failure)
}

/// The configured body, or the node's input where none is configured; none if it is empty.
fn body(context: &JobContext, config: &Config) -> Result<Option<Body>, ExprError> {
    let value = match &config.body {
        Some(body) => Shape::parse(body)?.value(&context.scope, &mut Meter::default())?,
        None if config.method.sends() => context.input("input").unwrap_or_default(),
        None => Value::Null,
    };
    Ok(match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => {
            let is_json = text.trim_start().starts_with(['{', '['])
                && serde_json::from_str::<IgnoredAny>(&text).is_ok();
            let media_type = if is_json { "application/json" } else { "text/plain; charset=utf-8" };
            Some(Body { text, media_type })
        }
        other => Some(Body { text: other.to_string(), media_type: "application/json" }),
    })
}

fn inputs(config: &Config, url: &Url, body: Option<&Body>) -> Value {
    let names =
        |pairs: &[Pair]| -> Vec<String> { pairs.iter().map(|pair| pair.name.clone()).collect() };
    let mut address = url.clone();
    address.set_query(None);
    address.set_fragment(None);
    // Refused before anything is sent, but recorded before that.
    let _ = address.set_password(None);
    let _ = address.set_username("");
    let excerpt = body.map(|body| body.text.chars().take(EXCERPT_CHARS).collect::<String>());
    json!({
        "method": config.method.as_str(),
        "url": address.as_str(),
        "query": names(&config.query),
        "headers": names(&config.headers),
        "secret": config.secret(),
        "body": excerpt,
    })
}
