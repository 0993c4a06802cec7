//! The summary beside the form: what the launch makes, takes and costs.

use frame::template_stats;
use leptos::prelude::*;
use model::{
    estimate::{Count, Estimate, estimate},
    pages::LaunchPage,
};
use ui::{
    button::{Button, ButtonLook, ButtonRole, ButtonSize},
    icon::{Glyph, Icon},
};

use super::{
    form::Form,
    options::Options,
    planned::{cost, count_range, outputs},
};

/// The summary, with the button that launches.
#[component]
pub(super) fn Summary(
    form: Form,
    options: Options,
    page: LaunchPage,
    #[prop(into)] ready: Signal<bool>,
    #[prop(into)] busy: Signal<bool>,
) -> impl IntoView {
    let stats = page.template.card.stats;
    let time = template_stats::usual_time(&stats).map(|time| format!("≈ {time}"));
    let sample = page.sample;
    let own = page.template.card.workflow.settings.budget;
    let tariffs = StoredValue::new(page.tariffs.clone());
    let planned = Memo::new(move |_| {
        let (parameters, _) = form.parameters();
        let of = |tariffs: &Vec<_>| {
            form.with_workflow(|workflow| estimate(workflow, &parameters, tariffs))
        };
        tariffs.with_value(of)
    });
    let words = move || planned.with(cost);
    view! {
        <aside class="launch__summary" aria-label="Summary">
            <div class="launch__plan">
                <Planned planned=planned page=page />
                <dl class="facts">
                    {fact("Cost", words)}
                    {time.map(|time| fact("Time", time))}
                </dl>
                <BudgetWarning planned=planned options=options own=own />
                {sample.then(sample_note)}
            </div>
            // On a phone this bar stays while the form is scrolled, and says the price again.
            <div class="launch__go">
                <p class="launch__price num" aria-hidden="true" translate="no">
                    {words}
                </p>
                <Button
                    look=ButtonLook::Primary
                    size=ButtonSize::Large
                    role=ButtonRole::Submit
                    icon=Icon::Play
                    disabled=Signal::derive(move || !ready.get())
                    busy=busy
                >
                    {move || if busy.get() { "Launching" } else { "Launch" }}
                </Button>
                <noscript>
                    <p class="small muted">"Turn on JavaScript in this browser to launch."</p>
                </noscript>
            </div>
        </aside>
    }
}

/// A warning when the launch may exceed the lower of the typed budget and the workflow's own.
#[component]
fn BudgetWarning(planned: Memo<Estimate>, options: Options, own: Option<u64>) -> impl IntoView {
    let warning = Memo::new(move |_| {
        let typed = options.budget().ok().flatten();
        let cap = typed.into_iter().chain(own).min()?;
        planned.with(|estimate| estimate.warning(cap))
    });
    move || {
        warning.get().map(|words| {
            view! {
                <p class="launch__warning small" role="status">
                    <Glyph icon=Icon::TriangleAlert />
                    <span>{words}</span>
                </p>
            }
        })
    }
}

fn sample_note() -> impl IntoView {
    view! {
        <p class="launch__sample small">
            <Glyph icon=Icon::Info />
            <span>
                <strong>"SAMPLE "</strong>
                "The sample provider answers. Nothing leaves this server, nothing is charged, and \
                 results are marked as samples."
            </span>
        </p>
    }
}

/// What is made and who makes it; follows the form.
#[component]
fn Planned(planned: Memo<Estimate>, page: LaunchPage) -> impl IntoView {
    let makes = move || planned.with(outputs);
    let calls = move || count_range(planned.with(Estimate::calls), "call", "calls");
    let asks = |count: Count| !count.is_none();
    let writes = Memo::new(move |_| planned.with(|p| asks(p.texts) || asks(p.scores)));
    let paints = Memo::new(move |_| planned.with(|p| asks(p.images)));
    let (text, image) = (page.text_provider, page.image_provider);
    view! {
        <div class="launch__makes">
            <p class="subtle small">"This run makes"</p>
            <p class="launch__count num" aria-live="polite">
                {makes}
            </p>
        </div>
        <dl class="facts">
            {fact("Model calls", calls)}
            {move || writes.get().then(|| fact("Text by", text.clone()))}
            {move || paints.get().then(|| fact("Images by", image.clone()))}
        </dl>
    }
}

fn fact(name: &'static str, value: impl IntoView) -> impl IntoView {
    view! {
        <div class="facts__row">
            <dt>{name}</dt>
            <dd class="num" translate="no">
                {value}
            </dd>
        </div>
    }
}
