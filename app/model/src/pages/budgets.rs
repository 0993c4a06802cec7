//! What the page of the budgets loads.

use serde::{Deserialize, Serialize};

use super::overview::{Spending, TemplateName};

/// What a workspace and its templates may spend in a calendar month (UTC), and what is spent of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetList {
    /// The month of the whole workspace.
    pub month: Spending,
    /// The templates with a budget of their own, by name.
    pub templates: Vec<TemplateBudget>,
    /// The published templates without one, by name.
    pub others: Vec<TemplateName>,
}

/// The monthly budget of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateBudget {
    /// The template whose executions it limits.
    pub template: TemplateName,
    /// What they may spend in a month, in millionths of a dollar.
    pub monthly_micros: i64,
    /// What they have spent this month, with what they launched.
    pub spent_micros: i64,
}
