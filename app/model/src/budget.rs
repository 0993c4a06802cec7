//! Caps on what may be spent, and whether a call fits under them.
//!
//! Before a paid call the most it may cost is reserved; when it is answered, what it really cost
//! takes the place of that. A call that could still fit, when those under way turn out cheaper,
//! waits for them; one that cannot pauses the execution. What the sample provider answers is free.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::number::{NumberError, read_decimal};

/// Tokens that a text may have where its author set no maximum and a cap has to be kept.
pub const UNSTATED_TOKENS: u32 = 4096;

/// Whose money is capped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purse {
    /// One execution's, with what it launches.
    Execution,
    /// That of an execution which the one that spends belongs to.
    Parent,
    /// That of all executions of a template in a calendar month (UTC).
    Template,
    /// That of the whole workspace in a calendar month (UTC).
    Workspace,
}

/// A cap with what is spent and reserved of it, in millionths of a dollar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cap {
    /// Whose money this cap limits.
    pub purse: Purse,
    /// What may be spent.
    pub limit_micros: i64,
    /// What calls have cost.
    pub spent_micros: i64,
    /// What calls under way may cost at most.
    pub reserved_micros: i64,
}

/// Whether a call fits under caps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// It fits, whatever the calls under way will cost.
    Now,
    /// It may fit once calls under way turn out cheaper than reserved; the text says why it waits.
    Later(String),
    /// It does not fit; the text says why and what to do.
    Never(String),
}

/// Whether a call that costs at most so much fits under all caps; none is a price nobody knows,
/// which fits under no cap.
pub fn fit(caps: &[Cap], cost_micros: Option<i64>) -> Fit {
    let Some(cost) = cost_micros else {
        return match caps.first() {
            None => Fit::Now,
            Some(cap) => Fit::Never(format!(
                "{} a budget, but this model has no price. Ask an admin to add one under \
                 Providers, or remove the budget, then resume.",
                cap.purse.has()
            )),
        };
    };
    let free = |cap: &&Cap| cap.limit_micros.saturating_sub(cap.spent_micros);
    if let Some(cap) = caps.iter().find(|cap| free(cap) < cost) {
        return Fit::Never(format!(
            "{} {}. {} was spent, and the next call needed {}. {}",
            cap.purse.may(),
            Dollars(cap.limit_micros),
            Dollars(cap.spent_micros),
            Dollars(cost),
            cap.purse.raised()
        ));
    }
    match caps.iter().find(|cap| free(cap).saturating_sub(cap.reserved_micros) < cost) {
        Some(cap) => Fit::Later(format!(
            "{} {}, and calls in progress have reserved {} of it; continues when one of them ends",
            cap.purse.may(),
            Dollars(cap.limit_micros),
            Dollars(cap.reserved_micros)
        )),
        None => Fit::Now,
    }
}

impl Purse {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Execution => "execution",
            Self::Parent => "parent",
            Self::Template => "template",
            Self::Workspace => "workspace",
        }
    }

    const fn may(self) -> &'static str {
        match self {
            Self::Execution => "The budget of this run is",
            Self::Parent => "The budget of the parent run is",
            Self::Template => "The monthly budget of this workflow is",
            Self::Workspace => "The monthly budget of this workspace is",
        }
    }

    /// How a sentence about it ends: those of a month are changed elsewhere, and seen there.
    const fn raised(self) -> &'static str {
        match self {
            Self::Execution => "Raise the budget and resume.",
            Self::Parent => "This run continues when that budget is raised.",
            Self::Template => "Ask an admin to raise it under Budgets in Settings, then resume.",
            Self::Workspace => "Ask an admin to raise it under This month on Home, then resume.",
        }
    }

    const fn has(self) -> &'static str {
        match self {
            Self::Execution => "This run has",
            Self::Parent => "The parent run has",
            Self::Template => "This workflow has",
            Self::Workspace => "This workspace has",
        }
    }
}

/// What a budget of an execution does, where the workflow has none.
pub const UNCAPPED: &str = "The run pauses before it exceeds this. Leave empty for no run budget. \
                            Sample provider calls are free and don't count.";

/// Micro-dollars in words: at least cents, and as many digits more as there are.
pub struct Dollars(
    /// Millionths of a dollar; may be negative.
    pub i64,
);

impl fmt::Display for Dollars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = format!("{}.{:06}", self.0.div_euclid(1_000_000), self.0.rem_euclid(1_000_000));
        let short = whole.trim_end_matches('0');
        let cents = whole.len() - 4;
        write!(f, "${}", &whole[..short.len().max(cents)])
    }
}

