//! Surfaces that hold content.

use leptos::prelude::*;

/// A raised surface, with a heading when `title` is given.
#[component]
pub fn Card(
    /// The heading (level 2).
    #[prop(optional, into)]
    title: Option<String>,
    /// Controls at the right of the heading.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    let header = (title.is_some() || actions.is_some()).then(|| {
        view! {
            <header class="card__header">
                {title.map(|title| view! { <h2 class="card__title">{title}</h2> })}
                {actions.map(|actions| view! { <div class="card__actions">{actions.run()}</div> })}
            </header>
        }
    });
    view! {
        <section class="card">
            {header}
            <div class="card__body">{children()}</div>
        </section>
    }
    .into_any()
}

/// A heading with words under it and actions at the right: the top of a page.
#[component]
pub fn PageHeader(
    /// The page's only level 1 heading.
    #[prop(into)]
    title: Signal<String>,
    /// Whether the heading is a name that people chose: a browser that translates the page leaves it.
    #[prop(optional)]
    is_name: bool,
    /// One sentence under it.
    #[prop(optional, into)]
    lead: MaybeProp<String>,
    /// Buttons at the right.
    #[prop(optional, into)]
    actions: ViewFn,
) -> impl IntoView {
    view! {
        <header class="page-header">
            <div class="page-header__words">
                <h1 translate=is_name.then_some("no")>{move || title.get()}</h1>
                {move || lead.get().map(|lead| view! { <p class="muted">{lead}</p> })}
            </div>
            <div class="page-header__actions">{actions.run()}</div>
        </header>
    }
    .into_any()
}

/// A fact in a list of class `facts`: its name, and what it is.
#[component]
pub fn Fact(
    name: &'static str,
    /// Whether people wrote what it is: it has a direction of its own.
    #[prop(optional)]
    written: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="facts__row">
            <dt>{name}</dt>
            <dd dir=written.then_some("auto")>{children()}</dd>
        </div>
    }
    .into_any()
}
