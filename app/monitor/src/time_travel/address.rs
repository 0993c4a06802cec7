//! The step and the moment that are shown, in the address: a link leads back to them.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};
use model::id::NodeId;

use super::player::Player;
use crate::store::ExecutionStore;

/// Goes where the address leads, then keeps it up to date; a drag or a play counts where it ends.
pub fn keep_address(store: ExecutionStore, player: Player, dragged: RwSignal<bool>) {
    let (query, location, navigate) = (use_query_map(), use_location(), use_navigate());
    Effect::new(move |followed: Option<()>| {
        let moving = player.playing.get() || dragged.get();
        let (chosen, at) = (store.chosen.get(), store.shown_at.get());
        if followed.is_none() {
            let asked = |name| query.with_untracked(|query| query.get(name));
            if let Some(node) = asked("node").map(NodeId) {
                let known = store.view.with_untracked(|view| view.knows(&node));
                store.go_to(known.then_some(node));
            }
            if let Some(at) = asked("at").and_then(|at| at.parse().ok()) {
                player.go_to(at);
            }
        } else if !moving {
            let launched = store.view.with_untracked(|view| view.launched_at);
            let mut parts = vec![];
            parts.extend(chosen.map(|node| format!("node={}", node.as_str())));
            parts.extend(at.map(|at| format!("at={}", at.ms_since(launched))));
            let path = location.pathname.get_untracked();
            let mark = if parts.is_empty() { "" } else { "?" };
            let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
            navigate(&format!("{path}{mark}{}", parts.join("&")), options);
        }
    });
}
