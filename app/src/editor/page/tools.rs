//! What the canvas can be used without: a part of the client of its own, fetched once the page is
//! alive. It is as large as all the rest of the editor.

use leptos::{prelude::*, task::spawn_local};

use super::{beside::BesideCanvas, dialogs::Dialogs, room::Room};
use crate::{
    client::signal::SetNew,
    editor::testing::RunDock,
    part::{NotFetched, part},
    ui::{failure::Away, toast::ToastKind},
};

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

/// For how many frames nothing is fetched: drawing the first view needs the whole machine, and the
/// next frames only come about once it is drawn.
const FIRST_VIEW: u8 = 4;

/// Fetches the part once the page is alive and the first view on the screen, and again once the
/// server is back after it was away; whether it is here.
pub(super) fn use_tools(room: Room) -> RwSignal<bool> {
    let (here, away) = (RwSignal::new(false), use_context::<Away>());
    let fetch = move || fetch(room, here, away);
    Effect::new(move || after_frames(FIRST_VIEW, fetch));
    if let Some(away) = away {
        away.when_over(move || {
            if !here.get_untracked() {
                fetch();
            }
        });
    }
    here
}

fn after_frames(frames: u8, then: impl FnOnce() + 'static) {
    match frames {
        0 => then(),
        _ => request_animation_frame(move || after_frames(frames - 1, then)),
    }
}

/// One of its tools, once the part is here.
#[component]
pub(super) fn Fetched(tool: Tool, room: Room, here: RwSignal<bool>) -> impl IntoView {
    let shown =
        move || here.get().then(|| Suspend::new(async move { equipping(tool, room).await.ok() }));
    view! { <Suspense>{shown}</Suspense> }.into_any()
}

/// Asks for the part; where that fails, a person can ask again.
fn fetch(room: Room, here: RwSignal<bool>, away: Option<Away>) {
    let toasts = room.desk.editor.toasts;
    spawn_local(async move {
        match preload().await {
            Ok(()) => {
                here.set_new(true);
                toasts.withdraw(FAILURE);
            }
            Err(NotFetched) => {
                let again = move |()| fetch(room, here, away);
                toasts.offer(ToastKind::Failed, FAILURE, "Try again", again);
                if let Some(away) = away {
                    away.suspect();
                }
            }
        }
    });
}

part! {
    equipping(tool: Tool, room: Room) fetched by preload, preloaded by __preload_equipping:
    tool.view(room)
}
