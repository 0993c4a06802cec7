//! The form for the texts of an image: its description, and on a document its caption.

use leptos::{ev::SubmitEvent, prelude::*};
use model::library::MOST_IMAGE_CHARS;
use ui::{
    button::{Button, ButtonRole, ButtonSize},
    field::LongTextField,
};

use super::{
    Picture,
    drafts::{Draft, Drafts},
};

/// The id of the field for the caption.
pub const CAPTION: &str = "image-caption";

/// The form. Texts are saved when their field or the image is left, and by the button.
#[component]
pub(super) fn WordsForm(
    /// The image with its present texts.
    picture: Picture,
    drafts: Drafts,
) -> impl IntoView {
    let draft = drafts.draft_for(&picture);
    let alt = RwSignal::from(draft.alt.clone());
    let told = |of: fn(&Draft) -> bool| {
        let draft = draft.clone();
        Signal::derive(move || of(&draft))
    };
    let (changed, busy, saved) =
        (told(Draft::is_changed), told(Draft::is_busy), told(Draft::is_saved));
    let signed_out = told(Draft::is_signed_out);
    let error = |field: &'static str| {
        let draft = draft.clone();
        Signal::derive(move || draft.refusal(field))
    };
    let left = draft.clone();
    let save = move |_| drafts.save(&left);
    let pressed = draft.clone();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        drafts.save(&pressed);
    };
    let caption = picture.caption.is_some().then(|| {
        view! {
            <LongTextField
                name=CAPTION
                label="Caption"
                value=RwSignal::from(draft.caption.clone())
                rows=2
                help="Appears below the image in this document."
                error=error("caption")
                signed_out=signed_out
                max_length=MOST_IMAGE_CHARS
            />
        }
    });
    view! {
        <form class="form lightbox__form" novalidate="" on:change=save on:submit=send>
            <LongTextField
                name="image-alt"
                label="Alternative text"
                value=alt
                rows=2
                help="Describes the image for people who can't see it. Used wherever the image appears."
                error=error("alt")
                signed_out=signed_out
                max_length=MOST_IMAGE_CHARS
            />
            {caption}
            <div class="lightbox__save">
                <Button
                    size=ButtonSize::Small
                    role=ButtonRole::Submit
                    disabled=Signal::derive(move || !changed.get())
                    busy=busy
                >
                    "Save"
                </Button>
                <span class="subtle small" role="status">
                    {move || saved.get().then_some("Saved.")}
                </span>
            </div>
        </form>
    }
}
