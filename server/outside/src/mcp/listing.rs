//! The list of a server's tools: read page by page, and sorted into what is used and what is not.

use std::collections::{BTreeMap, BTreeSet};

use model::mcp::{
    server::UnusedTool,
    tool::{ToolAnnotations, ToolDefinition},
};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::{
    limits::{LARGEST_LIST, MOST_LISTED, MOST_PAGES, MOST_TOOLS, check_tool},
    port::{Listing, McpError},
};

/// A list that is being read.
#[derive(Default)]
pub(super) struct Pages {
    listed: Vec<Value>,
    bytes: usize,
    cursors: BTreeSet<String>,
}

/// One page, as it comes.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListPage {
    #[serde(deserialize_with = "null_is_empty")]
    tools: Vec<Value>,
    #[serde(default)]
    next_cursor: Option<String>,
}

/// What is used of a list, and what is not.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Sorted {
    pub(super) tools: Vec<ToolDefinition>,
    pub(super) refused: Vec<UnusedTool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireTool {
    name: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default = "anything")]
    input_schema: Value,
    #[serde(default)]
    output_schema: Option<Value>,
    #[serde(default)]
    annotations: Option<WireAnnotations>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAnnotations {
    #[serde(default)]
    read_only_hint: Option<bool>,
    #[serde(default)]
    destructive_hint: Option<bool>,
    #[serde(default)]
    idempotent_hint: Option<bool>,
    #[serde(default)]
    open_world_hint: Option<bool>,
}

/// Some servers that have no tools say so by `null`.
fn null_is_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Value>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

fn anything() -> Value {
    json!({"type": "object"})
}

impl Pages {
    /// Adds the result of one `tools/list`; gives where the next page begins, if there is one.
    pub(super) fn add(&mut self, server: &str, page: Value) -> Result<Option<String>, McpError> {
        let wrong = |words: &str| McpError::Protocol(format!("{server} {words}."));
        let mut page: ListPage = serde_json::from_value(page)
            .map_err(|error| wrong(&format!("didn't answer with a list of tools: {error}")))?;
        let next = page.next_cursor.take().filter(|cursor| !cursor.is_empty());
        // Pages that lead in a circle end: what is new on the last one is used.
        let is_circle = next.as_ref().is_some_and(|next| self.cursors.contains(next));
        if is_circle {
            page.tools.retain(|tool| !self.listed.contains(tool));
        }
        self.bytes += page.tools.iter().map(|tool| tool.to_string().len()).sum::<usize>();
        if self.bytes > LARGEST_LIST {
            return Err(wrong(&format!("lists more than {LARGEST_LIST} bytes of tools")));
        }
        self.listed.extend(page.tools);
        if self.listed.len() > MOST_LISTED {
            return Err(wrong(&format!("lists more than {MOST_LISTED} tools")));
        }
        let Some(next) = next.filter(|_| !is_circle) else { return Ok(None) };
        if self.cursors.len() + 1 >= MOST_PAGES {
            return Err(wrong(&format!("lists its tools on more than {MOST_PAGES} pages")));
        }
        self.cursors.insert(next.clone());
        Ok(Some(next))
    }

    /// What is used of it, and what is not.
    pub(super) fn sort(self) -> Sorted {
        let mut times = BTreeMap::<String, usize>::new();
        for tool in &self.listed {
            *times.entry(name_of(tool)).or_default() += 1;
        }
        let mut sorted = Sorted::default();
        for tool in self.listed {
            let name = name_of(&tool);
            let refused = |reason: String| UnusedTool { name: visible(&name), reason };
            if times.get(&name).is_some_and(|times| *times > 1) {
                sorted
                    .refused
                    .push(refused("The server lists this name more than once.".to_owned()));
                continue;
            }
            match read_tool(tool) {
                Err(reason) => sorted.refused.push(refused(reason)),
                Ok(tool) => sorted.tools.push(tool),
            }
        }
        // Of too many, the first that the server lists stay the first.
        for part in sorted.tools.chunks_mut(MOST_TOOLS) {
            part.sort_by(|a, b| a.name.cmp(&b.name));
        }
        sorted.refused.dedup();
        sorted
    }
}

fn name_of(tool: &Value) -> String {
    tool.get("name").and_then(Value::as_str).unwrap_or_default().to_owned()
}

