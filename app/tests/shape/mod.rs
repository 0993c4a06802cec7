//! The shape of the code: its budgets, and which part may know which.
//! Each failure names the offender and the rule.

mod budgets;
mod direction;
mod guarantees;
mod source;
