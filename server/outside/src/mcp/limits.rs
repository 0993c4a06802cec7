//! How much a server may say, and what it may not hide in it.

use model::mcp::tool::ToolDefinition;
use serde_json::Value;

/// The most tools of a server that are used.
pub const MOST_TOOLS: usize = 128;
/// The most tools that a server may list at all.
pub const MOST_LISTED: usize = 1024;
/// The most pages of a list.
pub const MOST_PAGES: usize = 64;
/// The most bytes of a list, and of a page of it.
pub const LARGEST_LIST: usize = 4 << 20;
/// The most bytes of a tool's answer.
pub const LARGEST_ANSWER: usize = 8 << 20;

/// The most bytes of a schema, and of a description.
pub(super) const LARGEST_SCHEMA: usize = 64 << 10;
/// The most objects inside each other in a schema, of which a property takes two: its own and the one
/// that names it.
const DEEPEST_SCHEMA: usize = 2 * 16;
const LONGEST_NAME: usize = 128;

/// Says what is wrong with a tool, as a sentence.
///
/// # Errors
/// When it is not used.
pub fn check_tool(tool: &ToolDefinition) -> Result<(), String> {
    check_name(&tool.name)?;
    check_text("title", tool.title.as_deref().unwrap_or_default())?;
    check_text("description", &tool.description)?;
    check_schema("input schema", &tool.input_schema)?;
    tool.output_schema.as_ref().map_or(Ok(()), |schema| check_schema("output schema", schema))
}

fn check_name(name: &str) -> Result<(), String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(is_plain) {
        return Err(format!(
            "Its name must be 1 to {LONGEST_NAME} ASCII letters, digits, _, -, . or /."
        ));
    }
    Ok(())
}

fn check_text(what: &str, text: &str) -> Result<(), String> {
    if text.len() > LARGEST_SCHEMA {
        return Err(format!("Its {what} is larger than {LARGEST_SCHEMA} bytes."));
    }
    match hidden_character(text) {
        Some(hidden) => {
            Err(format!("Its {what} contains the invisible character U+{:04X}.", u32::from(hidden)))
        }
        None => Ok(()),
    }
}

fn check_schema(what: &str, schema: &Value) -> Result<(), String> {
    if !matches!(schema, Value::Object(_) | Value::Bool(_)) {
        return Err(format!("Its {what} isn't an object."));
    }
    // Depth first: what follows walks it.
    check_depth(what, schema, DEEPEST_SCHEMA)?;
    let length = schema.to_string().len();
    if length > LARGEST_SCHEMA {
        return Err(format!(
            "Its {what} is {length} bytes, more than the limit of {LARGEST_SCHEMA}."
        ));
    }
    check_words(what, schema)
}

fn check_depth(what: &str, value: &Value, left: usize) -> Result<(), String> {
    match value {
        Value::Object(_) if left == 0 => {
            Err(format!("Its {what} is nested more than {} levels deep.", DEEPEST_SCHEMA / 2))
        }
        Value::Object(members) => {
            members.values().try_for_each(|member| check_depth(what, member, left - 1))
        }
        Value::Array(items) => items.iter().try_for_each(|item| check_depth(what, item, left)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

/// All texts of a schema: models read the descriptions of properties, too. A reference that leads out
/// of the schema would have to be fetched; one that leads back to where it came from is harmless.
fn check_words(what: &str, value: &Value) -> Result<(), String> {
    match value {
        Value::String(text) => check_text(what, text),
        Value::Array(items) => items.iter().try_for_each(|item| check_words(what, item)),
        Value::Object(members) => members.iter().try_for_each(|(name, member)| {
            if name == "$ref" && member.as_str().is_some_and(|to| !to.starts_with('#')) {
                return Err(format!("Its {what} refers to something outside it."));
            }
            check_text(what, name)?;
            check_words(what, member)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// The first character that a reader would not see and a model would: controls, bidirectional marks,
/// what has no width, tags. Joiners and selectors are let through between what they belong to.
fn hidden_character(text: &str) -> Option<char> {
    let mut before = ' ';
    for c in text.chars() {
        let joins = matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}');
        // Emoji, Indic scripts and Persian need them; two in a row could carry a message.
        let belongs = joins && !before.is_ascii() && !is_hidden(before)
            || c == '\u{FE0F}' && is_keycap(before);
        if is_hidden(c) && !belongs {
            return Some(c);
        }
        before = c;
    }
    None
}

fn is_keycap(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '#' | '*')
}

fn is_hidden(c: char) -> bool {
    match c {
        '\n' | '\r' | '\t' => false,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' => {
            true
        }
        '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' => true,
        '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' => true,
        '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' => true,
        '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}' => true,
        other => other.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use model::mcp::tool::ToolAnnotations;
    use serde_json::{Map, json};

    use super::*;

    fn tool(input_schema: Value) -> ToolDefinition {
        ToolDefinition {
            name: "get_issue".to_owned(),
            title: None,
            description: "Reads an issue.".to_owned(),
            input_schema,
            output_schema: None,
            annotations: ToolAnnotations::default(),
        }
    }

    fn nested(levels: usize) -> Value {
        let inner = json!({"type": "string"});
        (1..levels).fold(inner, |inner, _| json!({"properties": {"a": inner}}))
    }

    #[test]
    fn schemas_are_small_flat_and_whole() {
        let many: Map<_, _> = (0..10_000).map(|n| (format!("property{n}"), json!({}))).collect();
        let circular =
            json!({"$defs": {"a": {"properties": {"a": {"$ref": "#/$defs/a"}}}}, "$ref": "#"});

        assert_eq!(check_tool(&tool(circular)), Ok(()));
        assert_eq!(check_tool(&tool(nested(16))), Ok(()));
        for (schema, words) in [
            (json!({"properties": many}), "bytes, more than"),
            (json!({"description": "x".repeat(1 << 20)}), "bytes, more than"),
            (nested(17), "16 levels"),
            (json!({"$ref": "https://example.org/schema"}), "outside it"),
            (json!([]), "isn't an object"),
        ] {
            let refused = check_tool(&tool(schema)).err().unwrap_or_default();
            assert!(refused.contains(words), "{refused}");
        }
    }

    #[test]
    fn rel_s13_what_people_do_not_see_is_refused_wherever_it_is_hidden() {
        for hidden in
            ['\u{7}', '\u{200B}', '\u{202E}', '\u{2066}', '\u{E0041}', '\u{FEFF}', '\u{FE0F}']
        {
            let text = format!("Reads{hidden} an issue.");
            let described = ToolDefinition { description: text.clone(), ..tool(json!({})) };
            let titled = ToolDefinition { title: Some(text.clone()), ..tool(json!({})) };
            let within = tool(json!({"properties": {"a": {"description": text}}}));
            let named = ToolDefinition { name: format!("get{hidden}"), ..tool(json!({})) };
            for tool in [described, titled, within, named] {
                assert!(check_tool(&tool).is_err(), "{:X}", u32::from(hidden));
            }
        }
        for plain in
            ["⚠\u{FE0F} Löscht 1\u{FE0F}\u{20E3}", "👩\u{200D}💻", "می\u{200C}خواهم", "a\n\tb"]
        {
            assert_eq!(hidden_character(plain), None, "{plain}");
        }
    }

    #[test]
    fn names_are_plain() {
        for name in ["get_issue", "get-issue", "repo.get/issue"] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        for name in ["", "get issue", "gеt_issue", &"x".repeat(129)] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}
