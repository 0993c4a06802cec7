//! The summary beside the form: what the launch makes, takes and costs.

use frame::template_stats;
use leptos::prelude::*;
use model::{
    estimate::{CostRange, Count, Estimate, estimate},
    pages::LaunchPage,
};
use ui::{
    button::{Button, ButtonLook, ButtonRole, ButtonSize},
    format::{self, money},
    icon::{Glyph, Icon},
};

use super::{form::Form, options::Options};

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

/// An estimated count with its noun: `1 call`, `3–12 calls`, `at least 3 calls`.
pub fn count_range(count: Count, one: &str, many: &str) -> String {
    match count.most {
        Some(most) if most == count.least => format::pluralize(most, one, many),
        Some(most) => {
            format!("{}–{} {many}", format::grouped(count.least), format::grouped(most))
        }
        None => format!("at least {}", format::pluralize(count.least, one, many)),
    }
}

/// What models make in a launch: `3 texts, 2 images`.
pub fn outputs(estimate: &Estimate) -> String {
    let parts = [(estimate.texts, "text", "texts"), (estimate.images, "image", "images")];
    let parts = parts.into_iter().filter(|(count, ..)| !count.is_none());
    let words: Vec<_> = parts.map(|(count, one, many)| count_range(count, one, many)).collect();
    if words.is_empty() { "No model output".to_owned() } else { words.join(", ") }
}

/// The estimated cost: `≈ $0.01–$0.04`. Models without a price are named; what the sample provider
/// would answer is marked, and free.
pub fn cost(estimate: &Estimate) -> String {
    let charged = estimate.cost.map(range);
    let free = if charged.is_none() { "Free" } else { "free" };
    let sample = estimate.sample_cost.map(|_| format!("{free} (sample provider)"));
    let open = match estimate.unpriced.as_slice() {
        [] => None,
        models => Some(format!("price unknown ({})", models.join(", "))),
    };
    let words: Vec<_> = [charged, sample, open].into_iter().flatten().collect();
    if words.is_empty() { money(0) } else { words.join(" + ") }
}

fn range(cost: CostRange) -> String {
    let low = money(cost.low_micros);
    match cost.high_micros.map(money) {
        None => format!("from {low}"),
        Some(high) if high == low => format!("≈ {low}"),
        Some(high) => format!("≈ {low}–{high}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CENTS: CostRange = CostRange { low_micros: 20_000, high_micros: Some(50_000) };

    #[test]
    fn a_count_says_how_sure_it_is() {
        let words = |least, most| count_range(Count { least, most }, "call", "calls");

        assert_eq!(words(1, Some(1)), "1 call");
        assert_eq!(words(3, Some(1_200)), "3–1,200 calls");
        assert_eq!(words(1, None), "at least 1 call");
    }

    #[test]
    fn a_cost_is_a_range_and_what_nobody_knows_is_said() {
        let unknown = Estimate { unpriced: vec!["llm-9".to_owned()], ..Estimate::default() };
        let both = Estimate { cost: Some(CENTS), ..unknown.clone() };
        let open = CostRange { high_micros: None, ..CENTS };

        assert_eq!(cost(&unknown), "price unknown (llm-9)");
        assert_eq!(cost(&both), "≈ $0.020–$0.050 + price unknown (llm-9)");
        assert_eq!(cost(&Estimate { cost: Some(open), ..Estimate::default() }), "from $0.020");
        assert_eq!(cost(&Estimate::default()), "$0.00");
    }

    #[test]
    fn what_the_sample_provider_answers_is_free() {
        let estimate = Estimate { sample_cost: Some(CENTS), ..Estimate::default() };

        assert_eq!(cost(&estimate), "Free (sample provider)");
    }
}
