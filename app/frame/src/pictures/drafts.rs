//! Drafts of the texts of images, saved when their image is left, and kept until they are saved.

use std::{collections::BTreeMap, pin::Pin};

use leptos::{prelude::*, task::spawn_local};
use model::{id::ImageId, problem::Problem};
use ui::toast::{ToastKind, ToastText, Toasts, use_toasts};

use super::{Picture, picture::shortly};

/// The texts of an image that are to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageText {
    pub image: ImageId,
    /// The description, which is read to people who do not see the image; may be empty.
    pub alt: String,
    /// The caption; none for an image of the library, which has none.
    pub caption: Option<String>,
}

type Saving = Pin<Box<dyn Future<Output = Result<(), Problem>>>>;

/// Saves the texts of an image, and shows them on the page it is on.
#[derive(Clone, Copy)]
pub struct TextSaver(Callback<ImageText, Saving>);

impl TextSaver {
    /// `save` sends the texts to the server and shows them on the page once they are stored.
    pub fn new<F>(save: impl Fn(ImageText) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), Problem>> + 'static,
    {
        Self(Callback::new(move |text| -> Saving { Box::pin(save(text)) }))
    }
}

/// The texts of one image as they are being written.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    image: ImageId,
    on_document: bool,
    pub(super) alt: ArcRwSignal<String>,
    pub(super) caption: ArcRwSignal<String>,
    /// The description and caption as last saved.
    kept: ArcRwSignal<(String, String)>,
    /// The texts that are being saved.
    sent: ArcRwSignal<Option<ImageText>>,
    /// Whether other texts are to be saved after those.
    again: ArcRwSignal<bool>,
    /// The result of the last save; none before the first, and while one is under way.
    answer: ArcRwSignal<Option<Result<(), Problem>>>,
}

impl Draft {
    fn from_picture(picture: &Picture) -> Self {
        let words = (picture.alt.clone(), picture.caption.clone().unwrap_or_default());
        Self {
            image: picture.id,
            on_document: picture.caption.is_some(),
            alt: ArcRwSignal::new(words.0.clone()),
            caption: ArcRwSignal::new(words.1.clone()),
            kept: ArcRwSignal::new(words),
            sent: ArcRwSignal::new(None),
            again: ArcRwSignal::new(false),
            answer: ArcRwSignal::new(None),
        }
    }

    /// Whether a text differs from the saved one.
    pub(super) fn is_changed(&self) -> bool {
        let (alt, caption) = self.kept.get();
        self.alt.with(|now| *now != alt) || self.caption.with(|now| *now != caption)
    }

    /// Whether the texts are being saved.
    pub(super) fn is_busy(&self) -> bool {
        self.sent.with(Option::is_some)
    }

    /// Whether the present texts are those that were saved last.
    pub(super) fn is_saved(&self) -> bool {
        self.answer.with(|answer| matches!(answer, Some(Ok(()))))
            && !self.is_busy()
            && !self.is_changed()
    }

    /// Why the last save was refused, where that is about this field.
    pub(super) fn refusal(&self, field: &str) -> Option<String> {
        let Some(Err(problem)) = self.answer.get() else { return None };
        let wrong = problem.errors.first().and_then(|error| error.path.clone());
        let here = wrong.as_deref().map_or(field == "alt", |wrong| wrong == field);
        here.then_some(problem.detail)
    }

    /// Whether the last save was refused because nobody is signed in.
    pub(super) fn is_signed_out(&self) -> bool {
        self.answer.with(|answer| matches!(answer, Some(Err(problem)) if problem.is_signed_out()))
    }

    /// The texts as they are now.
    fn to_text(&self) -> ImageText {
        let caption = self.on_document.then(|| self.caption.get_untracked());
        ImageText { image: self.image, alt: self.alt.get_untracked(), caption }
    }
}

/// The refusal of texts whose image was no longer open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Missed {
    pub(super) image: ImageId,
    /// The message: which image it is, and why its texts were refused.
    pub(super) words: String,
    /// Why its texts were refused.
    pub(super) problem: Problem,
}

