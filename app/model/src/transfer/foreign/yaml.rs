//! What a text in YAML is, as far as its outermost keys tell: it is not read.

use super::file::{ForeignFile, READS, WAY_ON};

/// A product's files in YAML.
struct Product {
    what: &'static str,
    part: &'static str,
    /// Outermost keys that all of them have, or a line's beginning where there is a space in it.
    marks: &'static [&'static str],
    /// The key whose entries are its parts.
    holds: &'static str,
}

const PRODUCTS: &[Product] = &[
    Product {
        what: "a Dify app, written as YAML,",
        part: "node",
        marks: &["app", "kind: app"],
        holds: "nodes",
    },
    Product {
        what: "a Dify app, written as YAML,",
        part: "node",
        marks: &["app", "workflow"],
        holds: "nodes",
    },
    Product {
        what: "a GitHub Actions workflow, written as YAML,",
        part: "job",
        marks: &["on", "jobs"],
        holds: "jobs",
    },
    Product {
        what: "a Kestra flow, written as YAML,",
        part: "task",
        marks: &["namespace", "tasks"],
        holds: "tasks",
    },
    Product {
        what: "a Windmill flow, written as YAML,",
        part: "step",
        marks: &["summary", "value"],
        holds: "modules",
    },
    Product {
        what: "an Argo workflow, written as YAML,",
        part: "template",
        marks: &["apiVersion: argoproj.io", "spec"],
        holds: "templates",
    },
    Product {
        what: "a Tekton pipeline, written as YAML,",
        part: "task",
        marks: &["apiVersion: tekton.dev", "spec"],
        holds: "tasks",
    },
    Product {
        what: "a GitLab pipeline, written as YAML,",
        part: "stage",
        marks: &["stages"],
        holds: "stages",
    },
    Product {
        what: "an AWS Step Functions state machine, written as YAML,",
        part: "state",
        marks: &["StartAt", "States"],
        holds: "States",
    },
];

/// What a text in YAML is; none where it does not look like YAML.
pub(super) fn recognize(text: &str) -> Option<ForeignFile> {
    let outermost: Vec<&str> = text.lines().filter(|line| key(line).is_some()).collect();
    let has = |mark: &&str| {
        if mark.contains(' ') {
            outermost.iter().any(|line| unquoted(line).starts_with(*mark))
        } else {
            outermost.iter().any(|line| key(line) == Some(*mark))
        }
    };
    let known = PRODUCTS.iter().find(|product| product.marks.iter().all(has));
    if let Some(product) = known {
        let parts = Some((entries(text, product.holds), product.part));
        return Some(ForeignFile { what: product.what, parts, way_on: WAY_ON.to_owned() });
    }
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'))?;
    let is_yaml = first.starts_with("---") || first.starts_with("%YAML") || outermost.len() > 1;
    is_yaml.then(|| ForeignFile {
        what: "YAML",
        parts: None,
        way_on: format!(
            "{READS} Convert it to JSON, for example with “yq -o=json”, and import that."
        ),
    })
}

/// The key of an outermost line.
fn key(line: &str) -> Option<&str> {
    let (key, after) = line.split_once(':')?;
    let key = key.trim_matches(['"', '\'']);
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-' || c == '$';
    let is_key = !key.is_empty() && key.chars().all(is_word);
    (is_key && (after.is_empty() || after.starts_with([' ', '\t', '\r']))).then_some(key)
}

fn unquoted(line: &str) -> String {
    line.replace(['"', '\''], "")
}

/// How many entries stand under the first line that says this key.
fn entries(text: &str, wanted: &str) -> usize {
    let is_said = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let mut lines = text.lines().filter(is_said);
    let Some(head) = lines.find(|line| key(line.trim_start()) == Some(wanted)) else { return 0 };
    // All of them in one line.
    if let Some((_, after)) = head.split_once('[') {
        return after.split(',').filter(|item| !item.trim().trim_matches(']').is_empty()).count();
    }
    let mut rest = lines.peekable();
    let Some(first) = rest.peek() else { return 0 };
    let (deep, is_list) = (depth(first), first.trim_start().starts_with('-'));
    if deep < depth(head) || (deep == depth(head) && !is_list) {
        return 0;
    }
    let inside = rest.take_while(|line| {
        depth(line) > deep || (depth(line) == deep && line.trim_start().starts_with('-') == is_list)
    });
    inside.filter(|line| depth(line) == deep).count()
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