/// Why what is written is no amount in dollars.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DollarsError {
    /// It is no number that means one thing.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// It is below 0, beyond all that is counted, or has parts of a millionth.
    #[error("Enter an amount in dollars, such as 0.15.")]
    Amount,
}

impl DollarsError {
    /// Why it is no budget, in words.
    pub fn words_for_budget(&self) -> String {
        match self {
            Self::Number(error) => format!("Enter the budget in dollars: {error}"),
            Self::Amount => "Enter the budget in dollars, such as 5 or 0.25.".to_owned(),
        }
    }
}

/// Reads dollars as people write them, with at most six digits after the point: `5`, `0.25`,
/// `$1,5`. The result is in millionths of a dollar.
///
/// # Errors
/// When that is no amount.
pub fn parse_dollars(text: &str) -> Result<u64, DollarsError> {
    let text = text.trim();
    let amount = read_decimal(text.strip_prefix('$').unwrap_or(text))?;
    let micros = amount.scaled(6).and_then(|micros| i64::try_from(micros).ok());
    micros.and_then(|micros| u64::try_from(micros).ok()).ok_or(DollarsError::Amount)
}

/// A monthly budget as an administrator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetView {
    /// The template it is for; none is the whole workspace.
    pub template_id: Option<crate::id::TemplateId>,
    /// What may be spent in a calendar month (UTC), in millionths of a dollar.
    pub monthly_micros: i64,
    /// What is spent this month.
    pub spent_micros: i64,
}

/// What a budget is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetForm {
    /// The budget in millionths of a dollar.
    pub micros: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAP: Cap = Cap {
        purse: Purse::Execution,
        limit_micros: 1_000_000,
        spent_micros: 970_000,
        reserved_micros: 0,
    };

    #[test]
    fn what_does_not_fit_says_what_is_spent_and_needed() {
        let words = "The budget of this run is $1.00. $0.97 was spent, and the next call needed \
                     $0.10. Raise the budget and resume.";
        assert_eq!(fit(&[CAP], Some(100_000)), Fit::Never(words.to_owned()));
        assert_eq!(fit(&[CAP], Some(30_000)), Fit::Now);
        let month = Cap { purse: Purse::Workspace, ..CAP };
        let Fit::Never(words) = fit(&[month], Some(100_000)) else { panic!("it does not fit") };
        assert!(words.ends_with("under This month on Home, then resume."), "{words}");
    }

    #[test]
    fn what_is_reserved_by_others_is_waited_for() {
        let reserved = Cap { spent_micros: 0, reserved_micros: 990_000, ..CAP };
        assert!(matches!(fit(&[reserved], Some(20_000)), Fit::Later(_)));
        assert_eq!(fit(&[reserved], Some(10_000)), Fit::Now);
        assert!(
            matches!(fit(&[reserved, CAP], Some(40_000)), Fit::Never(_)),
            "the tightest counts"
        );
    }

    #[test]
    fn an_unknown_price_fits_under_no_cap() {
        assert_eq!(fit(&[], None), Fit::Now);
        assert!(matches!(fit(&[CAP], None), Fit::Never(_)));
    }

    #[test]
    fn money_shows_cents_and_what_is_smaller() {
        assert_eq!(Dollars(1_000_000).to_string(), "$1.00");
        assert_eq!(Dollars(12_340_500).to_string(), "$12.3405");
        assert_eq!(Dollars(0).to_string(), "$0.00");
    }

    #[test]
    fn dollars_are_read_as_people_write_them() {
        assert_eq!(parse_dollars(" 5 "), Ok(5_000_000));
        assert_eq!(parse_dollars("$0.25"), Ok(250_000));
        assert_eq!(parse_dollars("1,5"), Ok(1_500_000));
        assert_eq!(parse_dollars("1 000"), Ok(1_000_000_000));
        assert_eq!(parse_dollars(".000001"), Ok(1));
        for wrong in ["-1", "0.0000001", "99999999999999999999"] {
            assert_eq!(parse_dollars(wrong), Err(DollarsError::Amount), "{wrong}");
        }
        for wrong in ["", ".", "1,234", "much"] {
            let said = parse_dollars(wrong)
                .is_err_and(|error| error.words_for_budget().contains("dollars: “"));
            assert!(said, "{wrong}");
        }
    }
}
