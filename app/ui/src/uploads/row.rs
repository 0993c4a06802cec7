//! One file: how far it is, and what can be done about it.

use leptos::prelude::*;

use super::item::{Projection, UploadItem, UploadState};
use crate::{
    button::IconButton,
    failure::sign_in_after,
    format,
    icon::{Glyph, Icon},
    progress::ProgressBar,
};

#[component]
pub(super) fn UploadRow<T: Clone + Send + Sync + 'static>(
    item: UploadItem<T>,
    note: Option<Projection<T, Option<String>>>,
    again: Callback<()>,
    remove: Callback<()>,
) -> impl IntoView {
    let UploadItem { name, bytes, state, .. } = item;
    let key_of = |state: &UploadState<T>| match state {
        UploadState::OnItsWay(_) => "sending",
        UploadState::Kept(_) => "kept",
        UploadState::Missed(_) | UploadState::Refused(_) => "refused",
    };
    let (shown, known) = (state.clone(), state.clone());
    let key = Signal::derive(move || shown.with(key_of));
    let missed = Memo::new(move |_| known.with(UploadState::is_missed));
    let label = format!("Uploading {name}");
    let words = move || match state.get() {
        UploadState::OnItsWay(percent) => {
            let label = label.clone();
            view! { <ProgressBar percent=Signal::derive(move || Some(percent)) label=label /> }
                .into_any()
        }
        UploadState::Kept(kept) => {
            let note = note.as_ref().and_then(|note| note(&kept));
            view! {
                <span class="unseen">"Uploaded."</span>
                {note.map(|note| view! { <p class="outbox__note small">{note}</p> })}
            }
            .into_any()
        }
        UploadState::Missed(problem) => {
            let door = sign_in_after(&problem);
            view! { <p class="outbox__refusal small" role="alert">{problem.detail} {door}</p> }
                .into_any()
        }
        UploadState::Refused(why) => {
            view! { <p class="outbox__refusal small" role="alert">{why}</p> }.into_any()
        }
    };
    let kind = if is_picture(&name) { Icon::Image } else { Icon::FileText };
    let icon = Signal::derive(move || if key.get() == "kept" { Icon::CircleCheck } else { kind });
    let send_again = format!("Upload {name} again");
    view! {
        <li class="outbox__row" data-state=move || key.get()>
            <Glyph icon=icon size=18 />
            <div class="outbox__words">
                <p class="outbox__name">
                    <bdi>{name.clone()}</bdi> " " <span class="subtle small num">{format::bytes(bytes)}</span>
                </p>
                {words}
            </div>
            <Show when=move || missed.get()>
                <IconButton icon=Icon::RotateCcw label=send_again.clone() on_press=again />
            </Show>
            <IconButton icon=Icon::X label=format!("Remove {name}") on_press=remove />
        </li>
    }
    .into_any()
}

fn is_picture(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    ending.is_some_and(|ending| ["png", "jpg", "jpeg", "webp", "gif"].contains(&ending.as_str()))
}
