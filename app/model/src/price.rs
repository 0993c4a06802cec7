//! What calls cost, in millionths of a dollar. A model without a price costs "unknown", never 0.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    budget::Dollars,
    problem::{FieldProblem, Problem},
    time::Timestamp,
};

/// Most characters of a model's name.
const MAX_MODEL_CHARS: usize = 200;
/// The highest price that is accepted: a million dollars.
const MOST_MICROS: i64 = 1_000_000_000_000;

/// A model's price, as far as it is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Price {
    /// Micro-dollars for a million tokens sent.
    pub input_micros_per_mtok: Option<i64>,
    /// Micro-dollars for a million tokens sent that the server had in its cache; none is the price of
    /// other tokens sent.
    pub cached_input_micros_per_mtok: Option<i64>,
    /// Micro-dollars for a million tokens received.
    pub output_micros_per_mtok: Option<i64>,
    /// Micro-dollars for an image, where images are not paid by tokens.
    pub image_micros: Option<i64>,
}

impl Price {
    /// A price of zero.
    pub const FREE: Self = Self {
        input_micros_per_mtok: Some(0),
        cached_input_micros_per_mtok: None,
        output_micros_per_mtok: Some(0),
        image_micros: Some(0),
    };

    /// The cost of so many tokens, rounded up to a whole millionth of a dollar; none where a price
    /// is unknown.
    pub fn of_tokens(&self, input: i64, output: i64) -> Option<i64> {
        self.for_cached(input, 0, output)
    }

    /// As [`Self::of_tokens`], where the server had so many of the tokens sent in its cache.
    pub fn for_cached(&self, input: i64, cached: i64, output: i64) -> Option<i64> {
        let (usual, cached) = (self.input_micros_per_mtok?, cached.clamp(0, input.max(0)));
        let from_cache = self.cached_input_micros_per_mtok.unwrap_or(usual);
        let exact = (input - cached)
            .saturating_mul(usual)
            .saturating_add(cached.saturating_mul(from_cache))
            .saturating_add(output.saturating_mul(self.output_micros_per_mtok?));
        Some(exact.div_euclid(1_000_000) + i64::from(exact.rem_euclid(1_000_000) > 0))
    }

    /// The cost of an image: its own price, or that of the tokens it took.
    pub fn of_image(&self, input: i64, output: i64) -> Option<i64> {
        self.image_micros.or_else(|| self.of_tokens(input, output).filter(|_| output > 0))
    }
}

impl Price {
    /// This price, if it can be saved for a model of that name.
    ///
    /// # Errors
    /// Everything that is wrong with it, by field.
    pub fn checked(self, model: &str) -> Result<Self, Problem> {
        let mut errors = vec![];
        let mut add = |path: &str, message: String| {
            errors.push(FieldProblem::field("bad_price", path, message));
        };
        if model.is_empty() {
            add("model", "Enter a model name.".to_owned());
        } else if let Some(fault) = name_fault(model) {
            add("model", fault);
        }
        let fields = [
            ("input_micros_per_mtok", self.input_micros_per_mtok),
            ("cached_input_micros_per_mtok", self.cached_input_micros_per_mtok),
            ("output_micros_per_mtok", self.output_micros_per_mtok),
            ("image_micros", self.image_micros),
        ];
        for (path, micros) in fields {
            if micros.is_some_and(|micros| !(0..=MOST_MICROS).contains(&micros)) {
                add(path, format!("Enter a price between $0 and {}.", Dollars(MOST_MICROS)));
            }
        }
        match (self.input_micros_per_mtok, self.output_micros_per_mtok) {
            (Some(_), None) => add("output_micros_per_mtok", BOTH.to_owned()),
            (None, Some(_)) => add("input_micros_per_mtok", BOTH.to_owned()),
            (None, None) if self.image_micros.is_none() => {
                add("input_micros_per_mtok", "Enter a price.".to_owned());
            }
            _ => {}
        }
        if errors.is_empty() {
            Ok(self)
        } else {
            Err(Problem::invalid("The price was not saved.", errors))
        }
    }

