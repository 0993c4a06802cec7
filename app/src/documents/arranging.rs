//! The images of a document while a person arranges them: shown at once, sent one change after the
//! other, taken back when refused.

use std::collections::VecDeque;

use leptos::{prelude::*, task::spawn_local};
use model::{
    id::{DocumentId, ImageId},
    library::{Arrangement, AttachedImage},
    problem::Problem,
};

use crate::{
    api::{
        ApiError,
        documents::load_document,
        images::{arrange, caption_image, describe_image},
    },
    client::focus::{focus, keep_focus},
    pictures::{Picture, Said, Words},
    ui::toast::{ToastKind, Toasts, use_toasts},
};

/// The id of an image's place on the page.
pub(super) fn place_id(image: ImageId) -> String {
    format!("attachment-{image}")
}

/// Where images are attached; the focus goes there when what had it is gone.
pub(super) const ATTACH: &str = "attach-images";

/// A change to be sent, and what is said when it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    what: Arrangement,
    done: String,
}

/// Changes that wait for the one before them. They are sent also when the page has gone meanwhile.
type Line = ArcStoredValue<VecDeque<Change>>;

/// The images and what is being done to them.
#[derive(Clone, Copy)]
pub(super) struct Arranging {
    document: DocumentId,
    /// As they are shown, the primary one first.
    pub images: RwSignal<Vec<AttachedImage>>,
    /// What was done, for screen readers.
    pub said: RwSignal<String>,
    /// As the server had them last.
    settled: StoredValue<Vec<AttachedImage>>,
    line: StoredValue<Line>,
    busy: RwSignal<bool>,
    toasts: Toasts,
}

impl Arranging {
    pub(super) fn new(document: DocumentId, images: Vec<AttachedImage>) -> Self {
        Self {
            document,
            settled: StoredValue::new(images.clone()),
            images: RwSignal::new(images),
            said: RwSignal::new(String::new()),
            line: StoredValue::new(Line::default()),
            busy: RwSignal::new(false),
            toasts: use_toasts(),
        }
    }

    /// Keeps what is said of an image, and shows it.
    pub(super) fn words(self) -> Words {
        Words::new(move |Said { image, alt, caption }| async move {
            let row = describe_image(image, alt).await.map_err(|error| error.0)?;
            let caption = caption.unwrap_or_default();
            let now = caption_image(self.document, image, caption).await;
            let now = now.map_err(|error| error.0)?;
            let kept = now.into_iter().find(|attached| attached.id == image);
            if let Some(kept) = kept {
                self.put_words(&AttachedImage { alt: row.alt, ..kept });
            }
            Ok(())
        })
    }

    fn put_words(self, kept: &AttachedImage) {
        let put = |images: &mut Vec<AttachedImage>| {
            let here = images.iter_mut().find(|attached| attached.id == kept.id);
            if let Some(here) = here {
                (here.alt, here.caption) = (kept.alt.clone(), kept.caption.clone());
            }
        };
        self.images.try_update(put);
        self.settled.try_update_value(put);
    }

    /// Whether a change is on its way.
    pub(super) fn is_busy(self) -> bool {
        self.busy.get()
    }

    /// An image as it is shown.
    pub(super) fn find(self, image: ImageId) -> Option<Picture> {
        self.images.read().iter().find(|attached| attached.id == image).cloned().map(Picture::from)
    }

    /// Where an image stands, from 0.
    pub(super) fn place(self, image: ImageId) -> Option<usize> {
        self.images.read().iter().position(|attached| attached.id == image)
    }

    /// Shows an image first.
    pub(super) fn make_primary(self, image: ImageId) {
        self.move_to(image, 0);
    }

    /// Takes an image off the document.
    pub(super) fn detach(self, image: ImageId) {
        let place = untrack(|| self.place(image)).unwrap_or_default();
        self.images.update(|images| {
            images.retain(|attached| attached.id != image);
            if let Some(first) = images.first_mut() {
                first.is_primary = true;
            }
        });
        let next = self.images.with_untracked(|images| {
            images.get(place).or(images.last()).map(|attached| place_id(attached.id))
        });
        focus(next.as_deref().unwrap_or(ATTACH));
        let done = "The image was detached. It stays in the library.".to_owned();
        self.send(Change { what: Arrangement::Detach(image), done });
    }