impl Listing {
    /// Of the tools only those that are allowed: all where nothing is, else those whose names are among
    /// `allowed`, where `*` means any letters. The others are refused with the reason.
    #[must_use]
    pub fn limited_to(mut self, allowed: &[String]) -> Self {
        let mut left_out = |tool: &ToolDefinition, reason: &str| {
            self.refused.push(UnusedTool { name: tool.name.clone(), reason: reason.to_owned() });
        };
        if !allowed.is_empty() {
            self.tools.retain(|tool| {
                let is_allowed = allowed.iter().any(|pattern| fits(pattern, &tool.name));
                if !is_allowed {
                    left_out(tool, "It isn't among the tools chosen for this server.");
                }
                is_allowed
            });
        }
        let too_many = format!(
            "Only {MOST_TOOLS} tools of a server are used. Edit the server and choose the ones \
             that you need."
        );
        for tool in self.tools.drain(MOST_TOOLS.min(self.tools.len())..) {
            left_out(&tool, &too_many);
        }
        self.tools.sort_by(|a, b| a.name.cmp(&b.name));
        self
    }
}

/// Whether a name is as a pattern says, in which `*` means any letters.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

/// A name that may be shown, whatever is in it.
fn visible(name: &str) -> String {
    name.chars().take(100).flat_map(char::escape_default).collect()
}

fn read_tool(tool: Value) -> Result<ToolDefinition, String> {
    let wire: WireTool = serde_json::from_value(tool)
        .map_err(|error| format!("Its description isn't valid: {error}."))?;
    let hints = wire.annotations.unwrap_or_default();
    let tool = ToolDefinition {
        name: wire.name,
        title: wire.title,
        description: wire.description.unwrap_or_default(),
        input_schema: wire.input_schema,
        output_schema: wire.output_schema,
        annotations: ToolAnnotations {
            read_only: hints.read_only_hint,
            destructive: hints.destructive_hint,
            idempotent: hints.idempotent_hint,
            open_world: hints.open_world_hint,
        },
    };
    check_tool(&tool).map(|()| tool)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(tools: Vec<Value>) -> Sorted {
        let mut pages = Pages::default();
        assert_eq!(pages.add("github", json!({"tools": tools})), Ok(None));
        pages.sort()
    }

    #[test]
    fn good_tools_are_used_and_the_others_named() {
        let found = sorted(vec![
            json!({"name": "b", "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": true}}),
            json!({"name": "a", "description": null}),
            json!({"name": "lies", "inputSchema": "none"}),
            json!({"name": "twice"}),
            json!({"name": "twice"}),
            json!({"name": "odd", "annotations": {"readOnlyHint": "yes"}}),
            json!({"name": "no\u{202e}w"}),
            json!(7),
        ]);

        let names: Vec<_> = found.tools.iter().map(|tool| tool.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(found.tools[1].annotations.read_only, Some(true));
        let refused: Vec<_> = found.refused.iter().map(|tool| tool.name.as_str()).collect();
        assert_eq!(refused, ["lies", "twice", "odd", "no\\u{202e}w", ""]);
    }

    #[test]
    fn the_first_128_or_the_chosen_are_used_and_the_others_named() {
        let found = sorted((0..130).map(|n| json!({"name": format!("tool{n}")})).collect());
        let listing = Listing {
            protocol: None,
            tools: found.tools,
            refused: found.refused,
            instructions: None,
            latency: std::time::Duration::ZERO,
        };
        let limited = |allowed: &[&str]| {
            let allowed: Vec<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
            listing.clone().limited_to(&allowed)
        };
        let first = limited(&[]);
        assert_eq!((first.tools.len(), first.refused.len()), (128, 2));
        assert_eq!(first.refused[1].name, "tool129");
        for (allowed, names) in [
            (&["tool129", "tool7", "none"][..], &["tool129", "tool7"][..]),
            (&["*l12*8"], &["tool128"]),
            (&["tool*13*"], &["tool113", "tool13"]),
            (&["too"], &[]),
        ] {
            let limited = limited(allowed);
            let found: Vec<_> = limited.tools.iter().map(|tool| tool.name.as_str()).collect();
            assert_eq!((found.as_slice(), limited.refused.len()), (names, 130 - names.len()));
        }
        assert_eq!(limited(&["*"]).tools.len(), 128);
    }

    #[test]
    fn pages_without_end_end() {
        let page = |cursor: &str| json!({"tools": [{"name": "a"}], "nextCursor": cursor});
        let mut pages = Pages::default();
        assert_eq!(pages.add("github", page("a")), Ok(Some("a".to_owned())));
        assert_eq!(pages.add("github", page("a")), Ok(None), "they lead in a circle");
        let sorted = pages.sort();
        assert_eq!((sorted.tools.len(), sorted.refused.len()), (1, 0));
        assert_eq!(Pages::default().add("github", json!({"tools": null})), Ok(None));

        let mut pages = Pages::default();
        let ends = (0..MOST_PAGES).any(|n| pages.add("github", page(&n.to_string())).is_err());
        assert!(ends);
        assert!(pages.add("github", json!({"result": []})).is_err());
    }
}
