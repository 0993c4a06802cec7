//! Versions of what a step made: which there are, how two of them differ, using an older one.

use api::versions::{compare_versions, load_artifact_versions, use_version};
use frame::action::SentAction;
use leptos::{prelude::*, task::spawn_local};
use model::{
    api::{compare::Comparison, executions::VersionRow},
    execution::{event::ArtifactSummary, state::Action, view::NodeView},
    id::{ArtifactId, ExecutionId, NodeId},
};
use ui::{
    button::{Button, ButtonLook, ButtonSize},
    dialog::{ConfirmDialog, Dialog, DialogSize},
    field::{Choice, SelectField},
    format::pluralize,
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
    toast::{ToastKind, Toasts, use_toasts},
    versions::Difference,
};
use web::client::focus::focus;

use crate::{
    event_text::sentence::made_by, node_actions::is_kept, outputs::Keep, rounds::number_of,
    store::ExecutionStore,
};

/// The outputs of a step that were made more than once, each with its versions.
#[component]
pub fn Versions(
    store: ExecutionStore,
    /// The step in the panel, as it is drawn or in one round.
    node: Memo<Option<NodeView>>,
) -> impl IntoView {
    let outputs = Memo::new(move |_| {
        let several = |artifact: &&ArtifactSummary| artifact.version > 1;
        let of =
            |node: &NodeView| node.artifacts.iter().filter(several).map(key_of).collect::<Vec<_>>();
        node.with(|node| node.as_ref().map(of)).unwrap_or_default()
    });
    view! {
        <For each=move || outputs.get() key=|key| key.clone() let:key>
            <OutputVersions store=store node=node key=key />
        </For>
    }
}

fn key_of(artifact: &ArtifactSummary) -> String {
    format!("{}-{}-{}", artifact.node, artifact.port, artifact.item)
}

/// The id of the button that shows the versions of an output.
fn toggle_of(key: &str) -> String {
    format!("versions-{key}")
}

/// " of item 2", " of round 3, item 2"; nothing for the only output of a node.
fn place_of(node: &NodeView, artifact: &ArtifactSummary) -> String {
    let others = |other: &ArtifactSummary| other.id != artifact.id;
    let several = |other: &ArtifactSummary| others(other) && other.node == artifact.node;
    let round = Some(number_of(&artifact.node)).filter(|_| artifact.node != node.id);
    let round = round.map(|number| format!("round {number}"));
    let item = node.artifacts.iter().any(several).then(|| format!("item {}", artifact.item + 1));
    let words: Vec<_> = round.into_iter().chain(item).collect();
    if words.is_empty() { String::new() } else { format!(" of {}", words.join(", ")) }
}

/// The versions of one output, loaded when somebody wants to see them.
#[derive(Clone, Copy)]
struct Listed {
    store: ExecutionStore,
    rows: RwSignal<Vec<VersionRow>>,
    busy: RwSignal<bool>,
    toasts: Toasts,
}

impl Listed {
    fn load(self, artifact: ArtifactId) {
        let execution = self.store.id();
        spawn_local(async move {
            match load_artifact_versions(execution, artifact).await {
                Ok(mut rows) => {
                    rows.reverse();
                    self.rows.try_set(rows);
                }
                Err(error) => self.toasts.show(ToastKind::Failed, error.0),
            }
        });
    }

    /// Whether another version of what this node gave may count now.
    fn may_restore(self, node: &NodeId) -> bool {
        let (view, workflow) = (self.store.view.read(), self.store.workflow.read());
        let fits = |node| view.why_not_to(node, &workflow, Action::Restore).is_none();
        self.store.controls()
            && view.node(node).is_some_and(fits)
            && !is_kept(self.store, &view, &workflow, node)
    }

    fn use_again(self, artifact: ArtifactId) {
        let execution = self.store.id();
        self.busy.set(true);
        spawn_local(async move {
            if let Err(error) = use_version(execution, artifact).await {
                self.toasts.show(ToastKind::Failed, error.0);
            }
            self.busy.try_set(false);
            // What is over sends no news.
            self.store.fetch();
        });
    }
}