    /// Moves an image by so many places, as far as there are any.
    pub(super) fn shift(self, image: ImageId, by: isize) {
        let Some(place) = untrack(|| self.place(image)) else { return };
        if let Some(to) = place.checked_add_signed(by) {
            self.move_to(image, to);
        }
    }

    /// Puts an image in the place of another.
    pub(super) fn put_at(self, image: ImageId, other: ImageId) {
        if let Some(to) = untrack(|| self.place(other)) {
            self.move_to(image, to);
        }
    }

    fn move_to(self, image: ImageId, to: usize) {
        let order = self.images.try_update(|images| moved(images, image, to)).unwrap_or_default();
        let Some(order) = order else { return };
        let done = match to {
            0 => "It is the primary image now.".to_owned(),
            _ => format!("Image {} of {}.", to + 1, order.len()),
        };
        // A button that leads no further is disabled; its image still is where one was.
        keep_focus(move || focus(&place_id(image)));
        self.send(Change { what: Arrangement::Order(order), done });
    }

    /// Sends a change when those before it are made: it was made on what they leave.
    fn send(self, change: Change) {
        let line = self.line.get_value();
        line.update_value(|line| line_up(line, change));
        if !self.busy.get_untracked() {
            self.busy.set(true);
            spawn_local(self.send_all(line));
        }
    }

    async fn send_all(self, line: Line) {
        while let Some(change) = line.try_update_value(VecDeque::pop_front).flatten() {
            match arrange(self.document, change.what).await {
                Ok(now) if line.with_value(VecDeque::is_empty) => {
                    self.said.try_set(change.done);
                    self.show(now);
                }
                // What the next one makes of it is shown already.
                Ok(now) => drop(self.settled.try_set_value(now)),
                Err(ApiError(problem)) => self.refused(problem, &line).await,
            }
        }
        self.busy.try_set(false);
    }

    /// Says why, and shows what the document has now. What still waits was made on a page that did
    /// not come true, and is forgotten.
    async fn refused(self, problem: Problem, line: &Line) {
        self.toasts.show(ToastKind::Failed, problem.detail);
        let present = load_document(self.document).await.map(|reading| reading.page.images);
        line.update_value(VecDeque::clear);
        let settled = || self.settled.try_get_value();
        if let Some(now) = present.ok().or_else(settled) {
            self.show(now);
        }
    }

    /// Shows the images as the server has them.
    pub(super) fn show(self, now: Vec<AttachedImage>) {
        keep_focus(|| focus(ATTACH));
        self.settled.try_set_value(now.clone());
        self.images.try_set(now);
    }
}

/// Puts a change behind those that wait; of orders one after the other only the last counts.
fn line_up(line: &mut VecDeque<Change>, change: Change) {
    let orders = |change: &Change| matches!(change.what, Arrangement::Order(_));
    if orders(&change) && line.back().is_some_and(orders) {
        line.pop_back();
    }
    line.push_back(change);
}

/// Moves one image; the new order, unless nothing has changed.
fn moved(images: &mut Vec<AttachedImage>, image: ImageId, to: usize) -> Option<Vec<ImageId>> {
    let from = images.iter().position(|attached| attached.id == image)?;
    if from == to || to >= images.len() {
        return None;
    }
    let taken = images.remove(from);
    images.insert(to, taken);
    for (place, attached) in images.iter_mut().enumerate() {
        attached.is_primary = place == 0;
    }
    Some(images.iter().map(|attached| attached.id).collect())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn of_orders_that_wait_only_the_last_is_sent_and_after_what_came_before() {
        let image = |number| ImageId(Uuid::from_u128(number));
        let change = |what| Change { what, done: String::new() };
        let order = |numbers: [u128; 2]| change(Arrangement::Order(numbers.map(image).into()));
        let detach = || change(Arrangement::Detach(image(3)));
        let mut line = VecDeque::new();

        for wanted in [order([1, 2]), detach(), order([2, 1]), order([1, 2])] {
            line_up(&mut line, wanted);
        }

        assert_eq!(line, [order([1, 2]), detach(), order([1, 2])]);
    }
}
