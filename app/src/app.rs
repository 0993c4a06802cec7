//! The route table.

use frame::layout::{
    error_page::{NotFound, NotFoundHere},
    frame::WorkspaceFrame,
};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};
use ui::{
    raw_text::escape_raw_text,
    toast::{ToastRegion, provide_toasts},
};
use web::client::{
    composing::watch_composing, double_click::watch_double_clicks, focus::watch_focus,
    images::watch_images, tips::watch_tips, translation::watch_translation,
};

use crate::{
    chunks::{
        LazyAgent, LazyBuilder, LazyDocs, LazyDocument, LazyDocuments, LazyExecutions, LazyImages,
        LazyJoin, LazyLaunch, LazyLineage, LazyLinkedReview, LazyMonitor, LazyPreview, LazyProject,
        LazyProjects, LazyReset, LazyReviews, LazySettings, LazyWriting,
    },
    dashboard::HomePage,
    gallery::GalleryPage,
    session::{entry::Entry, set_up::SetUpPage, sign_in::SignInPage, workspaces::WorkspacesPage},
};

/// The whole app: what the server renders and the browser brings to life. Pages of a workspace are
/// sent when they are complete: with the right status, and with their content for those without
/// scripts.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_toasts();
    watch_images();
    watch_focus();
    watch_double_clicks();
    watch_composing();
    watch_translation();
    watch_tips();
    view! {
        <Title formatter=whole_title />
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/") view=Entry ssr=SsrMode::Async />
                <Route path=path!("/dashboard") view=Entry ssr=SsrMode::Async />
                <Route path=path!("/admin/workflows") view=Entry ssr=SsrMode::Async />
                <Route path=path!("/setup") view=SetUpPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                <Route path=path!("/reset/:link") view={Lazy::<LazyReset>::new()} ssr=SsrMode::Async />
                <Route path=path!("/workspaces") view=WorkspacesPage ssr=SsrMode::Async />
                <Route path=path!("/join/:token") view={Lazy::<LazyJoin>::new()} ssr=SsrMode::Async />
                <Route path=path!("/docs") view={Lazy::<LazyDocs>::new()} ssr=SsrMode::Async />
                <Route path=path!("/docs/:page") view={Lazy::<LazyDocs>::new()} ssr=SsrMode::Async />
                <Route path=path!("/review/:link") view={Lazy::<LazyLinkedReview>::new()} ssr=SsrMode::Async />
                <ParentRoute
                    path=path!("/workspace/:workspace")
                    view=WorkspaceFrame
                    ssr=SsrMode::Async
                >
                    <Route path=path!("") view=HomePage ssr=SsrMode::Async />
                    <Route path=path!("/workflows") view=GalleryPage ssr=SsrMode::Async />
                    <Route path=path!("/workflows/:template") view={Lazy::<LazyPreview>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/workflows/:template/launch") view={Lazy::<LazyLaunch>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/workflows/builder/:template") view={Lazy::<LazyBuilder>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/executions") view={Lazy::<LazyExecutions>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/reviews") view={Lazy::<LazyReviews>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/images") view={Lazy::<LazyImages>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/projects") view={Lazy::<LazyProjects>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/projects/:project") view={Lazy::<LazyProject>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/documents") view={Lazy::<LazyDocuments>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/documents/:document/edit") view={Lazy::<LazyWriting>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/documents/:document") view={Lazy::<LazyDocument>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/settings") view={Lazy::<LazySettings>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/settings/:page") view={Lazy::<LazySettings>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/settings/agents/:agent") view={Lazy::<LazyAgent>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/lineage/:kind/:id") view={Lazy::<LazyLineage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/workflows/executions/:execution") view={Lazy::<LazyMonitor>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/*any") view=NotFoundHere ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
        <ToastRegion />
    }
}

/// The title of the document around that of a page.
fn whole_title(page: String) -> String {
    match page.as_str() {
        "" => "Atelier".to_owned(),
        _ => format!("{} · Atelier", escape_raw_text(page)),
    }
}
