//! The address of executions below that of the API.

/// Where executions are listed and launched; one of them is below it, by its id.
pub(super) const ALL: &str = "/workflows/executions";
