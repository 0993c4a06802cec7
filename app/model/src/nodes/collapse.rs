//! What an editor shows as one card: the insides of loops and frames, and the lanes of a fork.

use super::NodeConfig;

impl NodeConfig {
    /// Whether an editor shows one card instead of what lies in it.
    pub fn is_collapsed(&self) -> bool {
        self.collapsed() == Some(true)
    }

    /// The lanes of a fork that an editor shows as one card each, by their ports.
    pub fn collapsed_lanes(&self) -> &[String] {
        if let Self::Parallel(fork) = self { &fork.collapsed } else { &[] }
    }

    /// The configuration collapsed where it was open, and open where it was collapsed; none for
    /// kinds that hold no nodes.
    pub fn with_toggled_collapse(&self) -> Option<Self> {
        let mut config = self.clone();
        let collapsed = config.collapsed_mut()?;
        *collapsed = !*collapsed;
        Some(config)
    }
}
