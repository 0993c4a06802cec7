//! The values that a node may refer to, with samples.

use leptos::prelude::*;
use model::{
    panel::{Candidate, filled_in, sample_scope},
    ports::Port,
};

use super::subject::Subject;

/// The outputs of earlier nodes, which a click inserts into the text, and the node's own outputs.
#[component]
pub(super) fn Input(
    subject: Subject,
    editable: Signal<bool>,
    /// The selected tab of the panel, which inserting a value switches to the fields.
    tab: RwSignal<&'static str>,
) -> impl IntoView {
    let taken = move || subject.insert.get().filter(|_| editable.get());
    let rows = move || {
        subject.node.track();
        let taken = taken();
        let scope = subject.workflow.with(sample_scope);
        let row = |candidate: Candidate| {
            let (reference, path) = (candidate.reference(), candidate.path);
            let sample = filled_in(&reference, &scope).unwrap_or_default();
            let words = view! {
                <span class="given__label">{candidate.label}</span>
                <span class="values__type">{candidate.port_type.to_string()}</span>
                <span class="subtle small">{candidate.from}</span>
                <code class="given__path small">{reference}</code>
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
                        data-tip="Insert into text"
                        on:click=choose
                    >
                        {words}
                    </button>
                </li>
            }
            .into_any()
        };
        subject.candidates("").into_iter().map(row).collect_view()
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
        <h3 class="config__heading">"Available values"</h3>
        <ul class="given">{rows}</ul>
        <h3 class="config__heading">"Outputs"</h3>
        <ul class="given">{outputs}</ul>
    }
}
