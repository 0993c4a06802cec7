//! Running an execution that is over again, as a new one that opens at once: all of it, or from one step
//! on, as the step was or told something else this time.

use std::collections::BTreeMap;

use api::{
    ApiError,
    executions::{replay_execution, rerun_execution},
    versions::rerun_stale,
};
use frame::layout::session::use_session;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use model::{
    access::Permission,
    execution::state::Action,
    id::NodeId,
    pages::{Launched, MonitorPage, RerunRequest},
    problem::Problem,
};
use serde_json::{Map, Value};
use ui::{
    button::{Button, ButtonLook, ButtonRole, ButtonSize},
    dialog::{ConfirmDialog, Dialog, DialogSize},
    failure::FormError,
    icon::{Glyph, Icon},
    menu::{Menu, MenuAction, MenuLink},
    toast::{ToastKind, Toasts, use_toasts},
};
use web::routes;

use crate::{
    edit::{EditedText, changes, open_texts, row},
    store::ExecutionStore,
};

/// What of an execution runs again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// All of it, or what follows a step.
    All,
    /// The steps that are stale.
    Stale,
    /// All of it, with the recorded answers.
    Recorded,
}

/// What is said of a replay that has begun.
const REPLAYED: &str =
    "Started a replay as a new run. It uses the recorded answers and costs nothing.";

/// Asks for one new execution at a time and goes to it.
#[derive(Clone, Copy)]
pub struct Anew {
    busy: RwSignal<Option<Way>>,
    /// Why there is none, for a dialog that says so itself; else it is news of the page.
    refused: Option<RwSignal<Option<Problem>>>,
    store: ExecutionStore,
    toasts: Toasts,
    go: Callback<String>,
}

impl Anew {
    pub fn new(store: ExecutionStore) -> Self {
        let navigate = use_navigate();
        let go = Callback::new(move |path: String| navigate(&path, Default::default()));
        Self { busy: RwSignal::new(None), refused: None, store, toasts: use_toasts(), go }
    }

    /// The same from a dialog, which shows why there is none: news would stand behind it.
    pub fn with_refusal(self, refused: RwSignal<Option<Problem>>) -> Self {
        Self { refused: Some(refused), ..self }
    }

    fn is_busy(self, way: Way) -> Signal<bool> {
        Signal::derive(move || self.busy.get() == Some(way))
    }

    /// Whether this may be done to it now.
    pub fn is_offered(self, action: Action) -> Memo<bool> {
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
                    if way == Way::Recorded {
                        // Nothing was asked before: it costs nothing.
                        self.toasts.show(ToastKind::Done, REPLAYED.to_owned());
                    }
                    self.go.try_run(routes::execution(workspace, launched.execution_id));
                }
                (Err(error), Some(refused)) => drop(refused.try_set(Some(error.0))),
                (Err(error), None) => self.toasts.show(ToastKind::Failed, error.0),
            }
        });
    }
}

/// What is stale again, all of it, or with the recorded answers; shown once it is over.
#[component]
pub fn AgainControls(store: ExecutionStore) -> impl IntoView {
    let anew = Anew::new(store);
    let (rerun, replay) = (anew.is_offered(Action::Rerun), anew.is_offered(Action::Replay));
    let stale = store.stale();
    let any_stale = Memo::new(move |_| rerun.get() && !stale.read().is_empty());
    let asking_stale = RwSignal::new(false);
    view! {
        <Show when=move || any_stale.get()>
            <Button
                look=ButtonLook::Primary
                icon=Icon::RefreshCw
                busy=anew.is_busy(Way::Stale)
                on_press=move |()| asking_stale.set(true)
            >
                "Rerun stale steps"
            </Button>
        </Show>
        <Show when=move || rerun.get()>
            <AgainMenu anew=anew />
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
            title="Rerun stale steps?"
            text="Starts a new run that repeats the steps based on outdated versions and charges for \
                  them again. Everything else is reused; this run stays unchanged."
            verb="Rerun"
            look=ButtonLook::Primary
            open=asking_stale
            on_confirm=move |()| anew.rerun_stale()
        />
    }
}

