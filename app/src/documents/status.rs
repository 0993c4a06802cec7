//! How far a document is, as a tag; and the mark of the sample provider.

use leptos::prelude::*;
use model::document::DocumentStatus;

use crate::ui::{
    badge::{Tag, Tone},
    icon::Icon,
};

/// How far a document is, in a word.
pub(crate) fn word_of(status: DocumentStatus) -> &'static str {
    match status {
        DocumentStatus::Draft => "Draft",
        DocumentStatus::InReview => "In review",
        DocumentStatus::Published => "Published",
    }
}

/// How far a document is.
#[component]
pub(super) fn StatusTag(status: DocumentStatus) -> impl IntoView {
    let (tone, icon) = match status {
        DocumentStatus::Draft => (Tone::Neutral, Icon::Pencil),
        DocumentStatus::InReview => (Tone::Accent, Icon::UserCheck),
        DocumentStatus::Published => (Tone::Good, Icon::CircleCheck),
    };
    view! {
        <Tag tone=tone icon=icon>
            {word_of(status)}
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

/// The word that a text ended at its token limit.
#[component]
pub(super) fn CutTag(cut_off: bool) -> impl IntoView {
    cut_off.then(|| {
        view! {
            <Tag tone=Tone::Warning>
                <span title="The model reached its token limit before it was done">"CUT OFF"</span>
            </Tag>
        }
    })
}
