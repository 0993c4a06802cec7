//! What it cost, by step and model; the total is the header's.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::execution::view::{Bill, ExecutionView, NodeView};
use ui::{format::grouped, table::Table};

use crate::{
    cost::{children_bill, whole_bill},
    event_text::job::answerer,
    price::price,
    rounds::gather_rounds,
    store::ExecutionStore,
};

/// What a step cost before it was made again is known in one sum.
const BEFORE: &str = "Before it ran again";
/// What was paid in other executions.
const LAUNCHED: &str = "Runs it started";
/// The sum of rounds that are not there yet.
const TO_COME: &str = "Rounds still loading";

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
struct CostRow {
    step: String,
    model: String,
    bill: Bill,
}

/// Steps that called a model, in the order of the workflow, one line per model; rounds together.
fn cost_rows(view: &ExecutionView) -> Vec<CostRow> {
    let drawn = view.nodes.iter().filter(|node| node.id.round().is_empty());
    drawn.flat_map(|node| rows_of(&gather_rounds(view, node))).collect()
}

fn rows_of(node: &NodeView) -> Vec<CostRow> {
    let mut by_model = BTreeMap::<&str, Bill>::new();
    for job in node.jobs.iter().filter(|job| job.bill != Bill::default()) {
        let bill = by_model.entry(job.answered_by.as_deref().map_or("–", answerer)).or_default();
        *bill = bill.plus(job.bill);
    }
    let what = if node.left_out > 0 { TO_COME } else { BEFORE };
    let before = (node.past_bill != Bill::default()).then_some((what, node.past_bill));
    let row = |(model, bill): (&str, Bill)| CostRow {
        step: node.label.clone(),
        model: model.to_owned(),
        bill,
    };
    by_model.into_iter().chain(before).map(row).collect()
}

/// The line of all that was launched, which has its own costs by step; none where that cost nothing.
fn launched_row(bill: Bill) -> Option<CostRow> {
    let (step, model) = (LAUNCHED.to_owned(), "–".to_owned());
    (bill != Bill::default()).then_some(CostRow { step, model, bill })
}

/// The table of costs.
#[component]
pub fn Costs(store: ExecutionStore) -> impl IntoView {
    let rows = Memo::new(move |_| {
        let mut rows = store.view.with(cost_rows);
        rows.extend(launched_row(children_bill(store)));
        rows
    });
    let total = whole_bill(store);
    let lines = move || {
        let line = |row: CostRow| {
            view! {
                <tr>
                    <td>{row.step}</td>
                    <td class="muted">{row.model}</td>
                    <Amounts bill=row.bill />
                </tr>
            }
        };
        rows.get().into_iter().map(line).collect_view()
    };
    view! {
        <Show
            when=move || !rows.read().is_empty()
            fallback=|| view! { <p class="panel-empty muted">"No costs yet."</p> }
        >
            <div class="costs">
                <Table
                    caption="Costs by step and model"
                    columns=vec!["Step", "Model", "Input tokens", "Output tokens", "Cost"]
                >
                    {lines}
                    <tr class="costs__total">
                        <td>"Total"</td>
                        <td class="muted"></td>
                        {move || view! { <Amounts bill=total.get() /> }}
                    </tr>
                </Table>
            </div>
        </Show>
    }
}

#[component]
fn Amounts(bill: Bill) -> impl IntoView {
    let tokens = |count: i64| grouped(u64::try_from(count).unwrap_or(0));
    let sample = (bill.sample_calls > 0).then_some(" sample");
    view! {
        <td class="costs__number costs__tokens">{tokens(bill.input_tokens)}</td>
        <td class="costs__number costs__tokens">{tokens(bill.output_tokens)}</td>
        <td class="costs__number">
            {price(bill)} {sample.map(|word| view! { <span class="subtle">{word}</span> })}
        </td>
    }
}

#[cfg(test)]
mod tests {
    use model::{
        execution::event::{Event, EventKind},
        id::NodeId,
    };

    use super::*;
    use crate::sample;

    #[test]
    fn the_lines_add_up_to_the_bill_of_the_header() {
        let view = sample::completed().view;

        let rows = cost_rows(&view);

        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].model, "Sample · sample-text");
        let sum = rows.iter().fold(Bill::default(), |sum, row| sum.plus(row.bill));
        assert_eq!(sum, view.bill());
        assert_eq!(sum.cost_micros, 42_000);
    }

    #[test]
    fn what_a_step_cost_before_it_was_made_again_is_a_line_of_its_own() {
        let mut view = sample::completed().view;
        let (all, copy) = (view.bill(), NodeId::from("copy"));
        let at = sample::instant(60_000);
        let kind = EventKind::NodeReset { node: copy, generation: 2, edges: vec![], gives: false };

        assert!(view.apply(&Event { seq: view.seq + 1, at, kind }));

        let rows = cost_rows(&view);
        let sum = rows.iter().fold(Bill::default(), |sum, row| sum.plus(row.bill));
        assert_eq!((sum, view.bill()), (all, all));
        assert!(rows.iter().any(|row| row.model == BEFORE && row.step == "Write headlines"));
    }
}
