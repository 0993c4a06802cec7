//! The images of a document while a person arranges them: shown at once, sent one change after the
//! other, taken back when refused.

use std::collections::VecDeque;

use api::{
    ApiError,
    documents::load_document,
    images::{arrange, caption_image, describe_image},
};
use frame::pictures::{ImageText, Picture, TextSaver, shortly};
use leptos::{prelude::*, task::spawn_local};
use model::{
    id::{DocumentId, ImageId},
    library::{Arrangement, AttachedImage},
    problem::Problem,
};
use ui::toast::{ToastKind, Toasts, use_toasts};
use web::client::focus::{focus, keep_focus};

/// The id of an image's place on the page.
pub(super) fn place_id(image: ImageId) -> String {
    format!("attachment-{image}")
}

/// The id of the place of the button that attaches images. The focus goes there when the image that
/// had it is gone.
pub(super) const ATTACH: &str = "attach-images";

/// A change that waits to be sent, and how it is reported once the server has made it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    wish: Wish,
    done: Done,
}

/// A change of the images that the server is asked for.
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

/// How a change is reported once the server has made it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Done {
    /// Read aloud by screen readers; everybody else sees the change itself.
    Aloud(String),
    /// Shown to everybody, with a button that attaches the image again.
    Detached(Taken),
}

/// A detached image, as it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Taken {
    image: AttachedImage,
    /// The order of the images, this one among them, before it was detached.
    order: Vec<ImageId>,
}

/// Changes that wait for the ones before them. They are sent also when the page has been left.
#[derive(Debug, Clone, Default)]
struct Line {
    waiting: ArcStoredValue<VecDeque<Change>>,
    /// Whether one is on its way.
    busy: ArcRwSignal<bool>,
}

/// The images of a document, and the changes that a person makes to them.
#[derive(Clone, Copy)]
pub(super) struct Arranging {
    document: DocumentId,
    /// The images as they are shown, with changes that the server has not made yet; the primary
    /// first.
    pub images: RwSignal<Vec<AttachedImage>>,
    /// The text about the last change, for screen readers.
    pub said: RwSignal<String>,
    /// The images as the server last answered them.
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

