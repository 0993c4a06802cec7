//! What calls cost, in millionths of a dollar. A model without a price costs "unknown", never 0.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A model's price, as far as it is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Price {
    /// Micro-dollars for a million tokens sent.
    pub input_micros_per_mtok: Option<i64>,
    /// Micro-dollars for a million tokens received.
    pub output_micros_per_mtok: Option<i64>,
    /// Micro-dollars for a picture, where pictures are not paid by tokens.
    pub image_micros: Option<i64>,
}

impl Price {
    /// That of what costs nothing.
    pub const FREE: Self = Self {
        input_micros_per_mtok: Some(0),
        output_micros_per_mtok: Some(0),
        image_micros: Some(0),
    };

    /// What so many tokens cost, rounded up to a whole micro-dollar.
    pub fn of_tokens(&self, input: i64, output: i64) -> Option<i64> {
        let exact = input
            .saturating_mul(self.input_micros_per_mtok?)
            .saturating_add(output.saturating_mul(self.output_micros_per_mtok?));
        Some(exact.div_euclid(1_000_000) + i64::from(exact.rem_euclid(1_000_000) > 0))
    }

    /// What a picture costs: its own price, or that of the tokens it took.
    pub fn of_image(&self, input: i64, output: i64) -> Option<i64> {
        self.image_micros.or_else(|| self.of_tokens(input, output).filter(|_| output > 0))
    }
}

#[cfg(test)]
mod tests {
    use super::Price;

    const MINI: Price = Price {
        input_micros_per_mtok: Some(150_000),
        output_micros_per_mtok: Some(600_000),
        image_micros: None,
    };

    #[test]
    fn tokens_are_rounded_up_to_a_micro_dollar() {
        assert_eq!(MINI.of_tokens(1000, 500), Some(450));
        assert_eq!(MINI.of_tokens(1, 0), Some(1));
        assert_eq!(MINI.of_tokens(0, 0), Some(0));
    }

    #[test]
    fn what_has_no_price_is_unknown_and_not_free() {
        assert_eq!(Price::default().of_tokens(10, 10), None);
        assert_eq!(MINI.of_image(10, 0), None);
        assert_eq!(Price { image_micros: Some(40_000), ..MINI }.of_image(0, 0), Some(40_000));
    }
}
