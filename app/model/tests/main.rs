//! The rules, from outside. One executable: each more of them takes a while to compile and to link.

mod advice;
mod autosave;
mod decide;
mod edit;
mod expr_cases;
mod format;
mod formats;
mod lineage;
mod loops;
mod notes;
mod numbers;
mod past;
mod ports;
mod properties;
mod react_flow;
mod stale;
mod steps;
mod templates;
mod transform;
mod validate_cases;
mod values;
