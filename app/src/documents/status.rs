//! The tags of a document: its status, the mark of the sample provider, and of a cut text.

use leptos::prelude::*;
use model::document::DocumentStatus;
use ui::{
    badge::{Tag, Tone},
    icon::Icon,
};

/// The status of a document as a tag.
#[component]
pub(super) fn StatusTag(status: DocumentStatus) -> impl IntoView {
    let (tone, icon) = match status {
        DocumentStatus::Draft => (Tone::Neutral, Icon::Pencil),
        DocumentStatus::InReview => (Tone::Accent, Icon::UserCheck),
        DocumentStatus::Published => (Tone::Good, Icon::CircleCheck),
    };
    view! {
        <Tag tone=tone icon=icon>
            {status.label()}
        </Tag>
    }
}

/// The mark of what the sample provider has made; not shown for anything else.
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

/// The mark of a text that ended at its token limit.
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
