//! What the panel of Start calls when the workflow's parameters are changed.

use leptos::prelude::*;
use model::parameter::Parameter;

/// The callbacks that change the parameters of a workflow.
#[derive(Debug, Clone, Copy)]
pub struct ParameterCallbacks {
    /// Called with all parameters after each change, except of a name.
    pub on_change: Callback<Vec<Parameter>>,
    /// Called with the old and the new name, so that references in texts are changed with it.
    pub on_rename: Callback<(String, String)>,
    /// Called with the name of a parameter whose label was changed: the name may follow the label.
    pub on_label: Callback<String>,
}