/// The drafts of the texts of all images of a page.
#[derive(Clone, Copy)]
pub(super) struct Drafts {
    saver: TextSaver,
    open: RwSignal<Option<ImageId>>,
    begun: StoredValue<BTreeMap<ImageId, Draft>>,
    missed: RwSignal<Vec<Missed>>,
    toasts: Toasts,
}

impl Drafts {
    pub(super) fn new(saver: TextSaver, open: RwSignal<Option<ImageId>>) -> Self {
        let (begun, missed) = (StoredValue::default(), RwSignal::new(vec![]));
        Self { saver, open, begun, missed, toasts: use_toasts() }
    }

    /// The draft for an image: the present one while it is not saved, else a new one of its texts.
    pub(super) fn draft_for(self, picture: &Picture) -> Draft {
        let begun = self.begun.with_value(|begun| begun.get(&picture.id).cloned());
        let unsaved = |draft: &Draft| untrack(|| draft.is_changed() || draft.is_busy());
        begun.filter(unsaved).unwrap_or_else(|| {
            let draft = Draft::from_picture(picture);
            self.begun.update_value(|begun| {
                begun.insert(picture.id, draft.clone());
            });
            draft
        })
    }

    /// Whether the draft for an image has texts that are not saved.
    pub(super) fn has_unsaved(self, image: ImageId) -> bool {
        let begun = self.begun.with_value(|begun| begun.get(&image).cloned());
        begun.is_some_and(|draft| untrack(|| draft.is_changed()))
    }

    /// Saves the texts of an image when it is left, and reports refusals when no image is open.
    pub(super) fn watch(self) {
        Effect::new(move |before: Option<Option<ImageId>>| {
            let now = self.open.get();
            if let Some(left) = before.flatten().filter(|left| now != Some(*left)) {
                self.leave(left);
            }
            if now.is_none() {
                let missed = self.missed.try_update(std::mem::take).unwrap_or_default();
                missed.into_iter().for_each(|missed| self.report_missed(missed));
            }
            now
        });
        on_cleanup(move || {
            if let Some(Some(open)) = self.open.try_get_untracked() {
                self.leave(open);
            }
        });
    }

    fn leave(self, image: ImageId) {
        let draft = self.begun.try_with_value(|begun| begun.get(&image).cloned()).flatten();
        if let Some(draft) = draft {
            self.save(&draft);
        }
    }

    /// Saves the texts where they differ; while others are being saved, afterwards.
    pub(super) fn save(self, draft: &Draft) {
        if !untrack(|| draft.is_changed()) {
            return;
        }
        let text = draft.to_text();
        if let Some(sent) = draft.sent.get_untracked() {
            draft.again.set(sent != text);
            return;
        }
        let Some(saving) = self.saver.0.try_run(text.clone()) else { return };
        draft.answer.set(None);
        draft.sent.set(Some(text.clone()));
        self.missed.try_update(|missed| missed.retain(|missed| missed.image != text.image));
        let draft = draft.clone();
        spawn_local(async move {
            let answer = saving.await;
            self.handle_answer(&draft, text, answer);
        });
    }

    fn handle_answer(self, draft: &Draft, text: ImageText, answer: Result<(), Problem>) {
        if answer.is_ok() {
            draft.kept.set((text.alt, text.caption.unwrap_or_default()));
        }
        let open = self.open.try_get_untracked();
        if let (Err(problem), true) = (&answer, open != Some(Some(text.image))) {
            let words = missed_words(&draft.kept.get_untracked().0, &problem.detail);
            let missed = Missed { image: text.image, words, problem: problem.clone() };
            match open {
                Some(Some(_)) => {
                    self.missed.try_update(|all| all.push(missed));
                }
                Some(None) => self.report_missed(missed),
                // The page was left, and the texts with it.
                None => {
                    let text = ToastText::about(missed.problem, missed.words);
                    self.toasts.show(ToastKind::Failed, text);
                }
            }
        }
        draft.answer.set(Some(answer));
        draft.sent.set(None);
        if draft.again.try_update(std::mem::take) == Some(true) {
            self.save(draft);
        }
    }

