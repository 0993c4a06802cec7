//! What an editor shows as one card: the insides of loops and frames, and the lanes of a fork.

use super::NodeConfig;

impl NodeConfig {
    /// Whether an editor shows one card instead of what lies in it.
    pub fn is_collapsed(&self) -> bool {
        match self {
            Self::Frame(frame) => frame.collapsed,
            Self::ForEach(each) => each.collapsed,
            Self::Start(_)
            | Self::End(_)
            | Self::GenerateCopy(_)
            | Self::GenerateImage(_)
            | Self::AttachToDocument(_)
            | Self::Review(_)
            | Self::AiReview(_)
            | Self::Parallel(_)
            | Self::Conditional(_)
            | Self::Merge(_)
            | Self::SubWorkflow(_)
            | Self::Wait(_)
            | Self::Transform(_)
            | Self::HttpRequest(_)
            | Self::Note(_)
            | Self::Unknown(_) => false,
        }
    }

    /// The lanes of a fork that an editor shows as one card each, by their ports.
    pub fn collapsed_lanes(&self) -> &[String] {
        if let Self::Parallel(fork) = self { &fork.collapsed } else { &[] }
    }

    /// The configuration collapsed where it was open, and open where it was collapsed; none for
    /// kinds that hold no nodes.
    pub fn with_toggled_collapse(&self) -> Option<Self> {
        let mut config = self.clone();
        match &mut config {
            Self::Frame(frame) => frame.collapsed = !frame.collapsed,
            Self::ForEach(each) => each.collapsed = !each.collapsed,
            Self::Start(_)
            | Self::End(_)
            | Self::GenerateCopy(_)
            | Self::GenerateImage(_)
            | Self::AttachToDocument(_)
            | Self::Review(_)
            | Self::AiReview(_)
            | Self::Parallel(_)
            | Self::Conditional(_)
            | Self::Merge(_)
            | Self::SubWorkflow(_)
            | Self::Wait(_)
            | Self::Transform(_)
            | Self::HttpRequest(_)
            | Self::Note(_)
            | Self::Unknown(_) => return None,
        }
        Some(config)
    }
}
