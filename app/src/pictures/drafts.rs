//! What is being written about pictures: sent when its picture is left, and kept until it is saved.

use std::{collections::BTreeMap, pin::Pin};

use leptos::{prelude::*, task::spawn_local};
use model::{id::ImageId, problem::Problem};

use super::{Picture, picture::shortly};
use crate::ui::toast::{ToastKind, Toasts, use_toasts};

/// What somebody wants to be said of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub image: ImageId,
    pub alt: String,
    /// None where it is on no document.
    pub caption: Option<String>,
}

type Keeping = Pin<Box<dyn Future<Output = Result<(), Problem>>>>;

/// Keeps what is said of a picture; the page it is on shows it then.
#[derive(Clone, Copy)]
pub(crate) struct Words(Callback<Said, Keeping>);

impl Words {
    pub(crate) fn new<F>(keep: impl Fn(Said) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), Problem>> + 'static,
    {
        Self(Callback::new(move |said| -> Keeping { Box::pin(keep(said)) }))
    }
}

/// The words of one picture as they are being written.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    image: ImageId,
    on_document: bool,
    pub(super) alt: ArcRwSignal<String>,
    pub(super) caption: ArcRwSignal<String>,
    /// Both as they were kept last.
    kept: ArcRwSignal<(String, String)>,
    /// What is on its way.
    sent: ArcRwSignal<Option<Said>>,
    /// Whether more was to be saved meanwhile.
    again: ArcRwSignal<bool>,
    /// What became of what was sent last.
    answer: ArcRwSignal<Option<Result<(), Problem>>>,
}

impl Draft {
    fn of(picture: &Picture) -> Self {
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

    /// Whether there is something to be saved.
    pub(super) fn is_changed(&self) -> bool {
        let (alt, caption) = self.kept.get();
        self.alt.with(|now| *now != alt) || self.caption.with(|now| *now != caption)
    }

    /// Whether something is on its way.
    pub(super) fn is_busy(&self) -> bool {
        self.sent.with(Option::is_some)
    }

    /// Whether what is written is what was sent last, and kept.
    pub(super) fn is_saved(&self) -> bool {
        self.answer.with(|answer| matches!(answer, Some(Ok(()))))
            && !self.is_busy()
            && !self.is_changed()
    }

    /// Why what was sent last was refused, where that is about this field.
    pub(super) fn refusal(&self, field: &str) -> Option<String> {
        let Some(Err(problem)) = self.answer.get() else { return None };
        let wrong = problem.errors.first().and_then(|error| error.path.clone());
        let here = wrong.as_deref().map_or(field == "alt", |wrong| wrong == field);
        here.then_some(problem.detail)
    }

    fn said(&self) -> Said {
        let caption = self.on_document.then(|| self.caption.get_untracked());
        Said { image: self.image, alt: self.alt.get_untracked(), caption }
    }
}

/// Words that were refused when their picture was not looked at any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Missed {
    pub(super) image: ImageId,
    /// Which they were, and why they were refused.
    pub(super) words: String,
}

/// What is being written about the pictures of a page.
#[derive(Clone, Copy)]
pub(super) struct Drafts {
    words: Words,
    /// The picture that is looked at.
    open: RwSignal<Option<ImageId>>,
    begun: StoredValue<BTreeMap<ImageId, Draft>>,
    missed: RwSignal<Vec<Missed>>,
    toasts: Toasts,
}

impl Drafts {
    pub(super) fn new(words: Words, open: RwSignal<Option<ImageId>>) -> Self {
        let (begun, missed) = (StoredValue::default(), RwSignal::new(vec![]));
        Self { words, open, begun, missed, toasts: use_toasts() }
    }

    /// What is written about a picture: what was begun and is not saved, else what is said of it.
    pub(super) fn of(self, picture: &Picture) -> Draft {
        let begun = self.begun.with_value(|begun| begun.get(&picture.id).cloned());
        let unsaved = |draft: &Draft| untrack(|| draft.is_changed() || draft.is_busy());
        begun.filter(unsaved).unwrap_or_else(|| {
            let draft = Draft::of(picture);
            self.begun.update_value(|begun| {
                begun.insert(picture.id, draft.clone());
            });
            draft
        })
    }

    /// Whether something that was begun about a picture is not saved.
    pub(super) fn has_unsaved(self, image: ImageId) -> bool {
        let begun = self.begun.with_value(|begun| begun.get(&image).cloned());
        begun.is_some_and(|draft| untrack(|| draft.is_changed()))
    }

