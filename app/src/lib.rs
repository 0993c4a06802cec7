//! Pages, components and server functions.

pub mod api;

pub mod client;
pub mod diagram;
pub mod ui;

use leptos::prelude::*;

/// The document around the pages.
#[cfg(feature = "ssr")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <HydrationScripts options/>
                <title>"Atelier"</title>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The whole product.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <main>
            <h1>"Atelier"</h1>
        </main>
    }
}
