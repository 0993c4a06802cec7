//! A bar that fills.

use leptos::prelude::*;

/// How far something is; without a value the bar moves to say "working, end unknown".
#[component]
pub fn ProgressBar(
    /// 0 to 100, or nothing when the end is unknown.
    #[prop(into)]
    percent: Signal<Option<f64>>,
    /// What is progressing, for screen readers.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let clamped = move || percent.get().map(|value| value.clamp(0.0, 100.0));
    let width = move || clamped().map_or("100%".to_owned(), |value| format!("{value:.1}%"));
    view! {
        <div
            class="progress"
            role="progressbar"
            aria-label=move || label.get()
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || clamped().map(|value| format!("{value:.0}"))
            data-state=move || if clamped().is_some() { "known" } else { "unknown" }
        >
            <span class="progress__fill" style:--filled=width></span>
        </div>
    }
    .into_any()
}
