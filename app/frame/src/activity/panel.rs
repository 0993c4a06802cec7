//! The panel beside every page, and the button that opens it. It is in the page only while open.

use api::{executions::control_execution, overview::load_activity};
use leptos::{ev, prelude::*, task::spawn_local};
use model::{
    id::{ExecutionId, WorkspaceId},
    pages::{ActivityPage, Control},
    problem::Problem,
};
use ui::{
    badge::Count,
    button::IconButton,
    failure::ErrorCard,
    format::pluralize,
    icon::{Glyph, Icon},
    skeleton::{Skeleton, SkeletonShape},
    toast::{ToastKind, use_toasts},
};
use web::{
    client::{focus::focus, keys::shortcut_key, on_window},
    realtime,
};

use super::{
    asking::{Questions, StopDialog},
    attention::use_attention,
    group::{Group, Reach},
    launches::{Launch, Launches, use_launches},
    mentions::MentionList,
    notices::Notices,
    row::{ActiveRow, Controls, EndedItem, LaunchRow},
};
use crate::side_panel::SidePanel;

const BUTTON: &str = "under-way-button";
const PANEL: &str = "under-way";

/// Says how much is under way, and opens the list of it.
#[component]
pub fn ActivityButton(
    /// Whether the panel is open, both ways.
    open: RwSignal<bool>,
) -> impl IntoView {
    let (attention, launches) = (use_attention(), use_launches());
    let active = Signal::derive(move || {
        let active = attention.map_or(0, |attention| attention.active.get());
        active + launches.map_or(0, super::launches::Launches::count_pending)
    });
    let mentions =
        Signal::derive(move || attention.map_or(0, |attention| attention.mentions.get()));
    let count = Signal::derive(move || active.get() + mentions.get());
    let label = move || {
        let active = match active.get() {
            0 => "Activity: nothing".to_owned(),
            active => format!("Activity: {active}"),
        };
        match mentions.get() {
            0 => active,
            mentions => format!("{active}, {}", pluralize(mentions as u64, "mention", "mentions")),
        }
    };
    view! {
        <button
            type="button"
            class="icon-button top-bar__under-way"
            id=BUTTON
            aria-label=label
            aria-expanded=move || if open.get() { "true" } else { "false" }
            aria-haspopup="dialog"
            aria-keyshortcuts="Control+Shift+E Meta+Shift+E"
            data-tip=move || (!open.get()).then_some("Activity")
            on:click=move |_| open.update(|open| *open = !*open)
        >
            <Glyph icon=Icon::Activity size=18 />
            <Count value=count />
        </button>
    }
    .into_any()
}

/// What is under way, beside the page, while it is open; Ctrl or Command with Shift and E opens and
/// closes it too.
#[component]
pub fn ActivityPanel(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// Whether the person may control executions.
    may_control: bool,
    /// Whether it is open, both ways.
    open: RwSignal<bool>,
) -> impl IntoView {
    let close = Callback::new(move |()| {
        open.set(false);
        focus(BUTTON);
    });
    Effect::new(move || {
        on_window(ev::keydown, move |event| {
            let command = (event.ctrl_key() || event.meta_key()) && event.shift_key();
            if command && shortcut_key(&event) == "e" {
                event.prevent_default();
                if open.get_untracked() { close.run(()) } else { open.set(true) }
            }
        });
    });
    view! {
        <Show when=move || open.get()>
            <Panel workspace=workspace may_control=may_control close=close />
        </Show>
    }
}

/// What the panel knows.
#[derive(Clone, Copy)]
struct Known {
    page: RwSignal<Option<ActivityPage>>,
    problem: RwSignal<Option<Problem>>,
}

impl Known {
    async fn load(self, launches: Option<Launches>) {
        match load_activity().await {
            Ok(page) => {
                if let Some(launches) = launches {
                    launches.forget(&ids(&page));
                }
                self.problem.try_set(None);
                self.page.try_set(Some(page));
            }
            Err(error) => drop(self.problem.try_set(Some(error.0))),
        }
    }
}

/// Everything the list holds by its id.
fn ids(page: &ActivityPage) -> Vec<ExecutionId> {
    let (active, ended) = (page.active.iter(), page.ended.iter());
    active.map(|row| row.id).chain(ended.map(|row| row.id)).collect()
}

#[component]
fn Panel(workspace: WorkspaceId, may_control: bool, close: Callback<()>) -> impl IntoView {
    let known = Known { page: RwSignal::new(None), problem: RwSignal::new(None) };
    let launches = use_launches();
    let refresh = realtime::load_one_at_a_time(move || known.load(launches));
    Effect::new(move || refresh.run(()));
    realtime::follow(move |_| refresh.run(()));
    view! {
        <SidePanel id=PANEL class="under-way" labelled_by="under-way-title" close=close>
            <div class="under-way__header">
                <h2 id="under-way-title">"Activity"</h2>
                <IconButton icon=Icon::X label="Close" on_press=close />
            </div>
            <div class="under-way__body">
                <List workspace=workspace known=known may_control=may_control refresh=refresh />
            </div>
            <Notices />
        </SidePanel>
    }
}

