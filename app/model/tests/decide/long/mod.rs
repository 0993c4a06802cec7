//! Executions as long as they may be.

mod chain;
mod history;
mod nested;
mod one_by_one;
