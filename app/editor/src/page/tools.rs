//! The inspector, the dialogs and the dock of test runs: a chunk of its own, which is loaded once
//! the page is hydrated. It is as large as all the rest of the editor.

use leptos::{prelude::*, task::spawn_local};
use ui::{failure::Offline, toast::ToastKind};
use web::{chunk::ChunkLoadError, client::signal::SetNew};

use super::{dialogs::Dialogs, inspector::Inspector, page_state::PageState};
use crate::test_run::RunDock;

const FAILURE: &str = "Couldn't load the panel and the dialogs.";

/// A part of the page that is in the chunk.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tool {
    /// The dock of the test run that the canvas shows.
    Run,
    /// The inspector at the right of the canvas.
    Panel,
    /// The dialogs of the page.
    Dialogs,
}

impl Tool {
    fn view(self, state: PageState) -> AnyView {
        match self {
            Self::Run => view! { <RunDock workspace=state.workspace editor=state.canvas.editor /> }
                .into_any(),
            Self::Panel => view! { <Inspector state=state /> }.into_any(),
            Self::Dialogs => view! { <Dialogs state=state /> }.into_any(),
        }
    }
}

/// The chunk is loaded after so many frames: drawing the first view needs the whole machine, and
/// the frames after it only come once it is drawn.
const FIRST_VIEW: u8 = 4;

/// Loads the chunk once the page is hydrated and the first view is on the screen, and again once
/// the server is back after it was offline; the signal is true once the chunk is loaded.
pub(super) fn use_tools(state: PageState) -> RwSignal<bool> {
    let (here, offline) = (RwSignal::new(false), use_context::<Offline>());
    let fetch = move || fetch(state, here, offline);
    Effect::new(move || after_frames(FIRST_VIEW, fetch));
    if let Some(offline) = offline {
        offline.when_over(move || {
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

/// One part of the page, once the chunk is loaded.
#[component]
pub(super) fn LazyTool(tool: Tool, state: PageState, here: RwSignal<bool>) -> impl IntoView {
    let shown =
        move || here.get().then(|| Suspend::new(async move { tool_view(tool, state).await.ok() }));
    view! { <Suspense>{shown}</Suspense> }.into_any()
}

/// Loads the chunk; where that fails, a toast offers to try again.
fn fetch(state: PageState, here: RwSignal<bool>, offline: Option<Offline>) {
    let toasts = state.canvas.editor.notices.toasts;
    spawn_local(async move {
        match preload().await {
            Ok(()) => {
                here.set_new(true);
                toasts.withdraw(FAILURE);
            }
            Err(ChunkLoadError) => {
                let again = move |()| fetch(state, here, offline);
                toasts.offer(ToastKind::Failed, FAILURE, "Try again", again);
                if let Some(offline) = offline {
                    offline.suspect();
                }
            }
        }
    });
}

web::chunk! {
    tool_view(tool: Tool, state: PageState) fetched by preload, preloaded by __preload_tool_view:
    tool.view(state)
}
