//! Small marks: the status chip (picture, word, colour) and plain tags.

use leptos::prelude::*;

use super::{
    icon::{Glyph, Icon},
    status::Status,
};

/// A status as picture, word and colour, optionally with a detail such as `62 %` or `3/5`.
#[component]
pub fn StatusChip(
    /// The status to show.
    #[prop(into)]
    status: Signal<Status>,
    /// Shown after the word.
    #[prop(optional, into)]
    detail: MaybeProp<String>,
) -> impl IntoView {
    let icon = Signal::derive(move || status.get().icon());
    view! {
        <span class="chip chip--status" translate="no" data-state=move || status.get().key()>
            <Glyph icon=icon size=14 />
            <span class="chip__word">{move || status.get().word()}</span>
            {move || detail.get().map(|detail| view! { <span class="num">{detail}</span> })}
        </span>
    }
    .into_any()
}

/// The tone of a plain tag.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// Says what something is.
    #[default]
    Neutral,
    /// Points at something of interest.
    Accent,
    /// Something to know before going on.
    Warning,
    /// Something went well.
    Good,
    /// Something is wrong.
    Bad,
}

impl Tone {
    fn name(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Accent => "accent",
            Self::Warning => "warning",
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }
}

/// A word in a pill: a category, `Sample`, a version.
#[component]
pub fn Tag(
    /// What the tag means; it decides the colour.
    #[prop(optional)]
    tone: Tone,
    /// A picture before the word.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// The text of the tag: a word or two.
    children: Children,
) -> impl IntoView {
    view! {
        <span class="chip" data-tone=tone.name()>
            {icon.map(|icon| view! { <Glyph icon=icon size=14 /> })}
            {children()}
        </span>
    }
    .into_any()
}

/// A count in a pill; shows nothing at zero.
#[component]
pub fn Count(
    /// The number shown.
    #[prop(into)]
    value: Signal<usize>,
) -> impl IntoView {
    view! {
        <Show when=move || { value.get() > 0 }>
            <span class="chip chip--count num" translate="no" data-tone="accent">
                {move || value.get()}
            </span>
        </Show>
    }
    .into_any()
}
