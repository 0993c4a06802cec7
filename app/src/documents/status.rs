//! The tags of a document: its status, the mark of the sample provider, and of a cut text.

use leptos::prelude::*;
use model::document::{Aside, DocumentStatus};
use ui::{
    badge::{Tag, Tone},
    icon::Icon,
};

/// The icon of a status.
pub(super) fn status_icon(status: DocumentStatus) -> Icon {
    match status {
        DocumentStatus::Draft => Icon::Pencil,
        DocumentStatus::InReview => Icon::UserCheck,
        DocumentStatus::Published => Icon::CircleCheck,
    }
}

/// The status of a document as a tag.
#[component]
pub(super) fn StatusTag(status: DocumentStatus) -> impl IntoView {
    let tone = match status {
        DocumentStatus::Draft => Tone::Neutral,
        DocumentStatus::InReview => Tone::Accent,
        DocumentStatus::Published => Tone::Good,
    };
    view! {
        <Tag tone=tone icon=status_icon(status)>
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
                <span title="Made by the sample provider, a stand-in for a real model">"SAMPLE"</span>
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
                <span title="The model reached its token limit before it finished">"CUT OFF"</span>
            </Tag>
        }
    })
}

/// Why lists leave the document out; not shown for a listed one.
#[component]
pub(super) fn AsideTag(aside: Option<Aside>) -> impl IntoView {
    aside.map(|aside| {
        view! {
            <Tag icon=Icon::FlaskConical>{aside.label()}</Tag>
        }
    })
}
