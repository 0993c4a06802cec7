//! The project's files, for tests of its shape.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// One text file of the project.
pub struct Source {
    /// Relative to the project's root, with `/`.
    pub path: String,
    /// Its content.
    pub text: String,
}

impl Source {
    /// The part before the inline tests.
    pub fn production(&self) -> &str {
        if self.is_test_file() {
            return "";
        }
        self.text.split("#[cfg(test)]\nmod ").next().unwrap_or_default()
    }

    /// The inline tests, or the whole of a test file.
    pub fn tests(&self) -> &str {
        if self.is_test_file() { &self.text } else { &self.text[self.production().len()..] }
    }

    fn is_test_file(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs")
    }

    /// `path:line: text` of each line for which `offends` holds.
    pub fn lines(&self, text: &str, offends: impl Fn(&str) -> bool) -> Vec<String> {
        let first = self.text.find(text).map_or(0, |at| self.text[..at].lines().count());
        text.lines()
            .enumerate()
            .filter(|(_, line)| offends(line))
            .map(|(at, line)| format!("{}:{}: {}", self.path, first + at + 1, line.trim()))
            .collect()
    }
}

/// The project's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below the folders named, whose name ends with one of `endings`, in order.
pub fn sources(folders: &[&str], endings: &[&str]) -> Vec<Source> {
    let mut paths = vec![];
    for folder in folders {
        walk(&root().join(folder), &mut paths);
    }
    paths.sort();
    paths
        .into_iter()
        .filter(|path| endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)))
        .filter_map(|path| Some((fs::read_to_string(&path).ok()?, path)))
        .map(|(text, path)| Source { path: relative(&path), text })
        .collect()
}

/// Every Rust file of the project.
pub fn rust() -> Vec<Source> {
    sources(&["app", "frontend", "server", "tools"], &[".rs"])
}

/// The production code of the crate in `folder`, each file with its path below `src`.
pub fn crate_files(folder: &str) -> Vec<(String, Source)> {
    let src = format!("{folder}/src/");
    let files = sources(&[&src], &[".rs"]).into_iter();
    files
        .filter(|source| !source.production().is_empty())
        .map(|source| (source.path[src.len()..].to_owned(), source))
        .collect()
}

/// Fails with the rule for every count above `most`, and warns of those above `many`.
pub fn limit(
    rule: &str,
    counts: impl IntoIterator<Item = (String, usize)>,
    many: usize,
    most: usize,
) {
    let (above, within): (Vec<_>, Vec<_>) =
        counts.into_iter().filter(|(_, count)| *count > many).partition(|(_, count)| *count > most);
    for (name, count) in within {
        eprintln!("warning: {name}: {count}: {rule}");
    }
    refuse(rule, above.into_iter().map(|(name, count)| format!("{name}: {count}")).collect());
}

/// Fails with the rule and everything that breaks it.
pub fn refuse(rule: &str, offenders: Vec<String>) {
    assert!(offenders.is_empty(), "{rule}:\n  {}\n", offenders.join("\n  "));
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() && name != "node_modules" && name != "target" {
            walk(&path, found);
        } else if path.is_file() {
            found.push(path);
        }
    }
}