    /// The price in words: `$0.15 in, $0.60 out per million tokens; $0.04 a picture`.
    pub fn words(&self) -> String {
        let tokens = self.input_micros_per_mtok.zip(self.output_micros_per_mtok);
        let tokens = tokens.map(|(input, output)| {
            let cached = self.cached_input_micros_per_mtok;
            let cached =
                cached.map_or(String::new(), |cached| format!(" ({} cached)", Dollars(cached)));
            format!("{} in{cached}, {} out per million tokens", Dollars(input), Dollars(output))
        });
        let image = self.image_micros.map(|image| format!("{} per image", Dollars(image)));
        let known: Vec<String> = tokens.into_iter().chain(image).collect();
        known.join("; ")
    }
}

/// Why this cannot be a model's name; none when it can.
pub fn name_fault(name: &str) -> Option<String> {
    let is_line = name.trim() == name && !name.chars().any(char::is_control);
    let fits = is_line && name.chars().count() <= MAX_MODEL_CHARS;
    (!fits).then(|| {
        format!("Use one line of at most {MAX_MODEL_CHARS} characters for the model name.")
    })
}

const BOTH: &str = "Enter both an input price and an output price.";

/// A model's price as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PriceView {
    /// The provider that offers the model.
    pub provider: String,
    /// The name of the model at its provider.
    pub model: String,
    /// The price of the model.
    pub price: Price,
    /// When this workspace entered it; none for a list price.
    pub changed_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::Price;

    const MINI: Price = Price {
        input_micros_per_mtok: Some(150_000),
        cached_input_micros_per_mtok: None,
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
    fn tokens_from_the_cache_cost_what_they_cost_there() {
        let cached = Price { cached_input_micros_per_mtok: Some(75_000), ..MINI };

        assert_eq!(cached.for_cached(1000, 800, 500), Some(30 + 60 + 300));
        assert_eq!(MINI.for_cached(1000, 800, 500), MINI.of_tokens(1000, 500));
        assert_eq!(cached.for_cached(10, 99, 0), Some(1), "no more than were sent");
        assert_eq!(cached.words(), "$0.15 in ($0.075 cached), $0.60 out per million tokens");
    }

    #[test]
    fn a_price_is_kept_when_it_says_what_something_costs() {
        assert_eq!(MINI.checked("gpt-4o-mini"), Ok(MINI));
        assert_eq!(MINI.words(), "$0.15 in, $0.60 out per million tokens");
        let image = Price { image_micros: Some(40_000), ..Price::default() };
        assert_eq!(image.checked("meta/painter"), Ok(image));
        let wrong = |price: Price, model: &str| price.checked(model).err().map(|p| p.errors);
        let fields = [
            (Price::default(), "m", "input_micros_per_mtok"),
            (Price { output_micros_per_mtok: None, ..MINI }, "m", "output_micros_per_mtok"),
            (Price { input_micros_per_mtok: None, ..MINI }, "m", "input_micros_per_mtok"),
            (Price { image_micros: Some(-1), ..MINI }, "m", "image_micros"),
            (Price { image_micros: Some(i64::MAX), ..MINI }, "m", "image_micros"),
            (MINI, "", "model"),
            (MINI, " m", "model"),
            (MINI, "m\0", "model"),
        ];
        for (price, model, path) in fields {
            let errors = wrong(price, model).unwrap_or_default();
            let paths: Vec<_> = errors.iter().map(|error| error.path.as_deref()).collect();
            assert_eq!(paths, [Some(path)], "{errors:?}");
        }
    }

    #[test]
    fn what_has_no_price_is_unknown_and_not_free() {
        assert_eq!(Price::default().of_tokens(10, 10), None);
        assert_eq!(MINI.of_image(10, 0), None);
        assert_eq!(Price { image_micros: Some(40_000), ..MINI }.of_image(0, 0), Some(40_000));
    }
}
