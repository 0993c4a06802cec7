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
    pictures::{Picture, Said, Words, shortly},
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
    wish: Wish,
    done: Done,
}

/// What is to become of the images.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wish {
    Arrange(Arrangement),
    Caption(ImageId, String),
}

impl Wish {
    async fn send(self, document: DocumentId) -> Result<Vec<AttachedImage>, ApiError> {
        match self {
            Self::Arrange(what) => arrange(document, what).await,
            Self::Caption(image, words) => caption_image(document, image, words).await,
        }
    }
}

/// What is said of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Done {
    /// To screen readers: everybody else sees it.
    Aloud(String),
    /// To everybody that this is off, with the way back.
    Detached(Taken),
}

/// An image that was taken off, as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Taken {
    image: AttachedImage,
    /// The order that it had its place in.
    order: Vec<ImageId>,
}

/// Changes that wait for the one before them. They are sent also when the page has gone meanwhile.
#[derive(Debug, Clone, Default)]
struct Line {
    waiting: ArcStoredValue<VecDeque<Change>>,
    /// Whether one is on its way.
    busy: ArcRwSignal<bool>,
}

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
        self.line.get_value().busy.get()
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
        let Some(place) = untrack(|| self.place(image)) else { return };
        let taken = self.images.try_update(|images| {
            let order = order_of(images);
            let image = images.remove(place);
            mark_primary(images);
            Taken { image, order }
        });
        let Some(taken) = taken else { return };
        let next = self.images.with_untracked(|images| {
            images.get(place).or(images.last()).map(|attached| place_id(attached.id))
        });
        focus(next.as_deref().unwrap_or(ATTACH));
        let wish = Wish::Arrange(Arrangement::Detach(image));
        self.send(&self.line.get_value(), Change { wish, done: Done::Detached(taken) });
    }

    /// Says that an image is off, with the way back.
    fn offer_back(self, line: Line, taken: Taken) {
        let words = match shortly(&taken.image.alt).as_str() {
            "" => "Detached an image. It stays in the library.".to_owned(),
            name => format!("Detached “{name}”. It stays in the library."),
        };
        let back = move |()| self.put_back(&line, taken.clone());
        self.toasts.offer(ToastKind::Done, words, "Undo", back);
    }

    /// Attaches an image again that was taken off, where it was and with its caption; also when the
    /// page has gone meanwhile.
    fn put_back(self, line: &Line, taken: Taken) {
        let order = self.images.try_update(|images| restored(images, &taken));
        let Taken { image: AttachedImage { id, caption, .. }, order: before } = taken;
        let order = order.unwrap_or(before);
        // The button that asked for it is gone.
        keep_focus(move || focus(&place_id(id)));
        let attach = Wish::Arrange(Arrangement::Attach(vec![id]));
        let caption = (!caption.is_empty()).then_some(Wish::Caption(id, caption));
        // What is attached stands last.
        let order = (order.last() != Some(&id)).then_some(Wish::Arrange(Arrangement::Order(order)));
        for wish in [Some(attach), caption, order].into_iter().flatten() {
            let done = Done::Aloud("The image is attached again.".to_owned());
            self.send(line, Change { wish, done });
        }
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
        let wish = Wish::Arrange(Arrangement::Order(order));
        self.send(&self.line.get_value(), Change { wish, done: Done::Aloud(done) });
    }

    /// Sends a change when those before it are made: it was made on what they leave.
    fn send(self, line: &Line, change: Change) {
        line.waiting.update_value(|waiting| line_up(waiting, change));
        if !line.busy.get_untracked() {
            line.busy.set(true);
            spawn_local(self.send_all(line.clone()));
        }
    }

    async fn send_all(self, line: Line) {
        let next = || line.waiting.try_update_value(VecDeque::pop_front).flatten();
        while let Some(Change { wish, done }) = next() {
            match wish.send(self.document).await {
                Ok(now) => self.made(&line, done, now),
                Err(ApiError(problem)) => self.refused(problem, &line).await,
            }
        }
        line.busy.set(false);
    }

    /// Says what was done, and shows what the document has now.
    fn made(self, line: &Line, done: Done, now: Vec<AttachedImage>) {
        let last = line.waiting.with_value(VecDeque::is_empty);
        match done {
            Done::Detached(taken) => self.offer_back(line.clone(), taken),
            Done::Aloud(words) if last => drop(self.said.try_set(words)),
            Done::Aloud(_) => {}
        }
        if last {
            self.show(now)
        } else {
            // What the next one makes of it is shown already.
            drop(self.settled.try_set_value(now))
        }
    }

    /// Says why, and shows what the document has now. What still waits was made on a page that did
    /// not come true, and is forgotten.
    async fn refused(self, problem: Problem, line: &Line) {
        self.toasts.show(ToastKind::Failed, problem.detail);
        let present = load_document(self.document).await.map(|reading| reading.page.images);
        line.waiting.update_value(VecDeque::clear);
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
    let orders = |change: &Change| matches!(change.wish, Wish::Arrange(Arrangement::Order(_)));
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
    mark_primary(images);
    Some(order_of(images))
}

