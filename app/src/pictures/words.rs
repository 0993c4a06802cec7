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

/// What was sent from one form, among all that the page sends.
#[derive(Clone, Copy)]
struct Sending {
    words: Words,
    /// What was sent last, and how many answers there were before.
    sent: RwSignal<Option<(Said, usize)>>,
}

impl Sending {
    fn new(words: Words) -> Self {
        Self { words, sent: RwSignal::new(None) }
    }

    fn send(self, said: Said) {
        self.sent.set(Some((said.clone(), self.words.version().get_untracked())));
        self.words.dispatch(said);
    }

    /// The answer to what was sent last.
    fn answer(self) -> Option<Result<(), Problem>> {
        let before = self.sent.with(|sent| sent.as_ref().map(|(_, before)| *before))?;
        self.words.value().get().filter(|_| self.words.version().get() > before)
    }

    /// What was kept: what was sent, while more may be in the fields by now.
    fn kept(self) -> Option<Said> {
        self.answer()?.ok()?;
        self.sent.get().map(|(said, _)| said)
    }
}

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
    let sending = Sending::new(words);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let caption = on_document.then(|| caption.get_untracked());
        sending.send(Said { image, alt: alt.get_untracked(), caption });
    };
    Effect::new(move || {
        if let Some(Said { alt, caption, .. }) = sending.kept() {
            kept.set((alt, caption.unwrap_or_default()));
        }
    });
    let error = move |field: &'static str| {
        Signal::derive(move || {
            let Some(Err(problem)) = sending.answer() else { return None };
            let wrong = problem.errors.first().and_then(|error| error.field.clone());
            let here = wrong.as_deref().map_or(field == "alt", |wrong| wrong == field);
            here.then_some(problem.detail)
        })
    };
    let said = move || match (words.pending().get(), changed()) {
        (true, _) | (_, true) => "",
        _ if sending.kept().is_some() => "Saved.",
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
