//! Which of a server's tools a workflow means.

use model::{
    mcp::{
        name::is_tool_name,
        server::{ToolAlias, ToolView},
        tool::ToolDefinition,
    },
    text::{name::snake, nearest::nearest},
};
use outside::{
    mcp::{hash::definition_hash, port::Listing},
    schema,
};

use super::{refusal::ToolRefusal, resolve::ResolvedServer};

/// A tool that a workflow means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocatedTool<'a> {
    /// What the server says of it now.
    pub definition: &'a ToolDefinition,
    /// The alias by which it is called, if it is.
    pub alias: Option<&'a ToolAlias>,
}

/// The tool of a server that is called so: by another name that the workspace has given it, by its own
/// name, or by its own name written in another way (`getIssue` for `get_issue`).
///
/// # Errors
/// The server has no such tool, with the nearest name; or the tool is not used.
pub fn locate<'a>(
    server: &'a ResolvedServer,
    tool: &str,
    listing: &'a Listing,
) -> Result<LocatedTool<'a>, ToolRefusal> {
    if let Some(alias) = server.aliases.get(tool) {
        let meant = &alias.tool;
        let found = listing.tools.iter().find(|listed| listed.name == *meant);
        let refused = || {
            let missing = missing(server, meant, listing);
            let words = format!("{}.{tool} stands for {meant}. {}", server.name(), missing.words);
            ToolRefusal { words, ..missing }
        };
        let definition = found.ok_or_else(refused)?;
        return Ok(LocatedTool { definition, alias: Some(alias) });
    }
    let named = listing.tools.iter().find(|listed| listed.name == tool);
    let definition = match named {
        Some(named) => named,
        None => written_otherwise(server, tool, listing)?,
    };
    Ok(LocatedTool { definition, alias: None })
}

/// The one tool whose name is this one, written in another way.
fn written_otherwise<'a>(
    server: &ResolvedServer,
    tool: &str,
    listing: &'a Listing,
) -> Result<&'a ToolDefinition, ToolRefusal> {
    let folded = fold(tool);
    let alike: Vec<_> =
        listing.tools.iter().filter(|listed| fold(&listed.name) == folded).collect();
    match alike.as_slice() {
        [] => Err(missing(server, tool, listing)),
        [only] => Ok(only),
        several => {
            let name = server.name();
            let names: Vec<String> =
                several.iter().map(|one| format!("{name}.{}", one.name)).collect();
            let words =
                format!("{name}.{tool} could be {}. Write one of them.", names.join(" or "));
            Err(ToolRefusal::new("unknown_tool", words))
        }
    }
}

/// The tools of a server as people see them, under the names by which workflows call them.
pub fn view_tools(server: &str, tools: &[ToolDefinition]) -> Vec<ToolView> {
    let view = tools.iter().map(|definition| ToolView {
        key: format!("{server}.{}", callable(&definition.name)),
        definition: definition.clone(),
        hash: definition_hash(definition),
        schema_fault: schema::fault(&definition.input_schema),
    });
    view.collect()
}

/// What a workflow calls a tool after the full stop: names that cannot stand there are written in
/// another way.
pub(super) fn callable(tool: &str) -> String {
    if is_tool_name(tool) { tool.to_owned() } else { snake(tool) }
}

/// The letters and digits of a name: `getPRDiff`, `get_pr_diff` and `get-pr-diff` are one name.
pub(super) fn fold(name: &str) -> String {
    let letters = snake(name);
    letters.chars().filter(|c| *c != '_').collect()
}

