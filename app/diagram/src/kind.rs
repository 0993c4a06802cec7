//! The picture of each node type.

use ui::icon::Icon;

/// The icon of a node type; a question mark for a type this release does not know.
pub fn kind_icon(kind: &str) -> Icon {
    match kind {
        "start" => Icon::Play,
        "end" => Icon::Flag,
        "generate_copy" => Icon::PenLine,
        "generate_image" => Icon::Image,
        "attach_to_document" => Icon::Paperclip,
        "review" => Icon::UserCheck,
        "ai_review" => Icon::BadgeCheck,
        "conditional" => Icon::Split,
        "parallel" => Icon::GitFork,
        "merge" => Icon::GitMerge,
        "for_each" => Icon::Repeat,
        "transform" => Icon::WandSparkles,
        "http_request" => Icon::Globe,
        "tool" => Icon::Plug,
        "agent" => Icon::Bot,
        "sub_workflow" => Icon::Workflow,
        "wait" => Icon::Hourglass,
        "note" => Icon::StickyNote,
        "frame" => Icon::Frame,
        _ => Icon::CircleQuestionMark,
    }
}
