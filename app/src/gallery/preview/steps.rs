//! The steps of a template in the order in which they may run.

use diagram::{kind_icon, workflow::diagram_nodes};
use leptos::prelude::*;
use model::{
    validate::execution_order,
    workflow::{Node, Workflow},
};
use ui::{card::Card, icon::Glyph};

fn in_order(workflow: &Workflow) -> Vec<&Node> {
    match execution_order(workflow) {
        Ok(order) => order.iter().filter_map(|id| workflow.node(id)).collect(),
        Err(_) => workflow.nodes.iter().collect(),
    }
}

/// Every step with its type and what it does.
#[component]
pub fn Steps(
    /// The workflow whose steps are listed.
    workflow: Workflow,
) -> impl IntoView {
    let cards = diagram_nodes(&workflow);
    let rows = in_order(&workflow).into_iter().map(|node| {
        let spec = node.data.config.spec();
        let card = cards.iter().find(|card| card.id == node.id.as_str());
        let lines = card.map(|card| card.summary.clone()).unwrap_or_default();
        let does = if lines.is_empty() { spec.purpose.to_owned() } else { lines.join(" · ") };
        let kind = (spec.label != node.title()).then_some(spec.label);
        view! {
            <li class="step" data-kind=node.data.config.key().to_owned()>
                <span class="step__tile">
                    <Glyph icon=kind_icon(node.data.config.key()) size=18 />
                </span>
                <div class="step__words">
                    <p class="step__name">
                        <strong>{node.title().to_owned()}</strong>
                        {kind.map(|kind| view! { <span class="subtle small">{kind}</span> })}
                    </p>
                    <p class="step__does muted small">{does}</p>
                </div>
            </li>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Card title="Steps">
            <ol class="steps">{rows}</ol>
        </Card>
    }
}