#[component]
fn OutputVersions(
    store: ExecutionStore,
    node: Memo<Option<NodeView>>,
    key: String,
) -> impl IntoView {
    let current = {
        let key = key.clone();
        Memo::new(move |_| {
            node.with(|node| {
                let node = node.as_ref()?;
                let found = node.artifacts.iter().find(|artifact| key_of(artifact) == key);
                found.map(|artifact| (artifact.id, artifact.version, place_of(node, artifact)))
            })
        })
    };
    let open = RwSignal::new(false);
    let toasts = use_toasts();
    let listed = Listed { store, rows: RwSignal::new(vec![]), busy: RwSignal::new(false), toasts };
    Effect::new(move || {
        if let (true, Some((artifact, ..))) = (open.get(), current.get()) {
            listed.load(artifact);
        }
    });
    let words = move || {
        current.get().map(|(_, version, place)| {
            let count = pluralize(u64::try_from(version).unwrap_or(0), "version", "versions");
            format!("{count}{place}")
        })
    };
    view! {
        <section class="output-versions">
            <button
                type="button"
                class="output-versions__toggle"
                id=toggle_of(&key)
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Glyph icon=Icon::Layers size=16 />
                <span>{words}</span>
                <Glyph icon=Icon::ChevronDown size=14 />
            </button>
            <Show when=move || open.get() && !listed.rows.read().is_empty()>
                <VersionList listed=listed id=key.clone() />
                <Compare execution=store.id() rows=listed.rows id=key.clone() />
            </Show>
        </section>
    }
}

#[component]
fn VersionList(listed: Listed, id: String) -> impl IntoView {
    let asked = RwSignal::new(None::<(ArtifactId, i32)>);
    let asking = RwSignal::new(false);
    let title = Signal::derive(move || {
        let version = asked.get().map_or(0, |(_, version)| version);
        format!("Restore version {version}?")
    });
    let toggle = toggle_of(&id);
    let agree = move |()| {
        if let Some((artifact, _)) = asked.get_untracked() {
            listed.use_again(artifact);
            // The button that asked is not offered for what is used.
            let toggle = toggle.clone();
            request_animation_frame(move || focus(&toggle));
        }
    };
    let ask = Callback::new(move |row: (ArtifactId, i32)| {
        asked.set(Some(row));
        asking.set(true);
    });
    view! {
        <ol class="output-versions__list">
            <For each=move || listed.rows.get() key=|row| (row.row.id, row.row.is_latest) let:row>
                <Version listed=listed row=row ask=ask />
            </For>
        </ol>
        <ConfirmDialog
            id=format!("use-{id}")
            title=title
            text="It becomes the newest version, and steps that start from now on use it. Open reviews \
                  of it start over. Steps based on another version are marked stale and stay \
                  unchanged. Nothing is deleted."
            verb="Restore version"
            look=ButtonLook::Primary
            open=asking
            on_confirm=agree
        />
    }
}

#[component]
fn Version(listed: Listed, row: VersionRow, ask: Callback<(ArtifactId, i32)>) -> impl IntoView {
    let (id, number, made_as) = (row.row.id, row.row.version, row.made_as());
    let current = Memo::new(move |_| {
        let latest = |row: &&VersionRow| row.row.is_latest;
        listed.rows.with(|rows| rows.iter().find(latest).map(VersionRow::made_as))
    });
    // What the current one repeats is as current as that itself.
    let repeats = row.restored.is_some();
    let node = StoredValue::new(row.row.node_id.clone());
    let offered = Memo::new(move |_| {
        let other = !repeats && current.get() != Some(made_as);
        other && node.with_value(|node| listed.may_restore(node))
    });
    view! {
        <li class="output-versions__row" data-latest=row.row.is_latest.then_some("")>
            <span class="output-versions__number num">{format!("v{number}")}</span>
            <span class="output-versions__words">
                {came_to_be(&row)} " · " <RelativeTime at=row.row.created_at />
            </span>
            {row.row.is_latest.then(|| view! { <strong class="small">"Current"</strong> })}
            <Keep store=listed.store artifact=Some(id) title=format!("v{number}") />
            <Show when=move || offered.get()>
                <Button
                    size=ButtonSize::Small
                    busy=listed.busy
                    on_press=move |()| ask.run((id, number))
                >
                    {format!("Restore v{number}")}
                </Button>
            </Show>
        </li>
    }
}

