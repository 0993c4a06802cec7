//! Who answers the workspace's prompts, and the forms for its own access to vendors.

use api::providers::{delete_provider, load_providers, set_provider, try_provider};
use frame::layout::page_resource::{ResourceView, load_once};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::{
    problem::Problem,
    provider::{ProviderForm, ProviderTrial, ProvidersPage, TrialCheck},
    provider_choice::Vendor,
};
use ui::{
    badge::{Tag, Tone},
    button::{Button, ButtonLook, ButtonRole},
    card::{Card, PageHeader},
    dialog::RemovalDialog,
    failure::FormError,
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
    skeleton::SkeletonShape,
    toast::{ToastKind, use_toasts},
};
use web::settings_page::SettingsPage;

use crate::settings::{
    access_fields::{Fields, Inputs},
    prices::Prices,
    provider_choice::WhoAnswers,
};

/// Who answers prompts, and the workspace's own access to vendors or servers like theirs.
#[component]
pub fn ProvidersRoute() -> impl IntoView {
    let page = load_once(|| (), |()| load_providers());
    view! {
        <div class="page page--narrow settings">
            <PageHeader
                title=SettingsPage::Providers.title()
                lead="Connect the AI providers that write your texts and make your images."
            />
            <ResourceView
                page=page
                failure="Couldn't load providers"
                shape=SkeletonShape::Cards
                count=2
                show=|page| view! { <Providers page=page /> }.into_any()
            />
        </div>
    }
}

/// What is being done with the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    Saving,
    Trying,
}

#[component]
fn Providers(page: ProvidersPage) -> impl IntoView {
    let page = RwSignal::new(page);
    let cards =
        Vendor::ALL.iter().copied().map(|vendor| view! { <Access page=page vendor=vendor /> });
    view! {
        <WhoAnswers page=page />
        {cards.collect_view()}
        <Prices page=page />
    }
}

/// The workspace's access to a vendor.
#[component]
fn Access(page: RwSignal<ProvidersPage>, vendor: Vendor) -> impl IntoView {
    let fields = page.with_untracked(|page| Fields::from_saved(page.own(vendor)));
    view! {
        <Card title=format!("{} or compatible server", vendor.label())>
            <div role="group" aria-label=vendor.label() data-testid=format!("access-{vendor}")>
                <Saved page=page vendor=vendor />
                <AccessForm page=page vendor=vendor fields=fields />
            </div>
        </Card>
    }
}

/// What is saved, never the key itself.
#[component]
fn Saved(page: RwSignal<ProvidersPage>, vendor: Vendor) -> impl IntoView {
    let saved = move || match page.read().own(vendor).cloned() {
        None => view! {
            <p class="muted">
                "Not set up. Steps use the server's provider."
            </p>
        }
        .into_any(),
        Some(saved) => {
            let (tone, word) = if saved.has_key {
                (Tone::Good, "Key saved")
            } else {
                (Tone::Neutral, "Saved, no key")
            };
            let who = saved.changed_by.map(|name| format!(" by {name}"));
            view! {
                <p class="settings__saved">
                    <Tag tone=tone icon=Icon::KeyRound>{word}</Tag>
                    <span class="muted small">
                        "Changed " <RelativeTime at=saved.changed_at /> {who}
                    </span>
                </p>
            }
            .into_any()
        }
    };
    view! { <div class="settings__state" data-testid="saved">{saved}</div> }
}

