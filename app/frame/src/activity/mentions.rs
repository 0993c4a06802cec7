//! Comments that name the person and that they have not seen.

use leptos::prelude::*;
use model::{comment::mentioned::MentionRow, id::WorkspaceId, pages::ActivityPage};
use ui::relative_time::RelativeTime;
use web::routes;

/// Who names the person, in words.
pub(super) fn by_whom(row: &MentionRow) -> &str {
    row.by.as_deref().unwrap_or("A deleted account")
}

/// The comments, each with the way to where it is read.
#[component]
pub(super) fn MentionList(workspace: WorkspaceId, page: Memo<ActivityPage>) -> impl IntoView {
    let mentions = Memo::new(move |_| page.with(|page| page.mentions.clone()));
    let item = move |row: MentionRow| {
        let words = format!("{}: {}", by_whom(&row), row.excerpt);
        view! {
            <li class="under-way__row">
                <div class="under-way__head">
                    <a
                        class="link under-way__name clip-two"
                        translate="no"
                        href=routes::mention(workspace, &row)
                        title=row.title.clone()
                    >
                        {row.title.clone()}
                    </a>
                    <span class="small subtle">
                        <RelativeTime at=row.at />
                    </span>
                </div>
                <p class="small muted clip-two" dir="auto">
                    {words}
                </p>
            </li>
        }
    };
    view! {
        <Show when=move || !mentions.read().is_empty()>
            <section aria-labelledby="under-way-mentions">
                <h3 class="under-way__title" id="under-way-mentions">
                    "Mentions"
                </h3>
                <ul>
                    <For each=move || mentions.get() key=|row| row.comment_id children=item />
                </ul>
            </section>
        </Show>
    }
}