/// Chooses two versions and shows how they differ.
#[component]
pub(super) fn Compare(
    execution: ExecutionId,
    /// The versions, the newest first.
    rows: RwSignal<Vec<VersionRow>>,
    /// Unique on the page.
    id: String,
) -> impl IntoView {
    let number = |place: usize| {
        rows.with_untracked(|rows| rows.get(place).map_or(0, |row| row.row.version)).to_string()
    };
    let (before, after) = (RwSignal::new(number(1)), RwSignal::new(number(0)));
    let options = Signal::derive(move || {
        let version = |row: &VersionRow| {
            let number = row.row.version;
            Choice::new(number.to_string(), format!("v{number}"))
        };
        rows.with(|rows| rows.iter().map(version).collect::<Vec<_>>())
    });
    let (found, open) = (RwSignal::new(None::<Comparison>), RwSignal::new(false));
    let comparing = SentAction::default();
    let compare = move |()| {
        let of = |chosen: RwSignal<String>| rows.with_untracked(|rows| find(rows, chosen));
        let Some((first, second)) = of(before).zip(of(after)) else { return };
        comparing.send(compare_versions(execution, first, second), move |comparison| {
            found.try_set(Some(comparison));
            open.try_set(true);
        });
    };
    let why_not = MaybeProp::derive(move || {
        (before.get() == after.get()).then(|| "Choose two different versions.".to_owned())
    });
    let title = Signal::derive(move || format!("v{} and v{}", before.get(), after.get()));
    view! {
        <div class="output-versions__compare">
            <SelectField
                name=format!("before-{id}")
                label="Compare"
                value=before
                options=options
            />
            <SelectField name=format!("after-{id}") label="With" value=after options=options />
            <Button size=ButtonSize::Small busy=comparing.busy why_not=why_not on_press=compare>
                "Compare"
            </Button>
        </div>
        <Dialog id=format!("compare-{id}") title=title open=open size=DialogSize::Wide>
            {move || found.get().map(|found| view! { <Difference comparison=found /> })}
        </Dialog>
    }
}

fn find(rows: &[VersionRow], chosen: RwSignal<String>) -> Option<ArtifactId> {
    let chosen = chosen.get_untracked();
    rows.iter().find(|row| row.row.version.to_string() == chosen).map(|row| row.row.id)
}

pub(super) fn came_to_be(row: &VersionRow) -> String {
    if let Some(restored) = &row.restored {
        return format!("Version {}, restored by {}", restored.version, restored.by.name);
    }
    if let Some(feedback) = &row.feedback {
        return format!("Changed on request: “{feedback}”");
    }
    let by = made_by(&row.row);
    match row.attempt {
        Some(attempt) if attempt > 1 => format!("Made by {by}, attempt {attempt}"),
        _ => format!("Made by {by}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::{rounds::gather_rounds, sample};

    #[test]
    fn an_output_is_told_from_the_others_by_round_and_item() {
        let (view, page) = (sample::looped(), sample::completed());
        let all_rounds = gather_rounds(&view, view.node(&"copy".into()).unwrap());
        let several = page.view.node(&"copy".into()).unwrap();

        assert_eq!(place_of(&all_rounds, &all_rounds.artifacts[0]), " of round 1");
        let one_round = view.node(&"copy@each[0]".into()).unwrap();
        assert_eq!(place_of(one_round, &one_round.artifacts[0]), "");
        assert_eq!(place_of(several, &several.artifacts[1]), " of item 2");
    }
}

#[cfg(test)]
mod words_tests {
    use model::{
        api::executions::ArtifactRow,
        execution::event::Restored,
        id::{ArtifactId, JobId},
        review::Reviewer,
        time::Timestamp,
    };
    use uuid::Uuid;

    use super::*;

    fn version() -> VersionRow {
        let row = ArtifactRow {
            id: ArtifactId(Uuid::nil()),
            node_id: "copy".into(),
            item: 0,
            port: "texts".to_owned(),
            version: 1,
            is_latest: false,
            image_id: None,
            provider: "sample".to_owned(),
            model: "sample-text".to_owned(),
            sample: true,
            cut_off: false,
            job_id: JobId(Uuid::nil()),
            created_at: Timestamp(0),
            kept_at: None,
        };
        VersionRow { row, attempt: Some(1), feedback: None, restored: None }
    }

    #[test]
    fn a_version_says_who_made_it_and_why() {
        let by = Reviewer { user: None, name: "Ada".to_owned() };
        let late = VersionRow { attempt: Some(3), ..version() };
        let asked = VersionRow { feedback: Some("shorter".to_owned()), ..version() };
        let restored = VersionRow { restored: Some(Restored { version: 1, by }), ..version() };

        let words = [version(), late, asked, restored].map(|row| came_to_be(&row));

        assert_eq!(
            words,
            [
                "Made by sample · sample-text",
                "Made by sample · sample-text, attempt 3",
                "Changed on request: “shorter”",
                "Version 1, restored by Ada",
            ]
        );
    }
}
