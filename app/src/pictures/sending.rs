//! Sending pictures into the library: from a document and from the library's own page.

use leptos::prelude::*;
use model::{id::ProjectId, library::ImageRow};

use crate::{
    routes,
    ui::outbox::{Allowed, Outbox, OutboxField},
};

/// The most pictures that are sent at once, and that a document can have.
pub(crate) const MOST_AT_ONCE: usize = 20;

const PICTURES: Allowed = Allowed {
    accept: "image/png,image/jpeg,image/webp,image/gif",
    only_images: true,
    image_bytes: 10 << 20,
    file_bytes: 10 << 20,
    files: MOST_AT_ONCE,
};

/// Pictures on their way into a project, or the workspace's first.
pub(crate) fn pictures_outbox(project: impl Into<Signal<Option<ProjectId>>>) -> Outbox<ImageRow> {
    let project = project.into();
    Outbox::new(Signal::derive(move || routes::images_of(project.get())), PICTURES)
}

/// Chooses pictures or takes dropped ones, checks them, and shows how far each is.
#[component]
pub(crate) fn PicturesField(
    /// The id of the field.
    id: &'static str,
    /// The pictures.
    outbox: Outbox<ImageRow>,
) -> impl IntoView {
    view! {
        <OutboxField
            id=id
            label="Images"
            help="PNG, JPEG, WebP or GIF, up to 10 MB each, 20 at once. They are kept in the library."
            outbox=outbox
        />
    }
}
