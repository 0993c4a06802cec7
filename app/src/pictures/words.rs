//! What is said of a picture: what it shows, and on a document the words under it.

use leptos::{ev::SubmitEvent, prelude::*};
use model::{id::ImageId, library::MOST_IMAGE_CHARS, problem::Problem};

use super::Picture;
use crate::ui::{
    button::{Button, ButtonRole, ButtonSize},
    field::LongTextField,
};

/// What somebody wants to be said of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub image: ImageId,
    pub alt: String,
    /// None where it is on no document.
    pub caption: Option<String>,
}

/// Keeps what is said; the page it is on shows it then.
pub(crate) type Words = Action<Said, Result<(), Problem>>;

/// The form.
#[component]
pub(super) fn WordsForm(
    /// As it is now.
    picture: Picture,
    words: Words,
) -> impl IntoView {
    let image = picture.id;
    let on_document = picture.caption.is_some();
    let (alt, caption) =
        (RwSignal::new(picture.alt), RwSignal::new(picture.caption.unwrap_or_default()));
    let kept = RwSignal::new((alt.get_untracked(), caption.get_untracked()));
    let changed =
        move || alt.with(|alt| *alt != kept.read().0) || caption.with(|c| *c != kept.read().1);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let caption = on_document.then(|| caption.get_untracked());
        words.dispatch(Said { image, alt: alt.get_untracked(), caption });
    };
    let asked = StoredValue::new(words.version().get_untracked());
    let answer = move || words.value().get().filter(|_| words.version().get() > asked.get_value());
    Effect::new(move || {
        if matches!(answer(), Some(Ok(()))) {
            kept.set((alt.get_untracked(), caption.get_untracked()));
        }
    });
    let error = move |field: &'static str| {
        Signal::derive(move || {
            let Some(Err(problem)) = answer() else { return None };
            let wrong = problem.errors.first().and_then(|error| error.field.clone());
            let here = wrong.as_deref().map_or(field == "alt", |wrong| wrong == field);
            here.then_some(problem.detail)
        })
    };
    let said = move || match (words.pending().get(), changed()) {
        (true, _) | (_, true) => "",
        _ if matches!(answer(), Some(Ok(()))) => "Saved.",
        _ => "",
    };
    let caption = on_document.then(|| {
        view! {
            <LongTextField
                name="image-caption"
                label="Caption"
                value=caption
                rows=2
                help="Shown under it on this document."
                error=error("caption")
                max_length=MOST_IMAGE_CHARS
            />
        }
    });
    view! {
        <form class="form lightbox__form" novalidate="" on:submit=send>
            <LongTextField
                name="image-alt"
                label="Alternative text"
                value=alt
                rows=2
                help="What it shows, for those who cannot see it. Used wherever it is shown."
                error=error("alt")
                max_length=MOST_IMAGE_CHARS
            />
            {caption}
            <div class="lightbox__save">
                <Button
                    size=ButtonSize::Small
                    role=ButtonRole::Submit
                    disabled=Signal::derive(move || !changed())
                    busy=Signal::derive(move || words.pending().get())
                >
                    "Save"
                </Button>
                <span class="subtle small" role="status">
                    {said}
                </span>
            </div>
        </form>
    }
}
