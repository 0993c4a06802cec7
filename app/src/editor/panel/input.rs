//! What a node may refer to, with sample values.

use leptos::prelude::*;
use model::{
    panel::{Offered, filled_in, sample_scope},
    ports::Port,
};

use super::subject::Subject;

/// What is given before the node, and what it gives itself.
#[component]
pub(super) fn Input(
    subject: Subject,
    editable: Signal<bool>,
    /// The tab that is shown.
    tab: RwSignal<&'static str>,
) -> impl IntoView {
    let taken = move || subject.insert.get().filter(|_| editable.get());
    let rows = move || {
        subject.node.track();
        let taken = taken();
        let scope = subject.workflow.with(sample_scope);
        let row = |offer: Offered| {
            let sample = filled_in(&format!("${{{}}}", offer.path), &scope).unwrap_or_default();
            let path = offer.path.clone();
            let words = view! {
                <span class="given__label">{offer.label}</span>
                <span class="values__type">{offer.port_type.to_string()}</span>
                <span class="subtle small">{offer.from}</span>
                <code class="given__path small">{format!("${{{}}}", offer.path)}</code>
                <span class="given__sample subtle small">{sample}</span>
            };
            let Some(insert) = taken else {
                return view! { <li><div class="given__row">{words}</div></li> }.into_any();
            };
            let choose = move |_| {
                tab.set("setup");
                insert.run(path.clone());
            };
            view! {
                <li>
                    <button
                        type="button"
                        class="given__row"
                        data-tip="Write it into the text"
                        on:click=choose
                    >
                        {words}
                    </button>
                </li>
            }
            .into_any()
        };
        subject.offered("").into_iter().map(row).collect_view()
    };
    let outputs = move || {
        let node = subject.node.get();
        let ports = subject.workflow.with(|workflow| model::connect::outputs(workflow, &node));
        let row = |port: Port| {
            view! {
                <li class="given__row">
                    <span class="given__label">{port.label}</span>
                    <span class="values__type">{port.port_type.to_string()}</span>
                </li>
            }
        };
        ports.into_iter().map(row).collect_view()
    };
    view! {
        <h3 class="config__heading">"What its texts may refer to"</h3>
        <ul class="given">{rows}</ul>
        <h3 class="config__heading">"What it gives"</h3>
        <ul class="given">{outputs}</ul>
    }
}
