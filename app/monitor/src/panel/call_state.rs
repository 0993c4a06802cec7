//! How a call of a tool stands, in a word.

use leptos::prelude::*;
use model::mcp::call::ToolCallState;
use ui::{
    badge::{StatusChip, Tag, Tone},
    icon::Icon,
    status::Status,
};

/// The state of a call as a chip.
pub(super) fn render_state(state: ToolCallState) -> AnyView {
    let status = match state {
        ToolCallState::Sent => Status::Running,
        ToolCallState::Answered => Status::Completed,
        ToolCallState::Failed => Status::Failed,
        // It is no state of a step: it never left.
        ToolCallState::Refused => {
            return view! {
                <Tag tone=Tone::Bad icon=Icon::Lock>
                    "Not called"
                </Tag>
            }
            .into_any();
        }
    };
    view! { <StatusChip status=status /> }.into_any()
}
