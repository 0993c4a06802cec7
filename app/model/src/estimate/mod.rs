//! What a launch will ask of models and cost, estimated from its definition and its values alone.
//!
//! The launch form and the answer of a launch use the same function. A model without a price is
//! named, and never counted as free.

mod calls;
mod count;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use calls::list_model_calls;
pub use count::Count;

use crate::{
    budget::Dollars,
    expr::Scope,
    graph::is_enabled,
    nodes::{CallKind, CallSize, ModelCall},
    parameter::Parameter,
    price::Price,
    workflow::Workflow,
};

/// The price of a model that a workflow calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tariff {
    /// The call that this price is for.
    #[serde(flatten)]
    pub call: ModelCall,
    /// The model that answers.
    pub model: String,
    /// Its price, as far as that is known.
    pub price: Price,
    /// True when the sample provider answers: nothing is charged.
    pub sample: bool,
}

impl Tariff {
    /// The cost of a call with so many tokens sent and received, in millionths of a dollar.
    fn cost(&self, input: i64, output: i64) -> Option<i64> {
        match self.call.kind {
            CallKind::Image => self.price.of_image(input, output),
            CallKind::Text | CallKind::Score => self.price.of_tokens(input, output),
        }
    }
}

/// The cost of several calls together, in millionths of a dollar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CostRange {
    /// The cost with short answers.
    pub low_micros: i64,
    /// The cost with the longest answers; none when the number of calls is open.
    pub high_micros: Option<i64>,
}

/// What a launch will ask of models and cost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// How many texts are written.
    pub texts: Count,
    /// How many images are made.
    #[serde(rename = "pictures")]
    pub images: Count,
    /// How many texts a model judges.
    pub scores: Count,
    /// The cost that is charged; none when nothing is, or no price is known.
    pub cost: Option<CostRange>,
    /// What calls of the sample provider would cost at its nominal prices; this is not charged.
    pub sample_cost: Option<CostRange>,
    /// Models whose price nobody knows: their calls come on top.
    pub unpriced: Vec<String>,
}

/// Estimates from these parameters, defaults for the others, and these tariffs. Steps that a
/// condition may skip are counted; repeated attempts are not.
pub fn estimate(
    workflow: &Workflow,
    parameters: &Map<String, Value>,
    tariffs: &[Tariff],
) -> Estimate {
    let mut complete = workflow.defaults();
    let unset = |parameter: &Parameter| !complete.contains_key(&parameter.name);
    let unset: Vec<_> = workflow.parameters.iter().filter(|p| unset(p)).cloned().collect();
    // What is not filled in is empty, as it will be when it runs.
    complete.extend(unset.into_iter().map(|parameter| (parameter.name, Value::Null)));
    complete.extend(parameters.clone());
    let scope = Scope::default().with_parameters(complete);
    let mut estimate = Estimate { texts: ZERO, images: ZERO, scores: ZERO, ..Estimate::default() };
    for node in workflow.nodes.iter().filter(|node| is_enabled(workflow, node)) {
        let Some(call) = node.data.config.model_call() else { continue };
        let count = calls::count(workflow, node, &scope);
        estimate.tally(&call, count);
        let tariff = tariffs.iter().find(|tariff| tariff.call == call);
        estimate.charge(tariff, count, node.data.config.call_size(&scope));
    }
    estimate
}

const ZERO: Count = Count { least: 0, most: Some(0) };

impl CostRange {
    const NOTHING: Self = Self { low_micros: 0, high_micros: Some(0) };

    fn plus(self, other: Self) -> Self {
        let high = self.high_micros.zip(other.high_micros);
        Self {
            low_micros: self.low_micros.saturating_add(other.low_micros),
            high_micros: high.map(|(a, b)| a.saturating_add(b)),
        }
    }

    /// The cost of so many calls, of which one costs from `low` to `high` millionths of a dollar.
    fn from_count(count: Count, low: i64, high: i64) -> Self {
        let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        Self {
            low_micros: low.saturating_mul(whole(count.least)),
            high_micros: count.most.map(|most| high.saturating_mul(whole(most))),
        }
    }
}

impl Estimate {
    /// How many calls of models there are in all.
    pub fn calls(&self) -> Count {
        self.texts.plus(self.images).plus(self.scores)
    }

    /// A warning for somebody who sets this budget, in millionths of a dollar; none when the cost
    /// certainly fits.
    pub fn warning(&self, budget_micros: u64) -> Option<String> {
        let budget = i64::try_from(budget_micros).unwrap_or(i64::MAX);
        let shown = Dollars(budget);
        if let Some(model) = self.unpriced.first() {
            return Some(format!(
                "The price of {model} is unknown, so the run will pause for its budget before the \
                 first call."
            ));
        }
        let cost = self.cost?;
        match cost.high_micros {
            _ if cost.low_micros > budget => Some(format!(
                "The estimate is above the budget of {shown}. The run will pause before it exceeds \
                 the budget."
            )),
            Some(high) if high <= budget => None,
            _ => Some(format!(
                "The cost could exceed the budget of {shown}. The run will pause before it does."
            )),
        }
    }

    fn tally(&mut self, call: &ModelCall, count: Count) {
        let sum = match call.kind {
            CallKind::Text => &mut self.texts,
            CallKind::Image => &mut self.images,
            CallKind::Score => &mut self.scores,
        };
        *sum = sum.plus(count);
    }

    fn charge(&mut self, tariff: Option<&Tariff>, count: Count, size: CallSize) {
        let Some(tariff) = tariff else { return };
        if count.is_none() {
            return;
        }
        let (least, most) = ((size.input.0, size.output.0), (size.input.1, size.output.1));
        let (low, high) = (tariff.cost(least.0, least.1), tariff.cost(most.0, most.1));
        let (Some(low), Some(high)) = (low, high) else {
            if !self.unpriced.contains(&tariff.model) {
                self.unpriced.push(tariff.model.clone());
            }
            return;
        };
        let sum = if tariff.sample { &mut self.sample_cost } else { &mut self.cost };
        let more = CostRange::from_count(count, low, high.max(low));
        *sum = Some(sum.unwrap_or(CostRange::NOTHING).plus(more));
    }
}

#[cfg(test)]
mod tests;