#[component]
fn List(
    workspace: WorkspaceId,
    known: Known,
    may_control: bool,
    refresh: Callback<()>,
) -> impl IntoView {
    let controls = controls(may_control, refresh);
    let page = Memo::new(move |_| known.page.get().unwrap_or_default());
    let launches = use_launches();
    let launching = Memo::new(move |_| {
        launches.map_or(vec![], |launches| page.with(|page| launches.find_unlisted(&ids(page))))
    });
    let waits = move || known.page.read().is_none() && known.problem.read().is_none();
    let nothing = Memo::new(move |_| {
        let empty = |page: &ActivityPage| {
            page.active.is_empty() && page.ended.is_empty() && page.mentions.is_empty()
        };
        known.page.read().as_ref().is_some_and(empty) && launching.read().is_empty()
    });
    let failed = move || {
        let retry = move |()| refresh.run(());
        known.problem.get().map(|problem| {
            let title = "Couldn't load activity";
            view! { <ErrorCard title=title problem=problem on_retry=retry /> }
        })
    };
    view! {
        {failed}
        <Show when=waits>
            <Skeleton shape=SkeletonShape::Rows count=3 />
        </Show>
        <Show when=move || nothing.get()>
            <p class="under-way__nothing muted">
                "Nothing is running. Runs you launch appear here."
            </p>
        </Show>
        <MentionList workspace=workspace page=page />
        <LaunchList workspace=workspace launching=launching />
        {Group::ALL
            .map(|group| {
                view! { <Part workspace=workspace group=group page=page controls=controls /> }
            })
            .collect_view()}
        <EndedList workspace=workspace page=page />
        <StopDialog questions=controls.questions send=controls.send />
    }
}

fn controls(may: bool, refresh: Callback<()>) -> Controls {
    let (busy, toasts) = (RwSignal::new(None), use_toasts());
    let send = Callback::new(move |(id, control): (ExecutionId, Control)| {
        if busy.get_untracked().is_some() {
            return;
        }
        busy.set(Some(id));
        spawn_local(async move {
            if let Err(error) = control_execution(id, control).await {
                toasts.show(ToastKind::Failed, error.0);
            }
            busy.try_set(None);
            refresh.try_run(());
        });
    });
    Controls { may, busy, send, questions: Questions::none() }
}

#[component]
fn LaunchList(workspace: WorkspaceId, launching: Memo<Vec<Launch>>) -> impl IntoView {
    let row = move |launch: Launch| {
        let launches = use_launches();
        launches.map(|launches| {
            view! { <LaunchRow workspace=workspace launch=launch launches=launches /> }
        })
    };
    view! {
        <Show when=move || !launching.read().is_empty()>
            <section aria-labelledby="under-way-launching">
                <h3 class="under-way__title" id="under-way-launching">
                    "Launching"
                </h3>
                <ul>{move || launching.get().into_iter().map(row).collect_view()}</ul>
            </section>
        </Show>
    }
}

#[component]
fn Part(
    workspace: WorkspaceId,
    group: Group,
    page: Memo<ActivityPage>,
    controls: Controls,
) -> impl IntoView {
    let reach = if controls.may { Reach::Controls } else { Reach::Looks };
    let rows = Memo::new(move |_| page.with(|page| group.rows(page, reach)));
    let keys = move || rows.get().into_iter().map(|row| row.id).collect::<Vec<_>>();
    let row_of = move |id| {
        Signal::derive(move || rows.with(|rows| rows.iter().find(|row| row.id == id).cloned()))
    };
    let asks = group == Group::NeedsYou;
    let id = format!("under-way-{}", group.title().to_lowercase().replace(' ', "-"));
    let id = StoredValue::new(id);
    view! {
        <Show when=move || !rows.read().is_empty()>
            <section aria-labelledby=id.get_value()>
                <h3 class="under-way__title" id=id.get_value()>
                    {group.title()}
                </h3>
                <ul>
                    <For each=keys key=|id| *id let:id>
                        <ActiveRow
                            workspace=workspace
                            row=row_of(id)
                            asks=asks
                            controls=controls
                        />
                    </For>
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn EndedList(workspace: WorkspaceId, page: Memo<ActivityPage>) -> impl IntoView {
    let ended = Memo::new(move |_| page.with(|page| page.ended.clone()));
    view! {
        <Show when=move || !ended.read().is_empty()>
            <section aria-labelledby="under-way-ended">
                <h3 class="under-way__title" id="under-way-ended">
                    "Just ended"
                </h3>
                <ul>
                    <For each=move || ended.get() key=|row| (row.id, row.status) let:row>
                        <EndedItem workspace=workspace row=row />
                    </For>
                </ul>
            </section>
        </Show>
    }
}
