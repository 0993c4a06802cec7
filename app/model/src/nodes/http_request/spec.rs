//! The panel of an HTTP request.

use crate::{
    nodes::{Category, Choice, FieldKind, FieldSpec, Level, NodeSpec, PortSpec},
    ports::{Kind, PortType},
};

const METHODS: FieldKind = FieldKind::Choice {
    options: &[
        Choice::new("GET", "GET"),
        Choice::new("POST", "POST"),
        Choice::new("PUT", "PUT"),
        Choice::new("PATCH", "PATCH"),
        Choice::new("DELETE", "DELETE"),
        Choice::new("HEAD", "HEAD"),
    ],
};

const RESPONSES: FieldKind = FieldKind::Choice {
    options: &[
        Choice::new("auto", "Auto-detect"),
        Choice::new("json", "JSON"),
        Choice::new("text", "Text"),
        Choice::new("image", "Image"),
    ],
};

/// What the type is, for palette, card and panel.
pub(super) const SPEC: NodeSpec = NodeSpec {
    key: "http_request",
    label: "HTTP request",
    purpose: "Calls a URL and returns the response.",
    category: Category::Connect,
    icon: "globe",
    color: "--t-http",
    inputs: &[PortSpec::new("input", "Body", PortType::One(Kind::Any))],
    outputs: &[PortSpec::new("output", "Response", PortType::One(Kind::Json))],
    fields: &[
        FieldSpec::new("url", "URL", "Such as https://api.example.com/items.", FieldKind::Text)
            .required(),
        FieldSpec::new("method", "Method", "The HTTP method.", METHODS),
        FieldSpec::new(
            "body",
            "Body",
            "Text or JSON. Leave empty to send the input with POST, PUT and PATCH.",
            FieldKind::Body,
        ),
        FieldSpec::new(
            "headers",
            "Headers",
            "Keep keys and passwords in secrets, not here. Add an Idempotency-Key so that \
             Atelier can retry a POST without asking.",
            FieldKind::Pairs,
        )
        .with_level(Level::Intermediate),
        FieldSpec::new("query", "Query", "Added to the URL after ?.", FieldKind::Pairs)
            .with_level(Level::Intermediate),
        FieldSpec::new(
            "secret",
            "Secret",
            "Sent as Authorization: Bearer, and only to the secret's own hosts.",
            FieldKind::Secret,
        )
        .with_level(Level::Intermediate),
        FieldSpec::new(
            "secret_header",
            "Secret header",
            "Sends the secret in this header instead, such as X-Api-Key.",
            FieldKind::Text,
        )
        .with_level(Level::Expert),
        FieldSpec::new(
            "expected_status",
            "Expected status",
            "Any other status fails the step. Such as 2xx, or 200, 404, or 200-299.",
            FieldKind::Text,
        )
        .with_level(Level::Intermediate),
        FieldSpec::new(
            "response",
            "Read the response as",
            "The format of the response.",
            RESPONSES,
        )
        .with_level(Level::Intermediate),
    ],
};
