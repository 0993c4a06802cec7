//! The bill: tokens and money spent.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tokens and money, added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bill {
    /// Tokens of all prompts.
    pub input_tokens: i64,
    /// Tokens of all answers.
    pub output_tokens: i64,
    /// Millionths of a dollar that are known to be spent.
    pub cost_micros: i64,
    /// Calls whose price is unknown: the true cost is higher.
    pub unpriced_calls: i64,
    /// Calls that the sample provider answered at nominal prices.
    pub sample_calls: i64,
}

impl Bill {
    /// The sum of both.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens + other.input_tokens,
            output_tokens: self.output_tokens + other.output_tokens,
            cost_micros: self.cost_micros + other.cost_micros,
            unpriced_calls: self.unpriced_calls + other.unpriced_calls,
            sample_calls: self.sample_calls + other.sample_calls,
        }
    }

    /// The larger of both, number by number: what is known when either may lack some calls.
    #[must_use]
    pub fn at_least(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens.max(other.input_tokens),
            output_tokens: self.output_tokens.max(other.output_tokens),
            cost_micros: self.cost_micros.max(other.cost_micros),
            unpriced_calls: self.unpriced_calls.max(other.unpriced_calls),
            sample_calls: self.sample_calls.max(other.sample_calls),
        }
    }
}