    fn report_missed(self, missed: Missed) {
        let Missed { image, words, problem } = missed;
        let text = ToastText::about(problem, words);
        self.toasts.offer(ToastKind::Failed, text, "Show image", move |()| self.show(image));
    }

    /// Opens an image; nothing happens where the page was left.
    pub(super) fn show(self, image: ImageId) {
        self.open.try_set(Some(image));
    }

    /// A refusal of the texts of another image than the open one.
    pub(super) fn missed_elsewhere(self) -> Option<Missed> {
        let here = self.open.get();
        self.missed.with(|missed| missed.iter().find(|one| Some(one.image) != here).cloned())
    }
}

/// The message that the texts of an image were not saved, and why.
fn missed_words(alt: &str, why: &str) -> String {
    match shortly(alt).as_str() {
        "" => format!("Your text for an image wasn't saved. {why}"),
        name => format!("Your text for “{name}” wasn't saved. {why}"),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn picture(number: u128, alt: &str) -> Picture {
        Picture {
            id: ImageId(Uuid::from_u128(number)),
            alt: alt.to_owned(),
            caption: None,
            width: 1,
            height: 1,
            bytes: None,
            sample: false,
        }
    }

    fn drafts() -> Drafts {
        let saver = TextSaver::new(|_| async { Ok(()) });
        Drafts::new(saver, RwSignal::new(None))
    }

    #[test]
    fn what_is_not_saved_is_there_when_its_picture_is_looked_at_again() {
        Owner::new().with(|| {
            let drafts = drafts();
            let (kettle, teapot) = (picture(1, "Kettle"), picture(2, "Teapot"));

            drafts.draft_for(&kettle).alt.set("A kettle".to_owned());

            assert_eq!(drafts.draft_for(&kettle).alt.get_untracked(), "A kettle");
            assert_eq!(drafts.draft_for(&teapot).alt.get_untracked(), "Teapot");
            let renamed = picture(2, "A teapot");
            assert_eq!(
                drafts.draft_for(&renamed).alt.get_untracked(),
                "A teapot",
                "nothing was begun"
            );
        });
    }

    #[test]
    fn what_was_refused_is_still_to_be_saved_and_what_was_kept_is_not() {
        Owner::new().with(|| {
            let (drafts, kettle) = (drafts(), picture(1, "Kettle"));
            let draft = drafts.draft_for(&kettle);
            draft.alt.set("A kettle".to_owned());

            let refused = Problem::invalid("Too long.", vec![]);
            drafts.handle_answer(&draft, draft.to_text(), Err(refused));
            assert!(untrack(|| draft.is_changed() && !draft.is_saved()));
            assert_eq!(untrack(|| draft.refusal("alt")).as_deref(), Some("Too long."));

            drafts.handle_answer(&draft, draft.to_text(), Ok(()));
            assert!(untrack(|| draft.is_saved() && !draft.is_changed()));
        });
    }

    #[test]
    fn words_that_were_not_saved_are_named_by_their_picture() {
        let told = missed_words("Kettle", "The server is away.");

        assert_eq!(told, "Your text for “Kettle” wasn't saved. The server is away.");
        assert!(missed_words(" ", "No.").starts_with("Your text for an image"));
        assert!(missed_words(&"x".repeat(99), "No.").chars().count() < 90);
    }

    #[test]
    fn while_another_picture_is_looked_at_it_is_told_whose_words_were_refused() {
        Owner::new().with(|| {
            let (drafts, kettle) = (drafts(), picture(1, "Kettle"));
            let draft = drafts.draft_for(&kettle);
            drafts.open.set(Some(picture(2, "").id));

            drafts.handle_answer(&draft, draft.to_text(), Err(Problem::invalid("No.", vec![])));

            let missed = untrack(|| drafts.missed_elsewhere());
            assert_eq!(missed.map(|missed| missed.image), Some(kettle.id));
            drafts.open.set(Some(kettle.id));
            assert_eq!(untrack(|| drafts.missed_elsewhere()), None, "its form says it");
        });
    }
}
