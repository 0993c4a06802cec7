//! What a launch would ask of models and cost, from its definition and the values typed alone.

mod calls;
mod size;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use calls::{Asked, Goods, asked};

use crate::{
    budget::Dollars,
    expr::Scope,
    graph::enclosing,
    price::Price,
    workflow::{Node, Parameter, Workflow},
};

/// What a model that a workflow asks for costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tariff {
    /// What was asked for.
    #[serde(flatten)]
    pub asked: Asked,
    /// The model that answers.
    pub model: String,
    /// What it costs, as far as that is known.
    pub price: Price,
    /// True when the sample provider answers: nothing is charged.
    pub sample: bool,
}

/// How many, as far as it is known before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Count {
    /// At least so many.
    pub least: u64,
    /// At most so many; none when it depends on what comes out on the way.
    pub most: Option<u64>,
}

/// What calls cost together, in millionths of a dollar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CostRange {
    /// With short answers.
    pub low_micros: i64,
    /// With the longest answers; none when the number of calls is open.
    pub high_micros: Option<i64>,
}

/// What a launch would ask of models and cost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// Texts.
    pub texts: Count,
    /// Pictures.
    pub pictures: Count,
    /// Texts judged by a model.
    pub scores: Count,
    /// What is charged; none when nothing is, or no price is known.
    pub cost: Option<CostRange>,
    /// What calls of the sample provider would cost at its nominal prices; nothing is charged.
    pub sample_cost: Option<CostRange>,
    /// Models whose price nobody knows: their calls come on top.
    pub unpriced: Vec<String>,
}

/// Counted from the values given, defaults for the others, at these tariffs. Steps that a condition
/// may leave out are counted; repeated attempts are not.
pub fn estimate(
    workflow: &Workflow,
    parameters: &Map<String, Value>,
    tariffs: &[Tariff],
) -> Estimate {
    let mut values = workflow.defaults();
    let unset = |parameter: &Parameter| !values.contains_key(&parameter.name);
    let unset: Vec<_> = workflow.parameters.iter().filter(|p| unset(p)).cloned().collect();
    // What is not filled in is empty, as it will be when it runs.
    values.extend(unset.into_iter().map(|parameter| (parameter.name, Value::Null)));
    values.extend(parameters.clone());
    let scope = Scope::default().with_input(values);
    let mut estimate =
        Estimate { texts: ZERO, pictures: ZERO, scores: ZERO, ..Estimate::default() };
    for node in workflow.nodes.iter().filter(|node| runs(workflow, node)) {
        let Some(asked) = calls::asked_by(node) else { continue };
        let count = calls::count(workflow, node, &scope);
        estimate.tally(&asked, count);
        let tariff = tariffs.iter().find(|tariff| tariff.asked == asked);
        estimate.charge(tariff, count, size::bounds(&node.data.config, &scope));
    }
    estimate
}

/// Whether nothing that it lies in, and not the node itself, is disabled.
fn runs(workflow: &Workflow, node: &Node) -> bool {
    node.data.enabled && enclosing(workflow, node).all(|around| around.data.enabled)
}

const ZERO: Count = Count { least: 0, most: Some(0) };

impl Count {
    /// Exactly so many.
    pub const fn exactly(count: u64) -> Self {
        Self { least: count, most: Some(count) }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let most = self.most.zip(other.most).map(|(a, b)| a.saturating_add(b));
        Self { least: self.least.saturating_add(other.least), most }
    }

    /// Each of these so often.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let most = self.most.zip(other.most).map(|(a, b)| a.saturating_mul(b));
        Self { least: self.least.saturating_mul(other.least), most }
    }

    /// Whether it is zero for sure.
    pub fn is_none(self) -> bool {
        self.most == Some(0)
    }
}

impl CostRange {
    const NOTHING: Self = Self { low_micros: 0, high_micros: Some(0) };

    fn plus(self, other: Self) -> Self {
        let high = self.high_micros.zip(other.high_micros);
        Self {
            low_micros: self.low_micros.saturating_add(other.low_micros),
            high_micros: high.map(|(a, b)| a.saturating_add(b)),
        }
    }

    fn of(count: Count, low: i64, high: i64) -> Self {
        let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        Self {
            low_micros: low.saturating_mul(whole(count.least)),
            high_micros: count.most.map(|most| high.saturating_mul(whole(most))),
        }
    }
}

impl Estimate {
    /// Calls of models in all.
    pub fn calls(&self) -> Count {
        self.texts.plus(self.pictures).plus(self.scores)
    }

    /// What a person should know who caps it at so many millionths of a dollar; none when it fits
    /// for sure.
    pub fn warning(&self, budget_micros: u64) -> Option<String> {
        let budget = i64::try_from(budget_micros).unwrap_or(i64::MAX);
        let shown = Dollars(budget);
        if let Some(model) = self.unpriced.first() {
            return Some(format!(
                "The price of {model} is not known, so it fits under no budget: the execution \
                 pauses before its first call."
            ));
        }
        let cost = self.cost?;
        match cost.high_micros {
            _ if cost.low_micros > budget => Some(format!(
                "The estimate is above the budget of {shown}: the execution will pause when it is \
                 reached."
            )),
            Some(high) if high <= budget => None,
            _ => Some(format!(
                "It may cost more than the budget of {shown}, and pauses before that is exceeded."
            )),
        }
    }

    fn tally(&mut self, asked: &Asked, count: Count) {
        let sum = match asked.goods {
            Goods::Text => &mut self.texts,
            Goods::Picture => &mut self.pictures,
            Goods::Score => &mut self.scores,
        };
        *sum = sum.plus(count);
    }

    fn charge(&mut self, tariff: Option<&Tariff>, count: Count, bounds: size::Bounds) {
        let Some(tariff) = tariff else { return };
        if count.is_none() {
            return;
        }
        let (low, high) = bounds.cost(&tariff.price);
        let (Some(low), Some(high)) = (low, high) else {
            if !self.unpriced.contains(&tariff.model) {
                self.unpriced.push(tariff.model.clone());
            }
            return;
        };
        let sum = if tariff.sample { &mut self.sample_cost } else { &mut self.cost };
        let more = CostRange::of(count, low, high.max(low));
        *sum = Some(sum.unwrap_or(CostRange::NOTHING).plus(more));
    }
}

#[cfg(test)]
mod tests;
