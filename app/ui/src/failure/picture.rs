//! The place of a picture that may not come: it says so then, and asks for it again.

use leptos::{html, prelude::*, task::spawn_local};
use web::client::images::ask_again;

use crate::{
    button::{Button, ButtonSize},
    icon::{Glyph, Icon},
};

/// Holds a picture, or a link with one in it. What is said of one that does not come stands over
/// it: a button must not be in a link.
#[component]
pub fn PictureFrame(
    /// The picture, and what is around it.
    children: Children,
) -> impl IntoView {
    let (node, busy) = (NodeRef::<html::Div>::new(), RwSignal::new(false));
    let again = move |()| {
        let Some(place) = node.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            ask_again(&place).await;
            busy.try_set(false);
        });
    };
    view! {
        <div node_ref=node class="picture">
            {children()}
            <div class="picture__away">
                <Glyph icon=Icon::Image size=20 />
                <p class="small">"Couldn't load"</p>
                <Button size=ButtonSize::Small busy=busy on_press=again>
                    "Try again"
                </Button>
            </div>
        </div>
    }
    .into_any()
}
