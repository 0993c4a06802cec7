//! The presets that people save of a form: chosen, saved, renamed, deleted.

use api::{
    ApiError,
    templates::{change_preset, create_preset, delete_preset},
};
use frame::sending::Sending;
use leptos::{ev::SubmitEvent, prelude::*};
use model::{
    api::presets::{LaunchPreset, NewPreset, PresetChange},
    id::{PresetId, TemplateId},
    text::natural::natural_key,
};
use ui::{
    button::{Button, ButtonLook, ButtonRole, ButtonSize, IconButton},
    dialog::{Dialog, RemovalDialog},
    failure::field_refusal,
    field::TextField,
    icon::{Glyph, Icon},
    menu::{Menu, MenuAction},
    toast::{ToastKind, use_toasts},
};
use web::client::focus::focus;

use super::filler::Filler;

/// The presets of one form.
#[derive(Clone, Copy)]
struct Presets {
    template: TemplateId,
    all: RwSignal<Vec<LaunchPreset>>,
    filler: Filler,
}

impl Presets {
    /// The preset with this name, whatever the case of its letters.
    fn find_by_name(self, name: &str) -> Option<LaunchPreset> {
        let name = name.trim().to_lowercase();
        self.all.with(|all| all.iter().find(|one| one.name.to_lowercase() == name).cloned())
    }

    /// Adds a preset to the menu, or replaces the one with its id.
    fn insert(self, preset: LaunchPreset) {
        self.all.try_update(|all| {
            all.retain(|other| other.id != preset.id);
            all.push(preset);
            all.sort_by_cached_key(|preset| natural_key(&preset.name));
        });
    }

    /// Saves the values that are filled in now, replacing those of the preset with that name.
    async fn keep(self, name: String) -> Result<LaunchPreset, ApiError> {
        let (parameters, _) = untrack(|| self.filler.form.parameters());
        match untrack(|| self.find_by_name(&name)) {
            Some(known) => {
                let change = PresetChange { name: None, parameters: Some(parameters) };
                change_preset(self.template, known.id, change).await
            }
            None => create_preset(self.template, NewPreset { name, parameters }).await,
        }
    }
}

/// The menu of the presets that people have saved.
#[component]
pub(super) fn SavedPresets(
    filler: Filler,
    template: TemplateId,
    /// The presets of this template that are saved already.
    kept: Vec<LaunchPreset>,
) -> impl IntoView {
    let presets = Presets { template, all: RwSignal::new(kept), filler };
    let (keeping, managing) = (RwSignal::new(false), RwSignal::new(false));
    let any = Memo::new(move |_| !presets.all.read().is_empty());
    let row = move |preset: LaunchPreset| {
        let label = preset.name.clone();
        view! {
            <MenuAction
                icon=Icon::Layers
                on_press=move |()| filler.fill_from_preset(&preset.name, &preset.parameters)
            >
                <bdi>{label}</bdi>
            </MenuAction>
        }
    };
    let rows = move || presets.all.get().into_iter().map(row).collect_view();
    view! {
        <Menu
            label="Presets"
            trigger=|| {
                view! {
                    <span class="button" data-size="small">
                        <Glyph icon=Icon::Layers />
                        <span class="button__label">"Presets"</span>
                        <Glyph icon=Icon::ChevronDown size=14 />
                    </span>
                }
            }
        >
            <div class="presets__menu">{rows}</div>
            <Show when=move || any.get()>
                <hr class="menu__rule" />
            </Show>
            <MenuAction icon=Icon::Plus on_press=move |()| keeping.set(true)>
                "Save these values…"
            </MenuAction>
            <Show when=move || any.get()>
                <MenuAction icon=Icon::Pencil on_press=move |()| managing.set(true)>
                    "Rename or delete…"
                </MenuAction>
            </Show>
        </Menu>
        <KeepDialog presets=presets open=keeping />
        <Dialog id="manage-presets" title="Presets" open=managing>
            <Manage presets=presets open=managing />
        </Dialog>
    }
}

