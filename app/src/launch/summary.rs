//! What will happen, beside the form.

use leptos::prelude::*;
use model::pages::LaunchPage;

use super::{form::Form, planned::Planned};
use crate::{
    gallery::stats,
    ui::{
        button::{Button, ButtonLook, ButtonRole, ButtonSize},
        format,
        icon::{Glyph, Icon},
    },
};

/// What the launch makes, who answers, how long it takes; and the button.
#[component]
pub(super) fn Summary(
    form: Form,
    page: LaunchPage,
    #[prop(into)] ready: Signal<bool>,
    #[prop(into)] busy: Signal<bool>,
) -> impl IntoView {
    let stats = page.template.card.stats;
    let time = stats::usual_time(&stats).map(|time| format!("about {time}"));
    let cost = stats::usual_cost(&stats).map(|cost| format!("about {cost}"));
    let sample = page.sample;
    view! {
        <aside class="card launch__summary" aria-label="Summary">
            <PlannedList form=form text=page.text_provider image=page.image_provider />
            <dl class="facts">
                {time.map(|time| fact("Time", time))}
                {cost.filter(|_| !sample).map(|cost| fact("Cost", cost))}
            </dl>
            {sample
                .then(|| {
                    view! {
                        <p class="launch__sample small">
                            <Glyph icon=Icon::Info />
                            <span>
                                <strong>"SAMPLE "</strong>
                                "The sample provider answers: nothing leaves this server and nothing \
                                 is charged. Its results are marked."
                            </span>
                        </p>
                    }
                })}
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
                <p class="small muted">"Launching needs scripts, which this browser has switched off."</p>
            </noscript>
        </aside>
    }
}

/// What is made and who makes it; follows the form.
#[component]
fn PlannedList(form: Form, text: String, image: String) -> impl IntoView {
    let planned = Memo::new(move |_| {
        let (given, _) = form.given();
        form.with_workflow(|workflow| Planned::of(workflow, &given))
    });
    let makes = move || {
        let planned = planned.get();
        let more = if planned.at_least { "at least " } else { "" };
        let parts = [(planned.texts, "text", "texts"), (planned.pictures, "picture", "pictures")];
        let parts = parts.into_iter().filter(|(count, ..)| *count > 0);
        let words: Vec<_> = parts.map(|(n, one, many)| format::counted(n, one, many)).collect();
        match words.is_empty() {
            true => "Nothing by a model".to_owned(),
            false => format!("{more}{}", words.join(", ")),
        }
    };
    let calls = move || format::counted(planned.get().calls(), "call", "calls");
    let writes = Memo::new(move |_| planned.get().texts + planned.get().scores > 0);
    let paints = Memo::new(move |_| planned.get().pictures > 0);
    view! {
        <div class="launch__makes">
            <p class="subtle small">"This launch makes"</p>
            <p class="launch__count num" aria-live="polite">
                {makes}
            </p>
        </div>
        <dl class="facts">
            {fact("Model calls", calls)}
            {move || writes.get().then(|| fact("Text by", text.clone()))}
            {move || paints.get().then(|| fact("Pictures by", image.clone()))}
        </dl>
    }
}

fn fact(name: &'static str, value: impl IntoView) -> impl IntoView {
    view! {
        <div class="facts__row">
            <dt>{name}</dt>
            <dd class="num">{value}</dd>
        </div>
    }
}
