//! How far a document is, as a tag; and the mark of the sample provider.

use leptos::prelude::*;
use model::document::DocumentStatus;

use crate::ui::{
    badge::{Tag, Tone},
    icon::Icon,
};

/// How far a document is.
#[component]
pub(super) fn StatusTag(status: DocumentStatus) -> impl IntoView {
    let (tone, icon, word) = match status {
        DocumentStatus::Draft => (Tone::Neutral, Icon::Pencil, "Draft"),
        DocumentStatus::InReview => (Tone::Accent, Icon::UserCheck, "In review"),
        DocumentStatus::Published => (Tone::Good, Icon::CircleCheck, "Published"),
    };
    view! {
        <Tag tone=tone icon=icon>
            {word}
        </Tag>
    }
}

/// Says that the sample provider made this: nothing when it did not.
#[component]
pub(super) fn SampleTag(sample: bool) -> impl IntoView {
    sample.then(|| {
        view! {
            <Tag tone=Tone::Warning>
                <span title="Made by the sample provider: a stand-in for a real model">"SAMPLE"</span>
            </Tag>
        }
    })
}
