//! Loops: how their iterations begin and end, and how the loop collects the results.

pub(super) mod advance;
pub(super) mod begin;
pub(super) mod end;
pub(super) mod plan;
pub(super) mod resume;
pub(super) mod retry;
