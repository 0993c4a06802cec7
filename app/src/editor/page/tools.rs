//! What the canvas can be used without: a part of the client of its own, fetched once the page is
//! alive. It is as large as all the rest of the editor.

use leptos::{prelude::*, task::spawn_local};

use super::{beside::BesideCanvas, dialogs::Dialogs, room::Room};
use crate::{editor::testing::RunDock, fetched::NotFetched, ui::toast::ToastKind};

const FAILURE: &str = "The panel and the dialogs could not be loaded.";

/// Something of that part.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tool {
    /// The test run that is shown.
    Run,
    /// The panel beside the canvas.
    Panel,
    /// What opens over the page.
    Dialogs,
}

impl Tool {
    fn view(self, room: Room) -> AnyView {
        match self {
            Self::Run => {
                view! { <RunDock workspace=room.workspace editor=room.desk.editor /> }.into_any()
            }
            Self::Panel => view! { <BesideCanvas room=room /> }.into_any(),
            Self::Dialogs => view! { <Dialogs room=room /> }.into_any(),
        }
    }
}

/// Fetches the part as soon as the page is alive; whether it is here.
pub(super) fn use_tools(room: Room) -> RwSignal<bool> {
    let here = RwSignal::new(false);
    Effect::new(move || fetch(room, here));
    here
}

/// One of its tools, once the part is here.
#[component]
pub(super) fn Fetched(tool: Tool, room: Room, here: RwSignal<bool>) -> impl IntoView {
    let shown =
        move || here.get().then(|| Suspend::new(async move { equipping(tool, room).await.ok() }));
    view! { <Suspense>{shown}</Suspense> }.into_any()
}

/// Has the part here; where that fails, a person can ask for it again.
fn fetch(room: Room, here: RwSignal<bool>) {
    spawn_local(async move {
        #[cfg(all(feature = "hydrate", target_arch = "wasm32"))]
        if __preload_equipping().await.is_err() {
            let again = move |()| fetch(room, here);
            room.desk.editor.toasts.offer(ToastKind::Failed, FAILURE, "Try again", again);
            return;
        }
        here.try_set(true);
    });
}

#[cfg(feature = "hydrate")]
#[leptos::wasm_split::wasm_split(
    equipping,
    wasm_split_path = ::leptos::wasm_split,
    preload(__preload_equipping),
    fallible
)]
fn equipping(tool: Tool, room: Room) -> Result<AnyView, NotFetched> {
    Ok(tool.view(room))
}

#[cfg(not(feature = "hydrate"))]
async fn equipping(tool: Tool, room: Room) -> Result<AnyView, NotFetched> {
    Ok(tool.view(room))
}
