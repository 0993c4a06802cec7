//! Who writes texts and who makes pictures where a step does not say: the workspace's choice.

use api::providers::choose_providers;
use frame::sending::Sending;
use leptos::{ev::SubmitEvent, prelude::*};
use model::{
    provider::{AnsweringProvider, ProvidersPage},
    provider_choice::{ProviderChoice, ProviderName},
};
use ui::{
    button::{Button, ButtonRole},
    card::Card,
    failure::FormError,
    field::{Choice, SelectField},
    toast::{ToastKind, use_toasts},
};

/// Who answers now, and the form by which others are chosen.
#[component]
pub fn WhoAnswers(page: RwSignal<ProvidersPage>) -> impl IntoView {
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
    view! {
        <div class="facts__row">
            <dt>{goods}</dt>
            <dd dir="auto">{words}</dd>
        </div>
    }
}

#[component]
fn ChoiceForm(page: RwSignal<ProvidersPage>) -> impl IntoView {
    let (sending, toasts) = (Sending::default(), use_toasts());
    let before = page.with_untracked(|page| page.choice);
    let field = |chosen: Option<ProviderName>| {
        RwSignal::new(chosen.map(|name| name.to_string()).unwrap_or_default())
    };
    let (text, image) = (field(before.text), field(before.image));
    let chosen = |field: RwSignal<String>| field.get_untracked().parse::<ProviderName>().ok();
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let choice = ProviderChoice { text: chosen(text), image: chosen(image) };
        sending.send(choose_providers(choice), move |now| {
            page.try_set(now);
            toasts.show(ToastKind::Done, "Saved. Applies to the next step.");
        });
    };
    let offered = move |fits: fn(ProviderName) -> bool| {
        Signal::derive(move || page.with(|page| choices(page, fits)))
    };
    view! {
        <form
            class="form"
            novalidate=""
            on:submit=save
            aria-label="Default providers"
            data-testid="choice"
        >
            <FormError error=sending.problem />
            <div class="form__pair">
                <SelectField
                    name="text_provider"
                    label="Text provider"
                    value=text
                    options=offered(|_| true)
                    error=sending.wrong("text")
                />
                <SelectField
                    name="image_provider"
                    label="Image provider"
                    value=image
                    options=offered(ProviderName::makes_images)
                    error=sending.wrong("image")
                />
            </div>
            <footer class="settings__actions">
                <Button role=ButtonRole::Submit busy=sending.busy>"Save defaults"</Button>
            </footer>
        </form>
    }
}

/// The providers that fit, after "whichever is set up first".
fn choices(page: &ProvidersPage, fits: fn(ProviderName) -> bool) -> Vec<Choice> {
    let names = ProviderName::ALL.iter().copied().filter(|name| fits(*name));
    let choice = |name: ProviderName| {
        let missing = if page.set_up.contains(&name) { "" } else { " (not set up)" };
        Choice::new(name.as_str(), format!("{}{missing}", name.label()))
    };
    let first = Choice::new("", "Automatic (first one set up)");
    std::iter::once(first).chain(names.map(choice)).collect()
}
