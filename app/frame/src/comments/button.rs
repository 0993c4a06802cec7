//! The button that opens the comments on something.

use gloo_timers::callback::Timeout;
use leptos::{html, portal::Portal, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};
use model::comment::subject::CommentSubject;
use ui::{
    badge::Count,
    icon::{Glyph, Icon},
};
use web::{client::own_until_cleanup, routes};

use super::{
    panel::CommentsPanel,
    shared::{Comments, use_comments},
};

/// Says how many threads are open about something, and opens the panel with them. One panel is open
/// at a time.
#[component]
pub fn CommentsButton(
    #[prop(into)] subject: Signal<CommentSubject>,
    /// What that is called.
    #[prop(into)]
    about: Signal<String>,
) -> impl IntoView {
    let opener = |comments| view! { <Opener comments=comments subject=subject about=about /> };
    use_comments().map(opener).into_any()
}

#[component]
fn Opener(
    comments: Comments,
    subject: Signal<CommentSubject>,
    about: Signal<String>,
) -> impl IntoView {
    let button = NodeRef::<html::Button>::new();
    // What is about the same has the same panel, whatever else of it changes.
    let subject: Signal<CommentSubject> = Memo::new(move |_| subject.get()).into();
    Effect::new(move || {
        let subject = subject.get();
        comments.watch(&subject);
        on_cleanup(move || comments.unwatch(&subject));
    });
    open_when_asked(comments, subject);
    let count = Memo::new(move |_| comments.count(&subject.read()));
    let open =
        Memo::new(move |_| comments.open.with(|open| open.as_ref() == Some(&*subject.read())));
    let label = move || match count.get() {
        0 => "Comments".to_owned(),
        count => format!("Comments: {count} open"),
    };
    let close = Callback::new(move |()| {
        comments.open.set(None);
        if let Some(button) = button.get_untracked() {
            // What cannot take the focus leaves it where it was.
            let _ = button.focus();
        }
    });
    let toggle = move |_| {
        if open.get_untracked() {
            close.run(());
        } else {
            comments.open.set(Some(subject.get_untracked()));
        }
    };
    view! {
        <button
            node_ref=button
            type="button"
            class="icon-button comments-button"
            aria-label=label
            aria-haspopup="dialog"
            aria-expanded=move || if open.get() { "true" } else { "false" }
            data-tip=move || (!open.get()).then_some("Comments")
            on:click=toggle
        >
            <Glyph icon=Icon::MessageSquare size=18 />
            <Count value=count />
        </button>
        <Show when=move || open.get()>
            // Nothing around the button must cut the panel off.
            <Portal>
                <CommentsPanel comments=comments subject=subject about=about close=close />
            </Portal>
        </Show>
    }
}

/// Opens the panel where the address asks for it, as a link from a mention does, and takes that off
/// the address: the same link opens the panel again after it was closed.
fn open_when_asked(comments: Comments, subject: Signal<CommentSubject>) {
    let (query, path, navigate) = (use_query_map(), use_location().pathname, use_navigate());
    Effect::new(move || {
        let asked = query.with(|query| query.get(routes::COMMENTS));
        let own = subject.get_untracked();
        if own.node_id().is_none() && asked == Some(own.id().to_string()) {
            comments.open.set(Some(own));
            let mut rest = query.get_untracked();
            rest.remove(routes::COMMENTS);
            let address = format!("{}{}", path.get_untracked(), rest.to_query_string());
            let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
            let navigate = navigate.clone();
            // Once the way here is in the browser's history; before, it would replace the page that
            // was left.
            own_until_cleanup(Timeout::new(0, move || navigate(&address, options)));
        }
    });
}
