//! The HTML document around the app, as the server sends it.

use diagram::kind_colours;
use frame::layout::theme::remembered_theme;
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::{HashedStylesheet, MetaTags};
use web::client::locale::current;

use crate::{
    app::App,
    crash::{CrashDialog, CrashWatch},
};

/// Fonts the browser should fetch with the page, as the paths they are served under; the HTTP
/// layer may put this into the context of a page.
#[derive(Debug, Clone, Default)]
pub struct PreloadFonts(pub Vec<String>);

/// All pages, of a type that says nothing of them.
pub fn pages() -> AnyView {
    view! { <App /> }.into_any()
}

/// The document: theme set before the first paint, every script and style with this response's
/// nonce. Its type says nothing of what is in it: pages are compiled here, and not once for each way in
/// which a server answers.
pub fn shell(options: LeptosOptions) -> AnyView {
    let fonts = use_context::<PreloadFonts>().unwrap_or_default().0.into_iter().map(|font| {
        view! { <link rel="preload" href=font r#as="font" r#type="font/woff2" crossorigin="" /> }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=remembered_theme().key() data-locale=current().key()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                {fonts.collect_view()}
                <HashedStylesheet options=options.clone() id="style" />
                <style nonce=use_nonce()>{kind_colours()}</style>
                <CrashWatch />
                <HydrationScripts options=options />
                <MetaTags />
            </head>
            <body>
                {pages()}
                <CrashDialog />
            </body>
        </html>
    }
    .into_any()
}
