//! Pages that are parts of the client of their own, fetched when they are first opened.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use crate::{
    documents::{DocumentRoute, WritingRoute},
    editor::page::BuilderRoute,
    launch::LaunchRoute,
    monitor::page::ExecutionPage,
    projects::{ProjectRoute, ProjectsRoute},
};

/// The editor of a template.
pub struct FetchedBuilder;

#[lazy_route]
impl LazyRoute for FetchedBuilder {
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        view! { <BuilderRoute /> }.into_any()
    }
}

/// The monitor of an execution.
pub struct FetchedMonitor;

#[lazy_route]
impl LazyRoute for FetchedMonitor {
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        view! { <ExecutionPage /> }.into_any()
    }
}

/// The form that launches a template.
pub struct FetchedLaunch;

#[lazy_route]
impl LazyRoute for FetchedLaunch {
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        view! { <LaunchRoute /> }.into_any()
    }
}

/// A document.
pub struct FetchedDocument;

#[lazy_route]
impl LazyRoute for FetchedDocument {
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        view! { <DocumentRoute /> }.into_any()
    }
}

/// A document to write.
pub struct FetchedWriting;

#[lazy_route]
impl LazyRoute for FetchedWriting {
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        view! { <WritingRoute /> }.into_any()
    }
}

/// A project.
pub struct FetchedProject;

#[lazy_route]
impl LazyRoute for FetchedProject {
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        view! { <ProjectRoute /> }.into_any()
    }
}

/// Every project.
pub struct FetchedProjects;

#[lazy_route]
impl LazyRoute for FetchedProjects {
    fn data() -> Self {
        Self
    }

    fn view(_page: Self) -> AnyView {
        view! { <ProjectsRoute /> }.into_any()
    }
}
