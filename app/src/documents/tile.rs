//! A document as a card.

use leptos::prelude::*;
use model::{id::WorkspaceId, library::DocumentRow};
use ui::{
    badge::Tag,
    format,
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
};
use web::routes::{self, ThumbnailSide};

use super::status::{AsideTag, SampleTag, StatusTag};

/// How many tags are shown on a card.
const MOST_TAGS: usize = 3;

#[component]
pub(super) fn DocumentTile(workspace: WorkspaceId, row: DocumentRow) -> impl IntoView {
    let picture = match row.primary_image {
        Some(image) => {
            let url = routes::thumbnail(image, ThumbnailSide::Large);
            view! { <img class="document-tile__image" src=url alt="" loading="lazy" /> }.into_any()
        }
        None => view! { <p class="document-tile__paper">{row.excerpt.clone()}</p> }.into_any(),
    };
    // Without a picture the beginning of the text is shown in its place.
    let excerpt = row.primary_image.map(|_| {
        view! { <p class="document-tile__excerpt muted">{row.excerpt}</p> }
    });
    let images = u64::try_from(row.attachments).unwrap_or_default();
    let count = (images > 0).then(|| {
        view! {
            <span class="document-tile__count num">
                <Glyph icon=Icon::Images size=14 />
                {format::pluralize(images, "image", "images")}
            </span>
        }
    });
    let tags = row.tags.into_iter().take(MOST_TAGS).map(|tag| view! { <Tag>{tag}</Tag> });
    view! {
        <article class="card card--link document-tile">
            <div class="document-tile__picture" aria-hidden="true">
                {picture}
            </div>
            <div class="document-tile__words">
                <h2 class="document-tile__title" dir="auto" translate="no" title=row.title>
                    <a class="card__cover" href=routes::document(workspace, row.id)>
                        {row.title.clone()}
                    </a>
                </h2>
                {excerpt}
            </div>
            <footer class="document-tile__foot subtle small">
                <StatusTag status=row.status />
                <AsideTag aside=row.aside />
                <SampleTag sample=row.sample />
                {tags.collect_view()}
                <span class="spring"></span>
                {count}
                <RelativeTime at=row.updated_at />
            </footer>
        </article>
    }
}
