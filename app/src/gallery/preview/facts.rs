//! Facts and statistics of a template.

use frame::template_stats;
use leptos::prelude::*;
use model::{pages::TemplateStats, workflow::Workflow};
use ui::{card::Card, format};

/// The lists "About" and "Stats". What is not known yet says so, and is never shown as zero.
#[component]
pub(super) fn Facts(
    category: String,
    version: i32,
    workflow: Workflow,
    stats: TemplateStats,
) -> impl IntoView {
    let steps = format::grouped(workflow.nodes.len() as u64);
    let inputs = format::pluralize(workflow.parameters.len() as u64, "field", "fields");
    let about = vec![
        ("Category", category),
        ("Steps", steps),
        ("Form", inputs),
        ("Version", format!("v{version}")),
    ];
    let none = || "No data yet".to_owned();
    let how = vec![
        ("Runs", runs(&stats)),
        ("Success rate", template_stats::success(&stats).unwrap_or_else(none)),
        ("Typical time", template_stats::usual_time(&stats).unwrap_or_else(none)),
        ("Typical cost", template_stats::usual_cost(&stats).unwrap_or_else(none)),
    ];
    let note = (stats.sample_uses > 0).then(|| {
        let runs =
            format::pluralize(u64::try_from(stats.sample_uses).unwrap_or_default(), "run", "runs");
        view! {
            <p class="facts__note subtle small">
                {format!("Rate, time and cost leave out {runs} with the sample provider.")}
            </p>
        }
    });
    view! {
        <aside class="stack preview__facts">
            <Card title="About">
                <FactList facts=about />
            </Card>
            <Card title="Stats">
                <FactList facts=how />
                {note}
            </Card>
        </aside>
    }
}

fn runs(stats: &TemplateStats) -> String {
    match u64::try_from(stats.uses) {
        Ok(uses @ 1..) => format::grouped(uses),
        _ => "None yet".to_owned(),
    }
}

#[component]
fn FactList(facts: Vec<(&'static str, String)>) -> impl IntoView {
    let rows = facts.into_iter().map(|(name, value)| {
        view! {
            <div class="facts__row">
                <dt>{name}</dt>
                <dd class="num">{value}</dd>
            </div>
        }
    });
    view! { <dl class="facts">{rows.collect_view()}</dl> }
}
