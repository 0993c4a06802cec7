//! The images of a document while a person arranges them: shown at once, taken back when refused.

use leptos::prelude::*;
use model::{
    id::{DocumentId, ImageId},
    library::{Arrangement, AttachedImage},
};

use crate::{
    api::{
        ApiError,
        images::{arrange, caption_image, describe_image},
    },
    client::focus::focus,
    pictures::{Picture, Said, Words},
    ui::toast::{ToastKind, use_toasts},
};

/// The id of an image's place on the page.
pub(super) fn place_id(image: ImageId) -> String {
    format!("attachment-{image}")
}

/// The images and what is being done to them.
#[derive(Clone, Copy)]
pub(super) struct Arranging {
    /// As they are shown, the primary one first.
    pub images: RwSignal<Vec<AttachedImage>>,
    /// What was done, for screen readers.
    pub said: RwSignal<String>,
    sending: Action<Arrangement, Result<Vec<AttachedImage>, ApiError>>,
}

impl Arranging {
    pub(super) fn new(document: DocumentId, images: Vec<AttachedImage>) -> Self {
        let settled = StoredValue::new(images.clone());
        let images = RwSignal::new(images);
        let toasts = use_toasts();
        let sending = Action::new(move |what: &Arrangement| {
            let what = what.clone();
            async move {
                let answer = arrange(document, what).await;
                if let Ok(now) = &answer {
                    settled.set_value(now.clone());
                } else if let Err(ApiError(problem)) = &answer {
                    toasts.show(ToastKind::Failed, problem.detail.clone());
                }
                images.set(settled.get_value());
                answer
            }
        });
        Self { images, said: RwSignal::new(String::new()), sending }
    }

    /// Keeps what is said of an image, and shows it.
    pub(super) fn words(self, document: DocumentId) -> Words {
        Action::new(move |said: &Said| {
            let Said { image, alt, caption } = said.clone();
            async move {
                let row = describe_image(image, alt).await.map_err(|error| error.0)?;
                let caption = caption.unwrap_or_default();
                let now = caption_image(document, image, caption).await.map_err(|error| error.0)?;
                let kept = now.into_iter().find(|attached| attached.id == image);
                self.images.try_update(|images| {
                    let shown = images.iter_mut().find(|attached| attached.id == image);
                    if let (Some(shown), Some(kept)) = (shown, kept) {
                        (shown.alt, shown.caption) = (row.alt, kept.caption);
                    }
                });
                Ok(())
            }
        })
    }

    /// Whether a change is on its way.
    pub(super) fn is_busy(self) -> bool {
        self.sending.pending().get()
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
        self.said.set("It is the primary image now.".to_owned());
    }

    /// Takes an image off the document.
    pub(super) fn detach(self, image: ImageId) {
        self.images.update(|images| {
            images.retain(|attached| attached.id != image);
            if let Some(first) = images.first_mut() {
                first.is_primary = true;
            }
        });
        self.said.set("The image was detached. It stays in the library.".to_owned());
        self.sending.dispatch(Arrangement::Detach(image));
        focus("attach-images");
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
        let count = order.len();
        self.said.set(format!("Image {} of {count}.", to + 1));
        self.sending.dispatch(Arrangement::Order(order));
        // Moving an element on the page takes the focus from it.
        request_animation_frame(move || focus(&place_id(image)));
    }
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