    /// Saves the words of each picture that is left; tells of those that nobody sees refused.
    pub(super) fn follow(self) {
        Effect::new(move |before: Option<Option<ImageId>>| {
            let now = self.open.get();
            if let Some(left) = before.flatten().filter(|left| now != Some(*left)) {
                self.leave(left);
            }
            if now.is_none() {
                let missed = self.missed.try_update(std::mem::take).unwrap_or_default();
                missed.into_iter().for_each(|missed| self.tell(missed));
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

    /// Sends what has changed; what changes while something is on its way follows it.
    pub(super) fn save(self, draft: &Draft) {
        if !untrack(|| draft.is_changed()) {
            return;
        }
        let said = draft.said();
        if let Some(sent) = draft.sent.get_untracked() {
            draft.again.set(sent != said);
            return;
        }
        let Some(keeping) = self.words.0.try_run(said.clone()) else { return };
        draft.answer.set(None);
        draft.sent.set(Some(said.clone()));
        self.missed.try_update(|missed| missed.retain(|missed| missed.image != said.image));
        let draft = draft.clone();
        spawn_local(async move {
            let answer = keeping.await;
            self.answered(&draft, said, answer);
        });
    }

    fn answered(self, draft: &Draft, said: Said, answer: Result<(), Problem>) {
        if answer.is_ok() {
            draft.kept.set((said.alt, said.caption.unwrap_or_default()));
        }
        let open = self.open.try_get_untracked();
        if let (Err(problem), true) = (&answer, open != Some(Some(said.image))) {
            let words = missed_words(&draft.kept.get_untracked().0, &problem.detail);
            let missed = Missed { image: said.image, words };
            match open {
                Some(Some(_)) => {
                    self.missed.try_update(|all| all.push(missed));
                }
                Some(None) => self.tell(missed),
                // With the page the words are gone, too.
                None => self.toasts.show(ToastKind::Failed, missed.words),
            }
        }
        draft.answer.set(Some(answer));
        draft.sent.set(None);
        if draft.again.try_update(std::mem::take) == Some(true) {
            self.save(draft);
        }
    }

    fn tell(self, missed: Missed) {
        let Missed { image, words } = missed;
        self.toasts.offer(ToastKind::Failed, words, "Show it", move |()| self.show(image));
    }

    /// Shows a picture, if its page is still there.
    pub(super) fn show(self, image: ImageId) {
        self.open.try_set(Some(image));
    }

    /// Words of another picture than the one that is looked at, which were refused.
    pub(super) fn elsewhere(self) -> Option<Missed> {
        let here = self.open.get();
        self.missed.with(|missed| missed.iter().find(|one| Some(one.image) != here).cloned())
    }
}

/// Tells whose words were not saved, and why.
fn missed_words(alt: &str, why: &str) -> String {
    match shortly(alt).as_str() {
        "" => format!("What you wrote about an image was not saved. {why}"),
        name => format!("What you wrote about “{name}” was not saved. {why}"),
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
        let words = Words::new(|_| async { Ok(()) });
        Drafts::new(words, RwSignal::new(None))
    }

    #[test]
    fn what_is_not_saved_is_there_when_its_picture_is_looked_at_again() {
        Owner::new().with(|| {
            let drafts = drafts();
            let (kettle, teapot) = (picture(1, "Kettle"), picture(2, "Teapot"));

            drafts.of(&kettle).alt.set("A kettle".to_owned());

            assert_eq!(drafts.of(&kettle).alt.get_untracked(), "A kettle");
            assert_eq!(drafts.of(&teapot).alt.get_untracked(), "Teapot");
            let renamed = picture(2, "A teapot");
            assert_eq!(drafts.of(&renamed).alt.get_untracked(), "A teapot", "nothing was begun");
        });
    }

    #[test]
    fn what_was_refused_is_still_to_be_saved_and_what_was_kept_is_not() {
        Owner::new().with(|| {
            let (drafts, kettle) = (drafts(), picture(1, "Kettle"));
            let draft = drafts.of(&kettle);
            draft.alt.set("A kettle".to_owned());

            let refused = Problem::invalid("Too long.", vec![]);
            drafts.answered(&draft, draft.said(), Err(refused));
            assert!(untrack(|| draft.is_changed() && !draft.is_saved()));
            assert_eq!(untrack(|| draft.refusal("alt")).as_deref(), Some("Too long."));

            drafts.answered(&draft, draft.said(), Ok(()));
            assert!(untrack(|| draft.is_saved() && !draft.is_changed()));
        });
    }

    #[test]
    fn words_that_were_not_saved_are_named_by_their_picture() {
        let told = missed_words("Kettle", "The server is away.");

        assert_eq!(told, "What you wrote about “Kettle” was not saved. The server is away.");
        assert!(missed_words(" ", "No.").starts_with("What you wrote about an image"));
        assert!(missed_words(&"x".repeat(99), "No.").chars().count() < 90);
    }

    #[test]
    fn while_another_picture_is_looked_at_it_is_told_whose_words_were_refused() {
        Owner::new().with(|| {
            let (drafts, kettle) = (drafts(), picture(1, "Kettle"));
            let draft = drafts.of(&kettle);
            drafts.open.set(Some(picture(2, "").id));

            drafts.answered(&draft, draft.said(), Err(Problem::invalid("No.", vec![])));

            let missed = untrack(|| drafts.elsewhere());
            assert_eq!(missed.map(|missed| missed.image), Some(kettle.id));
            drafts.open.set(Some(kettle.id));
            assert_eq!(untrack(|| drafts.elsewhere()), None, "its form says it");
        });
    }
}
