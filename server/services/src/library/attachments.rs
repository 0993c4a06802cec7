//! Images on documents: attached, detached, put in order; the first is the primary one.

use backend::actor::Actor;
use model::{
    access::Permission,
    audit::AuditAction,
    id::{DocumentId, ImageId},
    library::{Arrangement, AttachedImage, image_words},
    problem::{FieldProblem, Problem},
};
use store::{
    attachments,
    error::{EngineError, Result},
    library,
};

use super::Library;
use crate::context::OrNotFound;
use serde_json::json;

/// Images a document may have.
pub const MOST_IMAGES: usize = 20;

impl Library {
    /// The images on a document, the primary one first.
    pub async fn attachments(&self, actor: &Actor, id: DocumentId) -> Result<Vec<AttachedImage>> {
        Ok(self.document(actor, id).await?.images)
    }

    /// Changes the images of a document, and returns what it then has.
    ///
    /// # Errors
    /// An unknown document, image or attachment; more than [`MOST_IMAGES`], with the numbers.
    /// Nothing changes then.
    pub async fn arrange(
        &self,
        actor: &Actor,
        id: DocumentId,
        what: Arrangement,
    ) -> Result<Vec<AttachedImage>> {
        self.arrange_all(actor, id, &[what]).await
    }

    /// Changes the images of a document one way after the other: all of it, or nothing.
    ///
    /// # Errors
    /// As [`Library::arrange`].
    pub async fn arrange_all(
        &self,
        actor: &Actor,
        id: DocumentId,
        changes: &[Arrangement],
    ) -> Result<Vec<AttachedImage>> {
        let mut tx = self
            .ctx
            .change(actor, Permission::EditDocument, "arranging a document's images")
            .await?;
        attachments::lock_document(&mut tx, actor.workspace, id).await?.or_not_found("document")?;
        let mut order = attachments::list_attached(&mut tx, actor.workspace, id).await?;
        for what in changes {
            if let Arrangement::Attach(images) = what {
                let known =
                    attachments::filter_existing_images(&mut tx, actor.workspace, images).await?;
                if images.iter().any(|image| !known.contains(image)) {
                    return Err(EngineError::NotFound("image"));
                }
            }
            order = apply(what, order)?;
            tx.record_with(actor, action(what), id, json!({ "images": order })).await?;
        }
        attachments::arrange(&mut tx, actor.workspace, id, &order).await?;
        let images = library::attached_images(&mut tx, actor.workspace, id).await?;
        tx.commit_with(images).await
    }

    /// Puts words under an image on a document, and returns the images it has.
    ///
    /// # Errors
    /// An unknown document or attachment; words beyond what is allowed, with the numbers.
    pub async fn caption(
        &self,
        actor: &Actor,
        id: DocumentId,
        image: ImageId,
        words: &str,
    ) -> Result<Vec<AttachedImage>> {
        let mut tx =
            self.ctx.change(actor, Permission::EditDocument, "captioning an image").await?;
        let words = image_words("caption", words)?;
        let found = attachments::set_caption(&mut tx, actor.workspace, id, image, &words).await?;
        found.or_not_found("attachment")?;
        tx.record(actor, AuditAction::DocumentCaption, id).await?;
        let images = library::attached_images(&mut tx, actor.workspace, id).await?;
        tx.commit_with(images).await
    }
}

fn action(what: &Arrangement) -> AuditAction {
    match what {
        Arrangement::Attach(_) => AuditAction::DocumentAttach,
        Arrangement::Detach(_) => AuditAction::DocumentDetach,
        Arrangement::MakePrimary(_) => AuditAction::DocumentMakePrimary,
        Arrangement::Order(_) | Arrangement::Place(..) => AuditAction::DocumentOrder,
    }
}

/// The order of a document's images after a change.
fn apply(what: &Arrangement, mut order: Vec<ImageId>) -> Result<Vec<ImageId>> {
    let place = |image: &ImageId, order: &[ImageId]| {
        let place = order.iter().position(|attached| attached == image);
        place.or_not_found("attachment")
    };
    match what {
        Arrangement::Attach(images) => {
            let current = order.len();
            for image in images {
                if !order.contains(image) {
                    order.push(*image);
                }
            }
            fits(current, order.len() - current)?;
        }
        Arrangement::Detach(image) => {
            let place = place(image, &order)?;
            order.remove(place);
        }
        Arrangement::MakePrimary(image) => {
            let place = place(image, &order)?;
            order[..=place].rotate_right(1);
        }
        Arrangement::Order(images) => {
            let same = images.len() == order.len() && order.iter().all(|id| images.contains(id));
            if !same {
                let detail = "Someone changed the images of this document. Reload it, then reorder \
                              them.";
                return Err(Problem::conflict("images_changed", detail).into());
            }
            order.clone_from(images);
        }
        Arrangement::Place(image, at) => {
            let place = place(image, &order)?;
            let image = order.remove(place);
            order.insert((*at).min(order.len()), image);
        }
    }
    Ok(order)
}

fn fits(current: usize, requested: usize) -> Result<(), Problem> {
    if current + requested <= MOST_IMAGES {
        return Ok(());
    }
    let words = format!(
        "The document has {current} images; with {requested} more it would exceed the limit of \
         {MOST_IMAGES}. Detach some first."
    );
    let error = FieldProblem::field("too_many_attachments", "image_ids", words);
    Err(Problem::invalid("The images were not attached.", vec![error]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use uuid::Uuid;

    fn images(numbers: &[u128]) -> Vec<ImageId> {
        numbers.iter().map(|number| ImageId(Uuid::from_u128(*number))).collect()
    }

    #[test]
    fn images_are_attached_once_detached_and_put_first() {
        let attach = Arrangement::Attach(images(&[2, 3, 3]));
        let first = Arrangement::MakePrimary(images(&[3])[0]);
        let detach = Arrangement::Detach(images(&[1])[0]);

        assert_eq!(apply(&attach, images(&[1, 2])).unwrap(), images(&[1, 2, 3]));
        assert_eq!(apply(&first, images(&[1, 2, 3])).unwrap(), images(&[3, 1, 2]));
        assert_eq!(apply(&detach, images(&[1, 2])).unwrap(), images(&[2]));
        assert!(apply(&detach, images(&[2])).is_err());
    }

    #[test]
    fn an_order_names_every_image_once() {
        let order = |numbers: &[u128]| Arrangement::Order(images(numbers));

        assert_eq!(apply(&order(&[3, 1, 2]), images(&[1, 2, 3])).unwrap(), images(&[3, 1, 2]));
        for wrong in [&[1, 2][..], &[1, 2, 2], &[1, 2, 4], &[1, 2, 3, 3]] {
            assert!(apply(&order(wrong), images(&[1, 2, 3])).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_twenty_first_image_is_refused_with_the_numbers() {
        let full: Vec<u128> = (0..20).collect();

        let refused = apply(&Arrangement::Attach(images(&[99])), images(&full)).unwrap_err();

        let problem = refused.into_problem();
        assert!(problem.errors[0].message.contains("20 images; with 1 more"), "{problem:?}");
    }
}
