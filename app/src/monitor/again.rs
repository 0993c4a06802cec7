//! Running an execution that is over again, as a new one that opens at once.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use model::{
    execution::state::Action,
    id::NodeId,
    pages::{Launched, RerunRequest},
};

use super::store::ExecutionStore;
use crate::{
    api::{
        ApiError,
        executions::{replay_execution, rerun_execution},
        versions::rerun_stale,
    },
    layout::session::use_session,
    routes,
    ui::{
        button::{Button, ButtonLook, ButtonSize},
        dialog::ConfirmDialog,
        icon::Icon,
        toast::{ToastKind, Toasts, use_toasts},
    },
};

/// What runs again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// All of it, or what follows a step.
    All,
    /// What is stale.
    Stale,
    /// All of it, with the recorded answers.
    Recorded,
}

/// Asks for one new execution at a time and goes to it.
#[derive(Clone, Copy)]
pub struct Anew {
    busy: RwSignal<Option<Way>>,
    /// Why there is none, for a dialog that says so itself; else it is news of the page.
    refused: Option<RwSignal<Option<ApiError>>>,
    store: ExecutionStore,
    toasts: Toasts,
    go: Callback<String>,
}

impl Anew {
    /// New executions of the one of this store.
    pub fn new(store: ExecutionStore) -> Self {
        let navigate = use_navigate();
        let go = Callback::new(move |path: String| navigate(&path, Default::default()));
        Self { busy: RwSignal::new(None), refused: None, store, toasts: use_toasts(), go }
    }

    /// The same from a dialog, which shows why there is none: news would stand behind it.
    pub fn refusing(self, refused: RwSignal<Option<ApiError>>) -> Self {
        Self { refused: Some(refused), ..self }
    }

    fn is_busy(self, way: Way) -> Signal<bool> {
        Signal::derive(move || self.busy.get() == Some(way))
    }

    fn offered(self, action: Action) -> Memo<bool> {
        Memo::new(move |_| self.store.may(action))
    }

    /// Whether it is asked for, from a step on or as a whole.
    pub fn busy(self) -> Signal<bool> {
        self.is_busy(Way::All)
    }

    /// Runs it again as the request says.
    pub fn rerun(self, request: RerunRequest) {
        let id = self.store.id();
        self.send(Way::All, async move { rerun_execution(id, request).await });
    }

    fn rerun_stale(self) {
        let id = self.store.id();
        self.send(Way::Stale, async move { rerun_stale(id).await });
    }

    fn replay(self) {
        let id = self.store.id();
        self.send(Way::Recorded, async move { replay_execution(id).await });
    }

    fn send(self, way: Way, asked: impl Future<Output = Result<Launched, ApiError>> + 'static) {
        let Some(workspace) = use_session().map(|session| session.workspace()) else { return };
        if self.busy.get_untracked().is_some() {
            return;
        }
        self.busy.set(Some(way));
        if let Some(refused) = self.refused {
            refused.set(None);
        }
        spawn_local(async move {
            let answer = asked.await;
            self.busy.try_set(None);
            match (answer, self.refused) {
                (Ok(launched), _) => {
                    self.go.try_run(routes::execution(workspace, launched.execution_id));
                }
                (Err(error), Some(refused)) => drop(refused.try_set(Some(error))),
                (Err(error), None) => self.toasts.show(ToastKind::Failed, error.0.detail),
            }
        });
    }
}

/// What is stale again, all of it, or with the recorded answers; shown once it is over.
#[component]
pub fn AgainControls(
    /// What is known.
    store: ExecutionStore,
) -> impl IntoView {
    let anew = Anew::new(store);
    let (rerun, replay) = (anew.offered(Action::Rerun), anew.offered(Action::Replay));
    let stale = store.stale();
    let any_stale = Memo::new(move |_| rerun.get() && !stale.read().is_empty());
    let (asking, asking_stale) = (RwSignal::new(false), RwSignal::new(false));
    view! {
        <Show when=move || any_stale.get()>
            <Button
                look=ButtonLook::Primary
                icon=Icon::RefreshCw
                busy=anew.is_busy(Way::Stale)
                on_press=move |()| asking_stale.set(true)
            >
                "Re-run stale"
            </Button>
        </Show>
        <Show when=move || rerun.get()>
            <Button
                icon=Icon::RotateCcw
                busy=anew.busy()
                on_press=move |()| asking.set(true)
            >
                "Run again"
            </Button>
        </Show>
        <Show when=move || replay.get()>
            <Button
                icon=Icon::Repeat
                busy=anew.is_busy(Way::Recorded)
                on_press=move |()| anew.replay()
            >
                "Replay"
            </Button>
        </Show>
        <ConfirmDialog
            id="rerun-stale"
            title="Make again what is stale?"
            text="A new execution begins: the steps that worked with versions which no longer count \
                  are made again, and paid again. Everything else is taken over; this execution \
                  stays as it is."
            verb="Re-run"
            look=ButtonLook::Primary
            open=asking_stale
            on_confirm=move |()| anew.rerun_stale()
        />
        <ConfirmDialog
            id="run-again"
            title="Run all of it again?"
            text="A new execution begins with the same values: every step is made again, and paid \
                  again. This execution stays as it is."
            verb="Run again"
            look=ButtonLook::Primary
            open=asking
            on_confirm=move |()| anew.rerun(RerunRequest::default())
        />
    }
}

/// From one step on again; what does not depend on it is taken over.
#[component]
pub fn RunFromHere(
    /// What is known.
    store: ExecutionStore,
    /// The step.
    node: Signal<NodeId>,
) -> impl IntoView {
    let (anew, asking) = (Anew::new(store), RwSignal::new(false));
    let offered = anew.offered(Action::Rerun);
    let from = |id| RerunRequest { from_node: Some(id), ..RerunRequest::default() };
    view! {
        <Show when=move || offered.get()>
            <Button
                size=ButtonSize::Small
                icon=Icon::RotateCcw
                busy=anew.busy()
                on_press=move |()| asking.set(true)
            >
                "Run again from here"
            </Button>
        </Show>
        <ConfirmDialog
            id="run-from-here"
            title="Run again from this step?"
            text="A new execution begins: this step and what follows it are made again, and paid \
                  again. What does not depend on it is taken over; this execution stays as it is."
            verb="Run again"
            look=ButtonLook::Primary
            open=asking
            on_confirm=move |()| anew.rerun(from(node.get_untracked()))
        />
    }
}
