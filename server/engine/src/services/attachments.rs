//! Images on documents: attached, detached, put in order; the first is the primary one.

use model::{
    access::Permission,
    id::{DocumentId, ImageId},
    library::AttachedImage,
    problem::{FieldProblem, Problem},
};

use super::{Services, actor::Actor};
use crate::{
    error::{Doing, EngineError, Result},
    store::{attachments, audit, library},
};

/// Images a document may have.
pub const MOST_IMAGES: usize = 20;

/// What is to become of a document's images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrangement {
    /// Attach these at the end; those that are on it already stay where they are.
    Attach(Vec<ImageId>),
    /// Take one off; the next becomes primary if it was. The image itself stays.
    Detach(ImageId),
    /// Show this one first.
    MakePrimary(ImageId),
}

impl Services {
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
        actor.require(Permission::EditDocument)?;
        let mut tx = self.pool.begin().await.doing("arranging a document's images")?;
        if !attachments::lock_document(&mut tx, actor.workspace, id).await? {
            return Err(EngineError::NotFound("document"));
        }
        if let Arrangement::Attach(images) = &what {
            let known = attachments::known_images(&mut tx, actor.workspace, images).await?;
            if images.iter().any(|image| !known.contains(image)) {
                return Err(EngineError::NotFound("image"));
            }
        }
        let before = attachments::attached(&mut tx, actor.workspace, id).await?;
        let after = what.applied(before)?;
        attachments::arrange(&mut tx, actor.workspace, id, &after).await?;
        let note = audit::Entry {
            workspace: Some(actor.workspace),
            user: Some(actor.user),
            action: what.action(),
            subject: Some(id.to_string()),
            detail: serde_json::json!({ "images": after }),
        };
        audit::append(&mut tx, note).await?;
        let images = library::attached_images(&mut tx, actor.workspace, id).await?;
        tx.commit().await.doing("arranging a document's images")?;
        Ok(images)
    }
}

impl Arrangement {
    fn action(&self) -> &'static str {
        match self {
            Self::Attach(_) => "document.attach",
            Self::Detach(_) => "document.detach",
            Self::MakePrimary(_) => "document.make_primary",
        }
    }

    fn applied(&self, mut order: Vec<ImageId>) -> Result<Vec<ImageId>> {
        let place = |image: &ImageId, order: &[ImageId]| {
            let place = order.iter().position(|attached| attached == image);
            place.ok_or(EngineError::NotFound("attachment"))
        };
        match self {
            Self::Attach(images) => {
                let current = order.len();
                for image in images {
                    if !order.contains(image) {
                        order.push(*image);
                    }
                }
                fits(current, order.len() - current)?;
            }
            Self::Detach(image) => {
                let place = place(image, &order)?;
                order.remove(place);
            }
            Self::MakePrimary(image) => {
                let place = place(image, &order)?;
                order[..=place].rotate_right(1);
            }
        }
        Ok(order)
    }
}

fn fits(current: usize, requested: usize) -> Result<(), Problem> {
    if current + requested <= MOST_IMAGES {
        return Ok(());
    }
    let words = format!(
        "The document has {current} images and {requested} more were asked for; {MOST_IMAGES} are \
         allowed. Detach some first."
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

        assert_eq!(attach.applied(images(&[1, 2])).unwrap(), images(&[1, 2, 3]));
        assert_eq!(first.applied(images(&[1, 2, 3])).unwrap(), images(&[3, 1, 2]));
        assert_eq!(detach.applied(images(&[1, 2])).unwrap(), images(&[2]));
        assert!(detach.applied(images(&[2])).is_err());
    }

    #[test]
    fn the_twenty_first_image_is_refused_with_the_numbers() {
        let full: Vec<u128> = (0..20).collect();

        let refused = Arrangement::Attach(images(&[99])).applied(images(&full)).unwrap_err();

        let problem = refused.into_problem();
        assert!(problem.errors[0].message.contains("20 images and 1 more"), "{problem:?}");
    }
}
