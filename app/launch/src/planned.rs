//! The estimate of a launch in words: what it would make and cost.

use model::estimate::{CostRange, Count, Estimate};
use ui::format::{self, money};

/// An estimated count with its noun: `1 call`, `3–12 calls`, `at least 3 calls`.
pub fn count_range(count: Count, one: &str, many: &str) -> String {
    match count.most {
        Some(most) if most == count.least => format::pluralize(most, one, many),
        Some(most) => {
            format!("{}–{} {many}", format::grouped(count.least), format::grouped(most))
        }
        None => format!("at least {}", format::pluralize(count.least, one, many)),
    }
}

/// What models make in a launch: `3 texts, 2 images`.
pub fn outputs(estimate: &Estimate) -> String {
    let parts = [(estimate.texts, "text", "texts"), (estimate.images, "image", "images")];
    let parts = parts.into_iter().filter(|(count, ..)| !count.is_none());
    let words: Vec<_> = parts.map(|(count, one, many)| count_range(count, one, many)).collect();
    if words.is_empty() { "No model output".to_owned() } else { words.join(", ") }
}

/// The estimated cost: `≈ $0.01–$0.04`. Models without a price are named; what the sample provider
/// would answer is marked, and free.
pub fn cost(estimate: &Estimate) -> String {
    let charged = estimate.cost.map(range);
    let free = if charged.is_none() { "Free" } else { "free" };
    let sample = estimate.sample_cost.map(|_| format!("{free} (sample provider)"));
    let open = match estimate.unpriced.as_slice() {
        [] => None,
        models => Some(format!("price unknown ({})", models.join(", "))),
    };
    let words: Vec<_> = [charged, sample, open].into_iter().flatten().collect();
    if words.is_empty() { money(0) } else { words.join(" + ") }
}

fn range(cost: CostRange) -> String {
    let low = money(cost.low_micros);
    match cost.high_micros.map(money) {
        None => format!("from {low}"),
        Some(high) if high == low => format!("≈ {low}"),
        Some(high) => format!("≈ {low}–{high}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CENTS: CostRange = CostRange { low_micros: 20_000, high_micros: Some(50_000) };

    #[test]
    fn a_count_says_how_sure_it_is() {
        let words = |least, most| count_range(Count { least, most }, "call", "calls");

        assert_eq!(words(1, Some(1)), "1 call");
        assert_eq!(words(3, Some(1_200)), "3–1,200 calls");
        assert_eq!(words(1, None), "at least 1 call");
    }

    #[test]
    fn a_cost_is_a_range_and_what_nobody_knows_is_said() {
        let unknown = Estimate { unpriced: vec!["llm-9".to_owned()], ..Estimate::default() };
        let both = Estimate { cost: Some(CENTS), ..unknown.clone() };
        let open = CostRange { high_micros: None, ..CENTS };

        assert_eq!(cost(&unknown), "price unknown (llm-9)");
        assert_eq!(cost(&both), "≈ $0.020–$0.050 + price unknown (llm-9)");
        assert_eq!(cost(&Estimate { cost: Some(open), ..Estimate::default() }), "from $0.020");
        assert_eq!(cost(&Estimate::default()), "$0.00");
    }

    #[test]
    fn what_the_sample_provider_answers_is_free() {
        let estimate = Estimate { sample_cost: Some(CENTS), ..Estimate::default() };

        assert_eq!(cost(&estimate), "Free (sample provider)");
    }
}
