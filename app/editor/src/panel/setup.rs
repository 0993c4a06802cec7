//! The fields of a node, by the level of detail that the person has chosen.

use leptos::prelude::*;
use model::{
    nodes::{FieldSpec, Level, NodeKind, Work},
    panel::{applies, default_of, differs, is_shown, running_applies},
};
use ui::{
    button::{Button, ButtonLook, ButtonSize, IconButton},
    icon::Icon,
};
use web::client::storage;

use super::{
    field::widget,
    field_binding::{FieldBinding, has_common_values},
    parameters::{ParameterCallbacks, ParametersEditor},
    running::RunningFields,
    subject::Subject,
};

/// The storage key of the level, for every panel of the person.
const KEPT: &str = "atelier.panel.level";

/// The fields, and the buttons that show more or fewer of them.
#[component]
pub(super) fn Setup(
    subject: Subject,
    parameters: ParameterCallbacks,
    /// Whether the fields may be changed; otherwise they are disabled.
    editable: Signal<bool>,
) -> impl IntoView {
    let level = RwSignal::new(Level::Novice);
    Effect::new(move || level.set(kept_level()));
    Effect::new(move |before: Option<()>| {
        let level = level.get();
        if before.is_some() {
            storage::keep(KEPT, key_of(level));
        }
    });
    let spec = subject.node.with_untracked(|node| node.data.config.spec());
    let is_start = spec.key == NodeKind::Start.key();
    let inputs =
        is_start.then(|| view! { <ParametersEditor subject=subject parameters=parameters /> });
    let is_step = subject.node.with_untracked(|node| node.data.config.work() != Work::None);
    let fields = spec.fields.iter().map(|field| {
        view! { <ConfigField subject=subject spec=field level=level /> }
    });
    let fields = fields.collect_view();
    let retries = subject.node.with_untracked(|node| running_applies(&node.data.config, "retry"));
    let running = match (is_start, retries) {
        _ if !is_step => None,
        (true, _) => Some("result name"),
        (false, true) => Some("retries, timeout, errors"),
        (false, false) => Some("conditions, errors"),
    };
    let running_shown = Memo::new(move |_| {
        is_step
            && (level.get() == Level::Expert
                || subject.node.with(|node| has_common_values(&node.data)))
    });
    view! {
        <div class="form config__form">
            <fieldset class="config__fields" disabled=move || !editable.get()>
                {inputs}
                {fields}
                <Show when=move || running_shown.get()>
                    <RunningFields subject=subject />
                </Show>
            </fieldset>
            <More level=level fields=spec.fields running=running />
        </div>
    }
}

/// A field with a mark and a reset button when it differs from that of a new node.
#[component]
fn ConfigField(
    subject: Subject,
    spec: &'static FieldSpec,
    level: RwSignal<Level>,
) -> impl IntoView {
    // A field that was shown once stays until the level changes, so that none goes while it is
    // typed in.
    let shown = Memo::new(move |before: Option<&(Level, bool)>| {
        let level = level.get();
        let stays = before.is_some_and(|before| *before == (level, true));
        (level, stays || subject.node.with(|node| is_shown(&node.data.config, spec, level)))
    });
    let applies = Memo::new(move |_| subject.node.with(|node| applies(&node.data.config, spec)));
    let changed =
        Memo::new(move |_| subject.node.with(|node| differs(&node.data.config, spec.name)));
    let binding = FieldBinding::for_config(subject, spec.name);
    let reset = move |()| {
        binding.set(subject.node.with_untracked(|node| default_of(&node.data.config, spec.name)));
        subject.on_settle.run(());
    };
    view! {
        <Show when=move || applies.get() && shown.get().1>
            <div class="config__field" data-changed=move || changed.get().then_some("")>
                {widget(subject, spec)}
                <Show when=move || changed.get() && !spec.required>
                    <div class="config__reset">
                        <IconButton
                            icon=Icon::RotateCcw
                            label=format!("Reset {}", spec.label)
                            on_press=reset
                        />
                    </div>
                </Show>
            </div>
        </Show>
    }
}

/// The buttons that lead to the next level and back to the first.
#[component]
fn More(
    level: RwSignal<Level>,
    fields: &'static [FieldSpec],
    /// The words for the common fields, which the last level shows; nothing where there are none.
    running: Option<&'static str>,
) -> impl IntoView {
    let words = move || {
        let (verb, next) = match level.get() {
            Level::Novice => ("More", Level::Intermediate),
            Level::Intermediate => ("Advanced", Level::Expert),
            Level::Expert => return None,
        };
        let hidden = fields.iter().filter(|field| field.level == next);
        let mut names: Vec<String> = hidden.map(|field| field.label.to_lowercase()).collect();
        if next == Level::Expert {
            names.extend(running.map(str::to_owned));
        }
        let what = if names.is_empty() {
            verb.to_owned()
        } else {
            format!("{verb}: {}", names.join(", "))
        };
        Some((what, next))
    };
    let further = move |()| {
        if let Some((_, next)) = untrack(words) {
            level.set(next);
        }
    };
    view! {
        <div class="config__more">
            <Show when=move || words().is_some()>
                <Button
                    look=ButtonLook::Ghost
                    size=ButtonSize::Small
                    icon=Icon::ChevronRight
                    on_press=further
                >
                    {move || words().map(|(what, _)| what)}
                </Button>
            </Show>
            <Show when=move || level.get() != Level::Novice>
                <Button
                    look=ButtonLook::Ghost
                    size=ButtonSize::Small
                    on_press=move |()| level.set(Level::Novice)
                >
                    "Show less"
                </Button>
            </Show>
        </div>
    }
}

fn key_of(level: Level) -> &'static str {
    match level {
        Level::Novice => "simple",
        Level::Intermediate => "more",
        Level::Expert => "advanced",
    }
}

fn kept_level() -> Level {
    match storage::recall(KEPT).as_deref() {
        Some("more") => Level::Intermediate,
        Some("advanced") => Level::Expert,
        _ => Level::Novice,
    }
}
