//! Uploading images into the library: from a document and from the library's own page.

use leptos::prelude::*;
use model::{id::ProjectId, library::ImageRow};
use ui::uploads::{UploadField, UploadLimits, Uploads};
use web::routes;

/// The most pictures that are sent at once, and that a document can have.
pub const MOST_AT_ONCE: usize = 20;

const PICTURES: UploadLimits = UploadLimits {
    accept: "image/png,image/jpeg,image/webp,image/gif",
    only_images: true,
    image_bytes: 10 << 20,
    file_bytes: 10 << 20,
    files: MOST_AT_ONCE,
};

/// An upload list whose pictures go into a project; with no project, into the workspace's first
/// one.
pub fn picture_uploads(project: impl Into<Signal<Option<ProjectId>>>) -> Uploads<ImageRow> {
    let project = project.into();
    Uploads::new(Signal::derive(move || routes::images_of(project.get())), PICTURES)
}

/// The upload field for pictures of the library.
#[component]
pub fn PicturesField(
    /// The id of the field.
    id: &'static str,
    /// The list that chosen pictures are added to.
    uploads: Uploads<ImageRow>,
) -> impl IntoView {
    view! {
        <UploadField
            id=id
            label="Images"
            help="PNG, JPEG, WebP or GIF, up to 10 MB each, 20 at a time. They stay in your image library."
            uploads=uploads
        />
    }
}
