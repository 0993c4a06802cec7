//! The picture of the person: chosen, shown, taken down.

use api::account::remove_picture;
use frame::{layout::session::Session, sending::Sending};
use leptos::prelude::*;
use model::picture::PersonPicture;
use ui::{
    avatar::Avatar,
    button::{ButtonLook, RowButton},
    failure::FormError,
    uploads::{UploadField, UploadLimits, Uploads},
};
use web::routes::OWN_PICTURE;

const PICTURE: UploadLimits = UploadLimits {
    accept: "image/png,image/jpeg,image/webp,image/gif",
    only_images: true,
    image_bytes: 10 << 20,
    file_bytes: 10 << 20,
    files: 1,
};

/// The picture as others see it, a field for another one, and a button that takes it down.
#[component]
pub(super) fn PictureField(session: Session) -> impl IntoView {
    let sending = Sending::default();
    let uploads = Uploads::<PersonPicture>::new(OWN_PICTURE, PICTURE);
    let name = Signal::derive(move || session.watch(|view| view.user_name.clone()));
    let picture = Signal::derive(move || session.watch(|view| view.picture));
    Effect::new(move || {
        // What is stored is shown at once, and the field is free for another one.
        if let Some(picture) = uploads.stored_files().pop() {
            uploads.clear();
            session.update(|view| view.picture = Some(picture));
        }
    });
    let remove = move |()| {
        sending.send(remove_picture(), move |()| session.update(|view| view.picture = None));
    };
    view! {
        <div class="account__picture" data-testid="picture">
            <div class="account__face">
                <Avatar name=name picture=picture />
                <Show when=move || picture.get().is_some()>
                    <RowButton
                        verb="Remove photo"
                        look=ButtonLook::Ghost
                        busy=sending.busy
                        on_press=remove
                    />
                </Show>
            </div>
            <div>
                <UploadField
                    id="account-picture"
                    label="Profile photo"
                    help="PNG, JPEG, WebP or GIF up to 10 MB. Cropped to a circle."
                    uploads=uploads
                />
                <FormError error=sending.problem />
            </div>
        </div>
    }
}
