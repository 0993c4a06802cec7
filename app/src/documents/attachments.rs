//! The images on a document, the primary one first.

use leptos::prelude::*;
use model::library::AttachedImage;

use super::status::SampleTag;
use crate::{
    routes::{self, ThumbnailSide},
    ui::{
        format,
        icon::{Glyph, Icon},
    },
};

/// The most images a document can have.
const MOST: usize = 20;

/// The images as a grid; each opens in full. Nothing when there are none.
#[component]
pub(super) fn Attachments(images: Vec<AttachedImage>) -> impl IntoView {
    let count = images.len();
    (count > 0).then(|| {
        view! {
            <section class="attachments" aria-labelledby="attachments-title">
                <h2 class="attachments__title" id="attachments-title">
                    "Attachments "
                    <span class="subtle num">{format!("({count}/{MOST})")}</span>
                </h2>
                <ul class="attachments__grid">
                    {images
                        .into_iter()
                        .map(|image| view! { <Attachment image=image /> })
                        .collect_view()}
                </ul>
            </section>
        }
    })
}

#[component]
fn Attachment(image: AttachedImage) -> impl IntoView {
    let primary = image.is_primary;
    let alt = match image.alt.trim() {
        "" => "Attached image".to_owned(),
        alt => alt.to_owned(),
    };
    let size = u64::try_from(image.bytes).unwrap_or_default();
    let facts = format!("{} × {} · {}", image.width, image.height, format::bytes(size));
    let caption = (!image.caption.is_empty()).then_some(image.caption);
    view! {
        <li class="attachment" data-primary=primary.then_some("")>
            <a
                class="attachment__frame"
                href=routes::image(image.id)
                target="_blank"
                rel="external noopener"
                style:--ratio=format!("{} / {}", image.width.max(1), image.height.max(1))
            >
                <img
                    class="attachment__image"
                    src=routes::thumbnail(image.id, ThumbnailSide::Large)
                    alt=alt
                    width=image.width
                    height=image.height
                    loading="lazy"
                />
            </a>
            {primary
                .then(|| {
                    view! {
                        <span class="attachment__star" title="Primary image">
                            <Glyph icon=Icon::Star size=14 />
                            <span class="unseen">"Primary image"</span>
                        </span>
                    }
                })}
            {caption.map(|caption| view! { <p class="attachment__caption">{caption}</p> })}
            <p class="attachment__facts subtle small num">
                <span>{facts}</span>
                <SampleTag sample=image.sample />
            </p>
        </li>
    }
}