/// Asks for the name of the preset that the values are saved as.
#[component]
fn KeepDialog(presets: Presets, open: RwSignal<bool>) -> impl IntoView {
    let (name, sending) = (RwSignal::new(String::new()), Sending::default());
    let toasts = use_toasts();
    Effect::new(move || {
        if open.get() {
            name.set(String::new());
            sending.problem.set(None);
        }
    });
    let known = Memo::new(move |_| presets.find_by_name(&name.read()).map(|known| known.name));
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        sending.send(presets.keep(name.get_untracked()), move |preset| {
            let said = format!("Saved as “{}”.", preset.name);
            presets.insert(preset);
            open.try_set(false);
            toasts.show(ToastKind::Done, said);
        });
    };
    let (error, signed_out) = field_refusal(sending.problem);
    let help = MaybeProp::derive(move || {
        known.get().map(|name| format!("Replaces the values of “{name}”."))
    });
    let verb = move || if known.read().is_some() { "Replace" } else { "Save" };
    view! {
        <Dialog id="keep-preset" title="Save these values as a preset" open=open>
            <form class="form" novalidate="" on:submit=send>
                <p class="muted">
                    "Anyone who launches this workflow can use the preset. Context documents and files are not saved."
                </p>
                <TextField
                    name="preset-name"
                    label="Name"
                    value=name
                    help=help
                    error=error
                    signed_out=signed_out
                    required=true
                />
                <footer class="dialog__footer">
                    <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                    <Button look=ButtonLook::Primary role=ButtonRole::Submit busy=sending.busy>
                        {verb}
                    </Button>
                </footer>
            </form>
        </Dialog>
    }
}

/// Every preset, to be renamed or deleted.
#[component]
fn Manage(presets: Presets, open: RwSignal<bool>) -> impl IntoView {
    let doomed = RwSignal::new(None::<PresetId>);
    let delete = move |id: PresetId| async move {
        delete_preset(presets.template, id).await.map_err(|error| error.0)
    };
    let gone = move |id: PresetId| {
        presets.all.update(|all| all.retain(|preset| preset.id != id));
        // The row that asked is gone.
        match presets.all.with_untracked(|all| all.first().map(|preset| preset.id)) {
            Some(first) => request_animation_frame(move || focus(&field_of(first))),
            None => open.set(false),
        }
    };
    view! {
        <ul class="presets__list">
            <For each=move || presets.all.get() key=|preset| preset.id let:preset>
                <Row presets=presets preset=preset doomed=doomed />
            </For>
        </ul>
        <footer class="dialog__footer">
            <Button on_press=move |()| open.set(false)>"Done"</Button>
        </footer>
        <RemovalDialog
            id="delete-preset"
            title="Delete this preset?"
            text="It disappears from the form for everyone. Past runs stay."
            verb="Delete preset"
            doomed=doomed
            delete=delete
            on_done=gone
        />
    }
}

fn field_of(preset: PresetId) -> String {
    format!("preset-{preset}")
}

#[component]
fn Row(
    presets: Presets,
    preset: LaunchPreset,
    doomed: RwSignal<Option<PresetId>>,
) -> impl IntoView {
    let id = preset.id;
    let (name, kept) = (RwSignal::new(preset.name.clone()), RwSignal::new(preset.name));
    let (sending, toasts) = (Sending::default(), use_toasts());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let change = PresetChange { name: Some(name.get_untracked()), parameters: None };
        sending.send(change_preset(presets.template, id, change), move |now| {
            name.try_set(now.name.clone());
            kept.try_set(now.name.clone());
            toasts.show(ToastKind::Done, format!("Renamed to “{}”.", now.name));
            presets.insert(now);
        });
    };
    let changed = Memo::new(move |_| name.read().trim() != *kept.read());
    let (error, signed_out) = field_refusal(sending.problem);
    view! {
        <li>
            <form class="presets__row" novalidate="" on:submit=send>
                <TextField
                    name=field_of(id)
                    label=Signal::derive(move || format!("Name of {}", kept.get()))
                    value=name
                    error=error
                    signed_out=signed_out
                    required=true
                />
                <Button
                    size=ButtonSize::Small
                    role=ButtonRole::Submit
                    busy=sending.busy
                    disabled=Signal::derive(move || !changed.get())
                >
                    "Rename"
                </Button>
                <IconButton
                    icon=Icon::Trash
                    label=Signal::derive(move || format!("Delete {}", kept.get()))
                    on_press=move |()| doomed.set(Some(id))
                />
            </form>
        </li>
    }
}
