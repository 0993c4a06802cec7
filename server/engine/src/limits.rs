//! How much may happen at once, as the operator set it up.

/// Bounds that hold over all processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Executions of one workspace that may run at once; the others wait in the order of launching.
    pub running_per_workspace: u32,
    /// Calls that may be under way to one provider.
    pub calls_per_provider: u32,
    /// Calls that may leave to one provider within a minute; none is as many as come.
    pub calls_per_minute: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { running_per_workspace: 10, calls_per_provider: 16, calls_per_minute: None }
    }
}
