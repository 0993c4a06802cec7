//! Rendering as the server does it.

use std::{fs, path::Path};

use diagram::kind_colours;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{components::Router, location::RequestUrl};
use ui::toast::provide_toasts;

/// The HTML of `view` at `path`, which is also kept as `name` for looking at.
pub fn render<V: IntoView + 'static>(
    name: &str,
    path: &str,
    view: impl FnOnce() -> V + Send + 'static,
) -> String {
    let owner = Owner::new_root(None);
    let html = owner.with(|| {
        provide_context(RequestUrl::new(path));
        provide_meta_context();
        provide_toasts();
        view! { <Router>{view()}</Router> }.to_html()
    });
    // A server ends a page on another thread than it began it on.
    let ended = std::thread::spawn(move || owner.cleanup()).join();
    ended.expect(
        "a part holds what only its own thread may drop; see web::client::own_until_cleanup",
    );
    keep(name, &html);
    html
}

fn keep(name: &str, body: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("render");
    fs::create_dir_all(&folder).unwrap();
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\" data-theme=\"system\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{name}</title><link rel=\"stylesheet\" href=\"style.css\"><style>{}</style></head>\
         <body>{body}</body></html>",
        kind_colours()
    );
    fs::write(folder.join(format!("{name}.html")), page).unwrap();
}

/// How often `part` is in `html`.
pub fn count(html: &str, part: &str) -> usize {
    html.matches(part).count()
}
