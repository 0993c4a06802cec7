//! Who answers the workspace's prompts, and the forms for its own access to vendors.

use api::{
    ApiError,
    providers::{choose_providers, delete_provider, load_providers, set_provider, try_provider},
};
use frame::{
    form::{CardForm, Form},
    layout::page_resource::load_once,
    sending::Sending,
};
use leptos::{ev::SubmitEvent, prelude::*};
use model::{
    provider::{AnsweringProvider, ProviderForm, ProviderTrial, ProvidersPage, TrialCheck},
    provider_choice::{ProviderName, Vendor},
};
use ui::{
    badge::{Tag, Tone},
    button::{Button, ButtonLook, ButtonRole},
    card::{Card, Fact},
    dialog::RemovalDialog,
    failure::FormError,
    field::{Choice, SelectField},
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
    toast::{ToastKind, use_toasts},
};
use web::settings_page::SettingsPage;

use super::{
    access_fields::{AccessDraft, Inputs},
    prices::Prices,
    sheet::SettingsSheet,
};

/// Who answers prompts, and the workspace's own access to vendors or servers like theirs.
#[component]
pub fn ProvidersRoute() -> impl IntoView {
    let page = load_once(|| (), |()| load_providers());
    view! {
        <SettingsSheet
            page=SettingsPage::Providers
            lead="Connect the AI providers that write your texts and make your images."
            loads=page
            failure="Couldn't load providers"
            count=2
            show=|page| view! { <Providers page=page /> }.into_any()
        />
    }
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

/// Who answers now, and the form by which others are chosen.
#[component]
fn WhoAnswers(page: RwSignal<ProvidersPage>) -> impl IntoView {
    view! {
        <Card title="Default providers">
            {move || {
                let now = page.get();
                view! {
                    <dl class="facts" data-testid="answering">
                        <Answering goods="Text" provider=now.text />
                        <Answering goods="Images" provider=now.image />
                    </dl>
                }
            }}
            <p class="facts__note subtle small">
                "Used by steps without a model of their own. The sample provider makes up its texts and images and marks them as samples."
            </p>
            <ChoiceForm page=page />
        </Card>
    }
}

#[component]
fn Answering(goods: &'static str, provider: AnsweringProvider) -> impl IntoView {
    let words = match (provider.is_set_up, provider.is_sample, provider.host) {
        (false, ..) => {
            format!("{} is chosen but not set up. Steps wait until it is.", provider.label)
        }
        (true, true, _) => "Sample provider".to_owned(),
        (true, false, Some(host)) => format!("{} · {} at {host}", provider.label, provider.model),
        (true, false, None) => format!("{} · {}", provider.label, provider.model),
    };
    view! { <Fact name=goods written=true>{words}</Fact> }
}

#[component]
fn ChoiceForm(page: RwSignal<ProvidersPage>) -> impl IntoView {
    let form = Form::new(page.with_untracked(|page| page.choice));
    let toasts = use_toasts();
    let save = move |()| {
        form.sending.send(choose_providers(form.filled()), move |now| {
            page.try_set(now);
            toasts.show(ToastKind::Done, "Saved. Applies to the next step.");
        });
    };
    let offered = move |fits: fn(ProviderName) -> bool| {
        Signal::derive(move || page.with(|page| fitting(page, fits)))
    };
    view! {
        <CardForm
            sending=form.sending
            on_submit=save
            verb="Save defaults"
            label="Default providers"
            test_id="choice"
        >
            <div class="form__pair">
                <SelectField name="text_provider" label="Text provider" options=offered(|_| true)
                    value=form.optional("text", |choice| &mut choice.text) />
                <SelectField name="image_provider" label="Image provider"
                    options=offered(ProviderName::makes_images)
                    value=form.optional("image", |choice| &mut choice.image) />
            </div>
        </CardForm>
    }
}

/// The providers that fit, after "whichever is set up first".
fn fitting(page: &ProvidersPage, fits: fn(ProviderName) -> bool) -> Vec<Choice> {
    let names = ProviderName::ALL.iter().copied().filter(|name| fits(*name));
    let choice = |name: ProviderName| {
        let missing = if page.set_up.contains(&name) { "" } else { " (not set up)" };
        Choice::new(name.as_str(), format!("{}{missing}", name.label()))
    };
    let first = Choice::new("", "Automatic (first one set up)");
    std::iter::once(first).chain(names.map(choice)).collect()
}

/// The workspace's access to a vendor.
#[component]
fn Access(page: RwSignal<ProvidersPage>, vendor: Vendor) -> impl IntoView {
    view! {
        <Card title=format!("{} or compatible server", vendor.label())>
            <div role="group" aria-label=vendor.label() data-testid=format!("access-{vendor}")>
                <Saved page=page vendor=vendor />
                <AccessForm page=page vendor=vendor />
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
fn AccessForm(page: RwSignal<ProvidersPage>, vendor: Vendor) -> impl IntoView {
    let form = Form::new(page.with_untracked(|page| AccessDraft::from_saved(page.own(vendor))));
    // Of saving and trying only one is under way, and what is wrong is said of both.
    let (saving, trying) =
        (form.sending, Sending { problem: form.sending.problem, ..Sending::default() });
    let (trial, doomed) = (RwSignal::new(None::<ProviderTrial>), RwSignal::new(None::<()>));
    let models = RwSignal::new(vec![]);
    let toasts = use_toasts();
    // What is to be sent, where nothing else is under way.
    let begin = move || -> Option<ProviderForm> {
        if saving.busy.get_untracked() || trying.busy.get_untracked() {
            return None;
        }
        trial.set(None);
        form.filled().form().map_err(|faults| saving.problem.set(Some(faults))).ok()
    };
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(access) = begin() else { return };
        saving.send(set_provider(vendor, access), move |now| {
            form.value.try_update(|draft| draft.access.api_key = None);
            page.try_set(now);
            toasts.show(ToastKind::Done, "Saved. Applies to the next step.");
        });
    };
    let test = move |()| {
        let Some(access) = begin() else { return };
        trying.send(try_provider(vendor, access), move |result| {
            models.try_set(result.models.clone());
            trial.try_set(Some(result));
        });
    };
    let remove = move || {
        let ask = move |()| doomed.set(Some(()));
        page.read().own(vendor).is_some().then(|| {
            view! { <Button look=ButtonLook::Danger on_press=ask>"Remove"</Button> }
        })
    };
    let delete = move |()| async move {
        page.try_set(delete_provider(vendor).await?);
        Ok::<_, ApiError>(())
    };
    view! {
        <form class="form" novalidate="" on:submit=save>
            <FormError error=saving.problem />
            <Inputs page=page vendor=vendor form=form models=models />
            <Outcome trial=trial />
            <footer class="settings__actions">
                <Button look=ButtonLook::Primary role=ButtonRole::Submit busy=saving.busy>
                    "Save"
                </Button>
                <Button busy=trying.busy on_press=test>"Test"</Button>
                <span class="spring"></span>
                {remove}
            </footer>
            <TestNote vendor=vendor />
        </form>
        <RemovalDialog
            id=format!("remove-{vendor}")
            title=format!("Remove {}?", vendor.label())
            text="This deletes its key for good. From the next step on, the server's provider is used. If you chose this provider and the server has none, steps wait."
            verb="Remove provider"
            doomed=doomed
            delete=delete
            said="Removed."
            on_done=move |()| {
                form.value.set(AccessDraft::default());
                trial.set(None);
            }
        />
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