/// Puts an image that was taken off back into its place; the new order.
fn restored(images: &mut Vec<AttachedImage>, taken: &Taken) -> Vec<ImageId> {
    let Taken { image, order } = taken;
    if images.iter().all(|attached| attached.id != image.id) {
        let place = order.iter().position(|id| *id == image.id).unwrap_or(images.len());
        // Now it is a person who attaches it.
        let image = AttachedImage { by_workflow: None, ..image.clone() };
        images.insert(place.min(images.len()), image);
        mark_primary(images);
    }
    order_of(images)
}

fn mark_primary(images: &mut [AttachedImage]) {
    for (place, attached) in images.iter_mut().enumerate() {
        attached.is_primary = place == 0;
    }
}

fn order_of(images: &[AttachedImage]) -> Vec<ImageId> {
    images.iter().map(|attached| attached.id).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn image(number: u128) -> ImageId {
        ImageId(Uuid::from_u128(number))
    }

    fn attached(number: u128) -> AttachedImage {
        AttachedImage {
            id: image(number),
            alt: String::new(),
            caption: String::new(),
            width: 1,
            height: 1,
            bytes: 1,
            sample: false,
            is_primary: number == 1,
            order: 0,
            by_workflow: None,
        }
    }

    #[test]
    fn an_image_that_is_put_back_stands_where_it_stood() {
        let taken = |number: u128| {
            let taken = AttachedImage { caption: "Warm.".to_owned(), ..attached(number) };
            Taken { image: taken, order: [1, 2, 3].map(image).into() }
        };
        let back = |number: u128, rest: &[u128]| {
            let mut images: Vec<_> = rest.iter().copied().map(attached).collect();
            let order = restored(&mut images, &taken(number));
            (images, order)
        };

        let (images, order) = back(1, &[2, 3]);
        assert_eq!(order, [1, 2, 3].map(image));
        assert!(images[0].is_primary && !images[1].is_primary && images[0].caption == "Warm.");
        assert_eq!(back(2, &[1, 3]).1, [1, 2, 3].map(image));
        assert_eq!(back(3, &[]).1, [image(3)], "the others are gone meanwhile");
        assert_eq!(back(1, &[3, 1]).1, [3, 1].map(image), "it was attached meanwhile");
    }

    #[test]
    fn of_orders_that_wait_only_the_last_is_sent_and_after_what_came_before() {
        let change = |what| Change { wish: Wish::Arrange(what), done: Done::Aloud(String::new()) };
        let order = |numbers: [u128; 2]| change(Arrangement::Order(numbers.map(image).into()));
        let detach = || change(Arrangement::Detach(image(3)));
        let mut line = VecDeque::new();

        for wanted in [order([1, 2]), detach(), order([2, 1]), order([1, 2])] {
            line_up(&mut line, wanted);
        }

        assert_eq!(line, [order([1, 2]), detach(), order([1, 2])]);
    }
}