#[component]
fn AccessForm(page: RwSignal<ProvidersPage>, vendor: Vendor, fields: Fields) -> impl IntoView {
    let (doing, problem) = (RwSignal::new(None::<Doing>), RwSignal::new(None::<Problem>));
    let (trial, doomed) = (RwSignal::new(None::<ProviderTrial>), RwSignal::new(None::<()>));
    let models = RwSignal::new(vec![]);
    let toasts = use_toasts();
    // What is to be sent, where nothing else is under way.
    let begin = move |what: Doing| -> Option<ProviderForm> {
        doing.get_untracked().is_none().then_some(())?;
        problem.set(None);
        trial.set(None);
        match fields.form() {
            Ok(form) => {
                doing.set(Some(what));
                Some(form)
            }
            Err(faults) => {
                problem.set(Some(faults));
                None
            }
        }
    };
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(form) = begin(Doing::Saving) else { return };
        let sent = set_provider(vendor, form);
        spawn_local(async move {
            match sent.await {
                Ok(now) => {
                    fields.api_key.try_set(String::new());
                    page.try_set(now);
                    toasts.show(ToastKind::Done, "Saved. Applies to the next step.");
                }
                Err(error) => drop(problem.try_set(Some(error.0))),
            }
            doing.try_set(None);
        });
    };
    let test = move |()| {
        let Some(form) = begin(Doing::Trying) else { return };
        let sent = try_provider(vendor, form);
        spawn_local(async move {
            match sent.await {
                Ok(result) => {
                    models.try_set(result.models.clone());
                    trial.try_set(Some(result));
                }
                Err(error) => drop(problem.try_set(Some(error.0))),
            }
            doing.try_set(None);
        });
    };
    let is = move |what: Doing| Signal::derive(move || doing.get() == Some(what));
    let remove = move || {
        let ask = move |()| doomed.set(Some(()));
        page.read().own(vendor).is_some().then(|| {
            view! { <Button look=ButtonLook::Danger on_press=ask>"Remove"</Button> }
        })
    };
    view! {
        <form class="form" novalidate="" on:submit=save>
            <FormError error=problem />
            <Inputs page=page vendor=vendor fields=fields problem=problem models=models />
            <Outcome trial=trial />
            <footer class="settings__actions">
                <Button
                    look=ButtonLook::Primary
                    role=ButtonRole::Submit
                    busy=is(Doing::Saving)
                >
                    "Save"
                </Button>
                <Button busy=is(Doing::Trying) on_press=test>"Test"</Button>
                <span class="spring"></span>
                {remove}
            </footer>
            <TestNote vendor=vendor />
        </form>
        <Removal page=page vendor=vendor fields=fields doomed=doomed trial=trial />
    }
}

/// What a test does, before it is asked for.
#[component]
fn TestNote(vendor: Vendor) -> impl IntoView {
    let words = match vendor.image_model() {
        Some(_) => {
            "A test asks for one word, a little JSON and one image. The provider charges you for them."
        }
        None => "A test asks for one word and a little JSON. The provider charges you for them.",
    };
    view! { <p class="subtle small">{words}</p> }
}

/// What came of a test, said aloud.
#[component]
fn Outcome(trial: RwSignal<Option<ProviderTrial>>) -> impl IntoView {
    let shown = move || {
        trial.get().map(|trial| {
            let (tone, icon) =
                if trial.works { ("good", Icon::CircleCheck) } else { ("bad", Icon::CircleAlert) };
            let took = trial.works.then(|| format!(" It took {} ms.", trial.took_ms));
            let models = match trial.models.len() {
                0 => None,
                1 => Some("Found 1 model. Choose it above.".to_owned()),
                count => Some(format!("Found {count} models. Choose one above.")),
            };
            view! {
                <div class="settings__outcome" data-tone=tone data-testid="outcome">
                    <Glyph icon=icon size=18 />
                    <div dir="auto">
                        <p>{trial.message} {took}</p>
                        {trial.said.map(|said| view! { <p class="small">{said}</p> })}
                        <Checks checks=trial.checks />
                        {models.map(|words| view! { <p class="small">{words}</p> })}
                    </div>
                </div>
            }
        })
    };
    view! { <div role="status">{shown}</div> }
}

/// What each thing that steps ask for came to.
#[component]
fn Checks(checks: Vec<TrialCheck>) -> impl IntoView {
    let rows = checks.into_iter().map(|check| {
        let icon = if check.works { Icon::CircleCheck } else { Icon::CircleAlert };
        view! {
            <li data-works=check.works.to_string()>
                <Glyph icon=icon size=16 />
                <span>
                    <strong>{check.goods.label()}</strong>
                    " "
                    {check.message}
                    {check.said.map(|said| view! { <span class="small">" " {said}</span> })}
                </span>
            </li>
        }
    });
    let rows = rows.collect_view();
    view! { <ul class="settings__checks">{rows}</ul> }
}

#[component]
fn Removal(
    page: RwSignal<ProvidersPage>,
    vendor: Vendor,
    fields: Fields,
    doomed: RwSignal<Option<()>>,
    trial: RwSignal<Option<ProviderTrial>>,
) -> impl IntoView {
    let toasts = use_toasts();
    let delete = move |()| async move {
        let now = delete_provider(vendor).await.map_err(|error| error.0)?;
        page.try_set(now);
        Ok::<_, Problem>(())
    };
    let gone = move |()| {
        fields.clear();
        trial.set(None);
        toasts.show(ToastKind::Done, "Removed.");
    };
    view! {
        <RemovalDialog
            id=format!("remove-{vendor}")
            title=format!("Remove {}?", vendor.label())
            text="This deletes its key for good. From the next step on, the server's provider is used. If you chose this provider and the server has none, steps wait."
            verb="Remove provider"
            doomed=doomed
            delete=delete
            on_done=gone
        />
    }
}
