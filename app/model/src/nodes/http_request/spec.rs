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
        Choice::new("auto", "What it says it is"),
        Choice::new("json", "JSON"),
        Choice::new("text", "Text"),
        Choice::new("image", "Picture"),
    ],
};

/// What the type is, for palette, card and panel.
pub(super) const SPEC: NodeSpec = NodeSpec {
    key: "http_request",
    label: "HTTP request",
    purpose: "Calls a web address and gives what it answers.",
    category: Category::Connect,
    icon: "globe",
    color: "--t-http",
    inputs: &[PortSpec::new("input", "Body", PortType::One(Kind::Any))],
    outputs: &[PortSpec::new("output", "Answer", PortType::One(Kind::Json))],
    fields: &[
        FieldSpec::new("url", "Address", "As https://host/path.", FieldKind::Text).required(),
        FieldSpec::new("method", "Method", "How it is called.", METHODS),
        FieldSpec::new(
            "body",
            "What to send",
            "Text or JSON. Empty: what comes in, for POST, PUT and PATCH.",
            FieldKind::Body,
        ),
        FieldSpec::new(
            "headers",
            "Headers",
            "Keep keys and passwords in secrets, not here. With an Idempotency-Key of your own a POST \
             may be sent again without asking.",
            FieldKind::Pairs,
        )
        .with_level(Level::Intermediate),
        FieldSpec::new("query", "Query", "Added to the address after ?.", FieldKind::Pairs)
            .with_level(Level::Intermediate),
        FieldSpec::new(
            "secret",
            "Secret",
            "Sent along as Authorization: Bearer, and only to the secret's own hosts.",
            FieldKind::Secret,
        )
        .with_level(Level::Intermediate),
        FieldSpec::new(
            "secret_header",
            "Header of the secret",
            "Where the secret goes instead, such as X-Api-Key.",
            FieldKind::Text,
        )
        .with_level(Level::Expert),
        FieldSpec::new(
            "expected_status",
            "Expected status",
            "Any other fails the step: 2xx, or 200, 404, or 200-299.",
            FieldKind::Text,
        )
        .with_level(Level::Intermediate),
        FieldSpec::new("response", "Read the answer as", "What comes back.", RESPONSES)
            .with_level(Level::Intermediate),
    ],
};
