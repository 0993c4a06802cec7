//! On which page a text is read.

/// Where the texts of a page stand: the longest beginning counts. In this order the pages are listed.
const PAGES: [(&str, &[&str]); 25] = [
    ("Set up, sign in", &["app/src/session/"]),
    ("Shell", &["app/frame/", "app/web/"]),
    ("Home", &["app/src/dashboard/"]),
    ("Workflows and templates", &["app/src/gallery/"]),
    ("Shipped templates", &["app/model/templates/", "app/model/src/template"]),
    ("Projects", &["app/src/projects/"]),
    ("Launch", &["app/launch/", "server/engine/src/launch/", "app/model/src/validate/"]),
    ("Editor", &["app/editor/", "app/model/src/edit/", "app/model/src/panel/", "app/diagram/"]),
    ("Steps", &["app/model/src/nodes/", "app/model/src/ports.rs"]),
    ("Expressions and numbers", &["app/model/src/expr/", "app/model/src/number/"]),
    ("Import and export", &["app/model/src/transfer/", "app/model/src/workflow/"]),
    ("Runs", &["app/src/executions/"]),
    ("Monitor", &["app/monitor/", "app/model/src/execution/", "app/model/src/decide/"]),
    ("Reviews", &["app/monitor/src/reviews/", "app/src/reviews", "app/model/src/review"]),
    ("Documents and images", &["app/src/documents/", "app/src/images", "app/src/lineage/"]),
    ("Settings", &["app/src/settings/", "app/model/src/audit.rs"]),
    ("Agents", &["app/frame/src/agent_form/", "app/src/settings/agents/", "app/model/src/agent"]),
    ("Mails and webhooks", &["app/model/src/notice/", "server/services/src/notices/"]),
    ("Providers", &["server/outside/src/providers/", "app/model/src/provider"]),
    ("Design system", &["app/ui/"]),
    ("All other pages", &["app/", "frontend/"]),
    ("Refusals and errors", &["server/", "app/model/src/problem.rs"]),
    ("API", &["server/src/rest/", "app/model/src/api/"]),
    ("Command line", &["server/src/cli.rs", "server/src/config/", "server/src/embedded_pg/"]),
    ("Sample tools", &["server/mcp_sample/"]),
];

/// The titles of all pages.
pub fn titles() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|(title, _)| *title)
}

/// The page on which the texts of a file are read.
pub fn title(path: &str) -> &'static str {
    let beginnings = PAGES
        .iter()
        .flat_map(|(title, starts)| starts.iter().map(move |start| (start.len(), *start, *title)));
    let fitting = beginnings.filter(|(_, start, _)| path.starts_with(start));
    fitting.max().map_or("Refusals and errors", |(_, _, title)| title)
}