fn missing(server: &ResolvedServer, tool: &str, listing: &Listing) -> ToolRefusal {
    let name = server.name();
    let folded = fold(tool);
    let is_meant = |listed: &str| listed == tool || fold(listed) == folded;
    if let Some(refused) = listing.refused.iter().find(|refused| is_meant(&refused.name)) {
        let words = format!("{name}.{tool} can't be used. {}", refused.reason);
        return ToolRefusal::new("unused_tool", words);
    }
    let names: Vec<String> = listing.tools.iter().map(|listed| callable(&listed.name)).collect();
    let known = names.iter().chain(server.aliases.keys()).map(String::as_str);
    let hint = match nearest(tool, known) {
        Some(near) => format!(" Did you mean {name}.{near}?"),
        None => String::new(),
    };
    ToolRefusal::new("unknown_tool", format!("The tool server {name} has no tool {tool}.{hint}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::time::Duration;

    use mcp_sample::SampleServer;
    use model::mcp::{server::UnusedTool, tool::ToolAnnotations};
    use serde_json::json;

    use super::*;
    use outside::mcp::port::{ServerAddress, Transport};
    use vault::secret::Redactor;

    fn listing(names: &[&str]) -> Listing {
        let tool = |name: &&str| ToolDefinition {
            name: (*name).to_owned(),
            title: None,
            description: String::new(),
            input_schema: json!({ "type": "object" }),
            output_schema: None,
            annotations: ToolAnnotations::default(),
        };
        let hidden = UnusedTool { name: "deleteAll".to_owned(), reason: "It hides.".to_owned() };
        Listing {
            protocol: None,
            tools: names.iter().map(tool).collect(),
            refused: vec![hidden],
            instructions: None,
            latency: Duration::ZERO,
        }
    }

    fn server(aliases: &[(&str, &str)]) -> ResolvedServer {
        let alias = |(name, tool): &(&str, &str)| {
            let arguments = [("number".to_owned(), "issue_number".to_owned())].into();
            let tool = (*tool).to_owned();
            let alias = ToolAlias { tool, arguments, ..ToolAlias::default() };
            ((*name).to_owned(), alias)
        };
        ResolvedServer {
            address: ServerAddress {
                workspace: None,
                name: "github".to_owned(),
                transport: Transport::Sample(SampleServer::Github),
            },
            aliases: aliases.iter().map(alias).collect(),
            allowed: vec![],
            calls_per_minute: 0,
            redactor: Redactor::default(),
            token: None,
        }
    }

    #[test]
    fn a_tool_is_found_by_its_own_name_in_whatever_way_it_is_written() {
        let names = ["get_issue", "getIssue", "get-pr-diff", "admin.users/list"];
        let (plain, listed) = (server(&[]), listing(&names));
        for (asked, found) in [
            ("get_issue", "get_issue"),
            ("getIssue", "getIssue"),
            ("get-pr-diff", "get-pr-diff"),
            ("getPRDiff", "get-pr-diff"),
            ("admin.users/list", "admin.users/list"),
        ] {
            let located = locate(&plain, asked, &listed).unwrap();
            assert_eq!((located.definition.name.as_str(), located.alias), (found, None));
        }
        let keys: Vec<String> =
            view_tools("github", &listed.tools).into_iter().map(|tool| tool.key).collect();
        assert_eq!(keys, names.map(|name| format!("github.{name}")));
        let unclear = locate(&plain, "get-issue", &listed).unwrap_err();
        assert!(unclear.words.contains("github.get_issue or github.getIssue"), "{unclear:?}");
    }

    #[test]
    fn another_name_that_the_workspace_gives_comes_first_and_renames_arguments() {
        let (aliased, listed) = (server(&[("getIssue", "issue_read")]), listing(&["issue_read"]));

        let located = locate(&aliased, "getIssue", &listed).unwrap();

        assert_eq!(located.definition.name, "issue_read");
        assert_eq!(located.alias.unwrap().arguments["number"], "issue_number");
        let gone = locate(&aliased, "getIssue", &listing(&["issue_write"])).unwrap_err();
        assert!(gone.words.starts_with("github.getIssue stands for issue_read."), "{gone:?}");
    }

    #[test]
    fn what_is_not_there_is_told_with_the_nearest_and_what_is_not_used_with_its_reason() {
        let (plain, listed) = (server(&[]), listing(&["getIssue", "createIssue"]));
        for (asked, code, words) in [
            ("getIsue", "unknown_tool", "Did you mean github.getIssue?"),
            ("paint", "unknown_tool", "has no tool paint."),
            ("delete_all", "unused_tool", "github.delete_all can't be used. It hides."),
        ] {
            let refusal = locate(&plain, asked, &listed).unwrap_err();
            assert_eq!(refusal.code, code, "{refusal:?}");
            assert!(refusal.words.contains(words), "{refusal:?}");
        }
    }
}
