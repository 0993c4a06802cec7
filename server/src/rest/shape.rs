//! The query, body and answer of a handler, read off its signature, so that the API's description
//! always matches the code.

use std::{any::Any, future::Future};

use axum::{
    body::Bytes,
    extract::{
        RawQuery, State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, StatusCode},
    response::Response,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use services::Services;

use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::{Json, JsonOrNothing, Path, Query},
    serve::CloseConnection,
    state::AppState,
};

/// Makes the schema of a type; what the type is made of goes among the generator's definitions.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// Whether a body has to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The body must be sent.
    Required,
    /// The body may be left out.
    Optional,
}

/// What a route answers with when all went well.
#[derive(Debug, Clone, Copy, Default)]
pub enum Gives {
    /// Not known from the signature; the route says it.
    #[default]
    Unsaid,
    /// A status without a body.
    Nothing(StatusCode),
    /// A status with JSON of this schema.
    Json(StatusCode, SchemaOf),
    /// A body of this media type, other than JSON.
    Other(&'static str),
}

/// What a route takes and gives.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shape {
    /// What the address's query may hold, as an object.
    pub query: Option<SchemaOf>,
    /// What the body holds.
    pub body: Option<(Need, SchemaOf)>,
    /// Whether it takes an `Idempotency-Key`.
    pub takes_idempotency_key: bool,
    /// What comes back.
    pub gives: Gives,
}

/// A part of a request that handlers name.
pub trait Part {
    /// Adds what the part reads.
    fn read(_: &mut Shape) {}
}

/// An answer that handlers give.
pub trait Reply {
    /// What it is.
    fn gives() -> Gives;
}

/// A handler whose signature tells what it takes and gives.
pub trait Described<Parts> {
    /// What the signature says.
    fn shape() -> Shape;
}

impl Part for Visit {}
impl Part for Caller {}
impl Part for HeaderMap {}
impl Part for RawQuery {}
impl Part for CloseConnection {}
impl Part for Result<WebSocketUpgrade, WebSocketUpgradeRejection> {}
impl Part for Bytes {}
impl Part for State<AppState> {}
impl Part for State<Services> {}
impl<T: Any> Part for Path<T> {}

impl<T: JsonSchema> Part for Query<T> {
    fn read(shape: &mut Shape) {
        shape.query = Some(T::json_schema);
    }
}

impl<T: JsonSchema> Part for Json<T> {
    fn read(shape: &mut Shape) {
        shape.body = Some((Need::Required, SchemaGenerator::subschema_for::<T>));
    }
}

impl<T: JsonSchema> Part for JsonOrNothing<T> {
    fn read(shape: &mut Shape) {
        shape.body = Some((Need::Optional, SchemaGenerator::subschema_for::<T>));
    }
}

impl<T: JsonSchema> Reply for axum::Json<T> {
    fn gives() -> Gives {
        Gives::Json(StatusCode::OK, SchemaGenerator::subschema_for::<T>)
    }
}

impl Reply for StatusCode {
    fn gives() -> Gives {
        Gives::Nothing(StatusCode::NO_CONTENT)
    }
}

impl Reply for Response {
    fn gives() -> Gives {
        Gives::Unsaid
    }
}

impl<R: Reply> Reply for Result<R, Refusal> {
    fn gives() -> Gives {
        R::gives()
    }
}

macro_rules! described {
    ($(($($part:ident),*))*) => {$(
        impl<F, Fut, R, $($part: Part),*> Described<($($part,)*)> for F
        where
            F: Fn($($part),*) -> Fut,
            Fut: Future<Output = R>,
            R: Reply,
        {
            fn shape() -> Shape {
                #[allow(unused_mut, reason = "a handler may take nothing")]
                let mut shape = Shape { gives: R::gives(), ..Shape::default() };
                $($part::read(&mut shape);)*
                shape
            }
        }
    )*};
}

described! { () (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, G) }

impl Shape {
    /// The same, where something else was said expressly.
    #[must_use]
    pub fn or(self, signature: Self) -> Self {
        let gives = match self.gives {
            Gives::Unsaid => signature.gives,
            said => said,
        };
        let (query, body) = (self.query.or(signature.query), self.body.or(signature.body));
        let takes_idempotency_key = self.takes_idempotency_key || signature.takes_idempotency_key;
        Self { query, body, takes_idempotency_key, gives }
    }
}