/// All of it again: as it was, or with other values.
#[component]
fn AgainMenu(anew: Anew) -> impl IntoView {
    let asking = RwSignal::new(false);
    let with_changes = anew.store.page.with_value(form_of);
    let busy = move || anew.busy().get().then_some("busy");
    view! {
        <Menu
            label="Run again"
            trigger=move || {
                view! {
                    <span class="button" data-state=busy>
                        <Glyph icon=Icon::RotateCcw />
                        <span class="button__label">"Run again"</span>
                        <Glyph icon=Icon::ChevronDown size=14 />
                    </span>
                }
            }
        >
            <MenuAction icon=Icon::RotateCcw on_press=move |()| asking.set(true)>
                "With the same values"
            </MenuAction>
            {with_changes
                .map(|href| {
                    view! {
                        <MenuLink href=href icon=Icon::Pencil>
                            "With changes…"
                        </MenuLink>
                    }
                })}
        </Menu>
        <ConfirmDialog
            id="run-again"
            title="Run again?"
            text="Starts a new run with the same values. Every step runs and is charged again. This \
                  run stays unchanged."
            verb="Run again"
            look=ButtonLook::Primary
            open=asking
            on_confirm=move |()| anew.rerun(RerunRequest::default())
        />
    }
}

/// The launch form filled in with the values of an execution; none where it came from no template,
/// or from a draft that the person may not launch.
fn form_of(page: &MonitorPage) -> Option<String> {
    let session = use_session()?;
    let is_draft = page.template_version.is_none();
    let may = !is_draft || session.may(Permission::LaunchInline);
    let template = page.template_id.filter(|_| may)?;
    Some(routes::launch_again(session.workspace(), template, is_draft, page.id))
}

/// What asks for an execution to run again from a step, with these of its fields changed.
fn request(from: NodeId, changed: Map<String, Value>) -> RerunRequest {
    // What is changed is drawn: in a round it is changed for all of them.
    let config = (!changed.is_empty()).then(|| BTreeMap::from([(from.in_round(""), changed)]));
    RerunRequest {
        from_node: Some(from),
        config: config.unwrap_or_default(),
        ..RerunRequest::default()
    }
}

#[component]
pub fn RunFromHere(
    store: ExecutionStore,
    /// The first step that runs again; steps that do not depend on it are taken over.
    node: Signal<NodeId>,
) -> impl IntoView {
    let refused = RwSignal::new(None::<Problem>);
    let (anew, asking) = (Anew::new(store).with_refusal(refused), RwSignal::new(false));
    let offered = anew.is_offered(Action::Rerun);
    // It begins anew with each time that it is asked.
    let form = move || {
        asking.get().then(|| {
            let id = node.get_untracked();
            view! { <FromHereForm store=store anew=anew refused=refused id=id open=asking /> }
        })
    };
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
        <Dialog
            id="run-from-here"
            title="Run again from this step?"
            open=asking
            size=DialogSize::Wide
        >
            {form}
        </Dialog>
    }
}

#[component]
fn FromHereForm(
    store: ExecutionStore,
    anew: Anew,
    refused: RwSignal<Option<Problem>>,
    id: NodeId,
    open: RwSignal<bool>,
) -> impl IntoView {
    refused.set(None);
    let role = store.page.with_value(|page| page.hand.role);
    let fields = store.workflow.with_untracked(|workflow| open_texts(workflow, &id, role));
    let fields = EditedText::from_fields(fields);
    let sent = StoredValue::new(fields.clone());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let changed = sent.with_value(|fields| {
            let written = |one: &EditedText| one.value.get_untracked();
            let all = fields.iter().map(|one| (one.spec.name, one.was.as_str(), written(one)));
            changes(&id.in_round(""), all)
        });
        refused.set(None);
        anew.rerun(request(id.clone(), changed));
    };
    let any = !fields.is_empty();
    let how = any.then(|| {
        view! {
            <p class="muted">
                "Change the step's texts, or leave them unchanged. The workflow itself doesn't change."
            </p>
        }
    });
    let rows = fields.into_iter().map(row).collect_view();
    view! {
        <form class="form" on:submit=send>
            <p class="muted">
                "Starts a new run: this step and everything after it run and are charged again. Other results are reused; this run stays unchanged."
            </p>
            {how}
            <FormError error=refused />
            {rows}
            <footer class="dialog__footer">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button
                    look=ButtonLook::Primary
                    role=ButtonRole::Submit
                    busy=anew.busy()
                    autofocus=!any
                >
                    "Run again"
                </Button>
            </footer>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_changed_goes_along_and_is_of_the_drawn_step() {
        let fields = Map::from_iter([("prompt".to_owned(), json!("Shorter"))]);

        let changed = request("copy@each[1]".into(), fields);
        let same = request("copy".into(), Map::new());

        assert_eq!(changed.from_node, Some("copy@each[1]".into()));
        let sent = serde_json::to_value(&changed.config).unwrap_or_default();
        assert_eq!(sent, json!({ "copy": { "prompt": "Shorter" } }));
        assert_eq!((same.from_node, same.config.len()), (Some("copy".into()), 0));
    }
}