    /// Saves the description and caption of an image, and shows them.
    pub(super) fn text_saver(self) -> TextSaver {
        TextSaver::new(move |ImageText { image, alt, caption }| async move {
            let row = describe_image(image, alt).await.map_err(|error| error.0)?;
            let now = caption_image(self.document, image, caption.unwrap_or_default()).await;
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

    /// Whether a change is being sent.
    pub(super) fn is_busy(self) -> bool {
        self.line.get_value().busy.get()
    }

    /// The image of that id as it is shown; none when it is not attached.
    pub(super) fn find(self, image: ImageId) -> Option<Picture> {
        self.images.read().iter().find(|attached| attached.id == image).cloned().map(Picture::from)
    }

    /// The index of an image as shown; none when it is not attached.
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

    /// Shows that an image was detached, with a button that attaches it again.
    fn offer_undo(self, line: Line, taken: Taken) {
        let words = match shortly(&taken.image.alt).as_str() {
            "" => "Detached an image. It stays in the library.".to_owned(),
            name => format!("Detached “{name}”. It stays in the library."),
        };
        let back = move |()| self.reattach(&line, taken.clone());
        self.toasts.offer(ToastKind::Done, words, "Undo", back);
    }

    /// Attaches a detached image again, in its old place and with its caption; also when the page
    /// has been left meanwhile.
    fn reattach(self, line: &Line, taken: Taken) {
        let order = self.images.try_update(|images| reinsert(images, &taken));
        let Taken { image: AttachedImage { id, caption, .. }, order: before } = taken;
        let order = order.unwrap_or(before);
        // The button that asked for it is gone.
        keep_focus(move || focus(&place_id(id)));
        let attach = Wish::Arrange(Arrangement::Attach(vec![id]));
        let caption = (!caption.is_empty()).then_some(Wish::Caption(id, caption));
        // What is attached stands last.
        let order = (order.last() != Some(&id)).then_some(Wish::Arrange(Arrangement::Order(order)));
        for wish in [Some(attach), caption, order].into_iter().flatten() {
            let done = Done::Aloud("Image attached again.".to_owned());
            self.send(line, Change { wish, done });
        }
    }

    /// Moves an image by `by` places; beyond either end nothing happens.
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
        let order =
            self.images.try_update(|images| move_image(images, image, to)).unwrap_or_default();
        let Some(order) = order else { return };
        let done = match to {
            0 => "Set as primary image.".to_owned(),
            _ => format!("Moved to position {} of {}.", to + 1, order.len()),
        };
        // A button that leads no further is disabled; its image still is where one was.
        keep_focus(move || focus(&place_id(image)));
        let wish = Wish::Arrange(Arrangement::Order(order));
        self.send(&self.line.get_value(), Change { wish, done: Done::Aloud(done) });
    }

    /// Sends a change once those before it have been made, since it was made on their result.
    fn send(self, line: &Line, change: Change) {
        line.waiting.update_value(|waiting| enqueue(waiting, change));
        if !line.busy.get_untracked() {
            line.busy.set(true);
            spawn_local(self.send_all(line.clone()));
        }
    }

    async fn send_all(self, line: Line) {
        let next = || line.waiting.try_update_value(VecDeque::pop_front).flatten();
        while let Some(Change { wish, done }) = next() {
            match wish.send(self.document).await {
                Ok(now) => self.report_made(&line, done, now),
                Err(ApiError(problem)) => self.report_refused(problem, &line).await,
            }
        }
        line.busy.set(false);
    }

    /// Reports that a change was made, and shows the images that the document has now.
    fn report_made(self, line: &Line, done: Done, now: Vec<AttachedImage>) {
        let last = line.waiting.with_value(VecDeque::is_empty);
        match done {
            Done::Detached(taken) => self.offer_undo(line.clone(), taken),
            Done::Aloud(words) if last => drop(self.said.try_set(words)),
            Done::Aloud(_) => {}
        }
        if last {
            self.show(now)
        } else {
            // The page already shows the result of the changes that still wait.
            drop(self.settled.try_set_value(now))
        }
    }

    /// Shows why a change was refused, and the images that the document has now. Changes that still
    /// wait are dropped: they were made on the result of the refused one.
    async fn report_refused(self, problem: Problem, line: &Line) {
        self.toasts.show(ToastKind::Failed, problem);
        let present = load_document(self.document).await.map(|reading| reading.page.images);
        line.waiting.update_value(VecDeque::clear);
        if let Some(now) = present.ok().or_else(|| self.settled.try_get_value()) {
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

/// Appends a change to those that wait. An order right after another order takes its place.
fn enqueue(line: &mut VecDeque<Change>, change: Change) {
    let orders = |change: &Change| matches!(change.wish, Wish::Arrange(Arrangement::Order(_)));
    if orders(&change) && line.back().is_some_and(orders) {
        line.pop_back();
    }
    line.push_back(change);
}

/// Moves one image to the index `to`. Gives the new order; none where nothing has changed.
fn move_image(images: &mut Vec<AttachedImage>, image: ImageId, to: usize) -> Option<Vec<ImageId>> {
    let from = images.iter().position(|attached| attached.id == image)?;
    if from == to || to >= images.len() {
        return None;
    }
    let taken = images.remove(from);
    images.insert(to, taken);
    mark_primary(images);
    Some(order_of(images))
}

/// Puts a detached image back into its old place. Gives the new order.
fn reinsert(images: &mut Vec<AttachedImage>, taken: &Taken) -> Vec<ImageId> {
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
            let order = reinsert(&mut images, &taken(number));
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
            enqueue(&mut line, wanted);
        }

        assert_eq!(line, [order([1, 2]), detach(), order([1, 2])]);
    }
}
