//! One way to say a bill everywhere.

use model::execution::view::Bill;
use ui::format::money;

/// A bill in words; a call without a known price is never called free.
pub fn price(bill: Bill) -> String {
    with_unknown(bill, money(bill.cost_micros))
}

/// A bill of which that much is known, in words.
pub fn with_unknown(bill: Bill, known: String) -> String {
    match (bill.unpriced_calls, bill.cost_micros) {
        (0, _) => known,
        (_, 0) => "price unknown".to_owned(),
        _ => format!("{known} + unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_with_unknown_prices_is_not_free() {
        let bill = |cost_micros, unpriced_calls| {
            price(Bill { cost_micros, unpriced_calls, ..Bill::default() })
        };

        assert_eq!(bill(0, 0), "$0.00");
        assert_eq!(bill(31_000, 0), "$0.031");
        assert_eq!(bill(0, 2), "price unknown");
        assert_eq!(bill(31_000, 1), "$0.031 + unknown");
    }
}
