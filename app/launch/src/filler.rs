//! What fills in the form: an earlier launch, a preset, the example.

use leptos::prelude::*;
use model::{
    api::presets::EarlierLaunch, launch_context::LaunchContext, parameter::Preset,
    template::example_context,
};
use serde_json::{Map, Value};
use ui::{
    button::{Button, ButtonSize},
    icon::{Glyph, Icon},
};

use super::{
    brought::{Brought, Library},
    context::ContextForm,
    form::Form,
    options::Place,
};

/// The parts of the form that are filled in, and the note shown about it.
#[derive(Clone, Copy)]
pub(super) struct Filler {
    pub(super) form: Form,
    pub(super) context: ContextForm,
    brought: Brought,
    place: Place,
    library: StoredValue<Library>,
    note: RwSignal<Option<String>>,
}

impl Filler {
    pub(super) fn new(
        form: Form,
        context: ContextForm,
        brought: Brought,
        place: Place,
        library: Library,
    ) -> Self {
        let (library, note) = (StoredValue::new(library), RwSignal::new(None));
        Self { form, context, brought, place, library, note }
    }

    /// Fills in the parameters, context, documents, files and project of an earlier launch.
    pub(super) fn fill_from(self, earlier: &EarlierLaunch) {
        let EarlierLaunch { number, parameters, documents, files, project_id, .. } = earlier;
        self.form.fill(parameters);
        self.context.fill(&earlier.launch_context);
        let documents = documents.iter().map(ToString::to_string);
        let offers = |id: &String| {
            self.library.with_value(|library| library.documents.iter().any(|d| d.value == *id))
        };
        self.brought.documents.set(documents.filter(offers).collect());
        self.brought.again.set(files.clone());
        self.place.choose(*project_id);
        self.show_note(format!("Filled in from run #{number}."));
    }

    /// Fills in the values of a saved preset.
    pub(super) fn fill_from_preset(self, name: &str, values: &Map<String, Value>) {
        self.form.fill(values);
        self.show_note(format!("Filled in from “{name}”."));
    }

    /// Shows `done`, and the fields whose picked documents or images no longer exist.
    fn show_note(self, done: String) {
        let lost = self.library.with_value(|library| self.form.keep_offered(library));
        let lost = if lost.is_empty() {
            String::new()
        } else {
            format!(" No longer in the library, choose again: {}.", lost.join(", "))
        };
        self.note.set(Some(done + &lost));
    }
}

/// A button that fills in the form with the parameters of the last launch.
#[component]
pub(super) fn LastValues(filler: Filler, last: EarlierLaunch) -> impl IntoView {
    let title = format!("Use the values of run #{}", last.number);
    view! {
        <span class="presets__one" title=title>
            <Button
                size=ButtonSize::Small
                icon=Icon::RotateCcw
                on_press=move |()| filler.fill_from(&last)
            >
                "Last values"
            </Button>
        </span>
    }
}

/// The note above the form on what was filled in last.
#[component]
pub(super) fn FilledNote(filler: Filler) -> impl IntoView {
    let shown = move || {
        filler.note.get().map(|words| {
            view! {
                <p class="launch__draft small">
                    <Glyph icon=Icon::Info />
                    <span>{words}</span>
                </p>
            }
        })
    };
    view! { <div role="status">{shown}</div> }
}

/// What a button fills in.
struct Given {
    parameters: Map<String, Value>,
    context: LaunchContext,
}

#[component]
pub fn Presets(
    form: Form,
    /// The fields of the launch context, which the example fills in, too.
    context: ContextForm,
    /// Other ways to fill it in, shown before these buttons.
    #[prop(optional_no_strip)]
    first: Option<AnyView>,
) -> impl IntoView {
    let filled = RwSignal::new(None::<String>);
    let presets = form.with_workflow(|workflow| workflow.presets.clone());
    let examples = form.examples();
    let repo = form.with_workflow(example_context);
    let button = move |label: String, title: String, given: Given, icon: Icon| {
        let name = label.clone();
        let fill = move |()| {
            form.fill(&given.parameters);
            context.fill(&given.context);
            filled.set(Some(name.clone()));
        };
        view! {
            <span class="presets__one" title=title>
                <Button size=ButtonSize::Small icon=icon on_press=fill>
                    {label}
                </Button>
            </span>
        }
    };
    let has_example = !examples.is_empty() || !repo.is_empty();
    let any = first.is_some() || has_example || !presets.is_empty();
    let example = has_example.then(|| {
        let context = LaunchContext { context: repo, ..LaunchContext::default() };
        button(
            "Use example".to_owned(),
            "Fill in the example values".to_owned(),
            Given { parameters: examples, context },
            Icon::Sparkles,
        )
    });
    let buttons = presets.into_iter().map(|preset| {
        let label = label_of(&preset);
        let given = Given { parameters: preset.values, context: LaunchContext::default() };
        button(label, preset.description, given, Icon::Layers)
    });
    view! {
        <div class="presets">
            {any.then(|| view! { <span class="subtle small">"Fill in with"</span> })}
            {first}
            {example}
            {buttons.collect_view()}
            <span class="unseen" role="status">
                {move || filled.get().map(|name| format!("Filled in from {name}"))}
            </span>
        </div>
    }
}

fn label_of(preset: &Preset) -> String {
    if preset.label.is_empty() { preset.name.clone() } else { preset.label.clone() }
}
