//! The documentation, for anybody who opens it: signed in or not.

use api::docs::{DocsHeading, DocsText, load_docs};
use frame::{
    formatted_text::FormattedText,
    layout::{
        brand::Logo,
        page_resource::{ResourceView, load_once},
        theme::ThemeSwitch,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use ui::card::PageHeader;
use web::{docs_page::DocsPage, routes};

/// The page in the address.
#[component]
pub fn DocsRoute() -> impl IntoView {
    let params = use_params_map();
    let slug = Memo::new(move |_| params.with(|params| params.get("page").unwrap_or_default()));
    let text = load_once(move || slug.get(), load_docs);
    let show = move |text: DocsText| {
        let page = DocsPage::from_slug(&slug.get_untracked());
        page.map(|page| view! { <Docs page=page text=text /> }).into_any()
    };
    view! {
        <div class="docs">
            <header class="docs__head">
                <a class="docs__home" href=routes::entry()>
                    <Logo />
                    "Atelier"
                </a>
                <span class="spring"></span>
                <ThemeSwitch />
            </header>
            <Menu slug=slug />
            <main class="docs__main" id="content">
                <ResourceView page=text failure="Couldn't load page" count=8 show=show />
            </main>
        </div>
    }
}

/// The text of a page under its title, with the headings that it is divided into.
#[component]
pub fn Docs(
    page: DocsPage,
    /// What it says.
    text: DocsText,
) -> impl IntoView {
    let DocsText { html, headings } = text;
    view! {
        <Title text=page.title() />
        <article class="docs__page">
            <PageHeader title=page.title() />
            <FormattedText html=html />
        </article>
        {(headings.len() > 1).then(|| view! { <Headings headings=headings /> })}
    }
}

/// The pages, the one that is open marked.
#[component]
fn Menu(slug: Memo<String>) -> impl IntoView {
    let link = move |page: DocsPage| {
        let current = move || (*slug.read() == page.slug()).then_some("page");
        view! {
            <li>
                <a class="docs__link" href=routes::docs(page) aria-current=current>
                    {page.title()}
                </a>
            </li>
        }
    };
    let groups = DocsPage::GROUPS.map(|(title, pages)| {
        view! {
            <div class="docs__group">
                <p class="docs__title">{title}</p>
                <ul aria-label=title>
                    {pages.iter().copied().map(link).collect_view()}
                </ul>
            </div>
        }
    });
    view! {
        <nav class="docs__menu" aria-label="Documentation">
            {groups.collect_view()}
        </nav>
    }
}

/// Links to the headings of the page; the browser itself follows them.
#[component]
fn Headings(headings: Vec<DocsHeading>) -> impl IntoView {
    let links = headings.into_iter().map(|heading| {
        view! {
            <li>
                <a class="docs__link" href=format!("#{}", heading.id) rel="external">
                    {heading.words}
                </a>
            </li>
        }
    });
    view! {
        <nav class="docs__headings" aria-labelledby="docs-headings">
            <p class="docs__title" id="docs-headings">
                "On this page"
            </p>
            <ul>{links.collect_view()}</ul>
        </nav>
    }
}
