//! The fields of the editor: a writing as signals.

use leptos::prelude::*;
use model::document::Writing;

/// The signals of the editor's fields.
#[derive(Debug, Clone, Copy)]
pub(super) struct DocumentForm {
    pub(super) title: RwSignal<String>,
    pub(super) content: RwSignal<String>,
    pub(super) status: RwSignal<String>,
    /// The tags on one line, with commas between them.
    pub(super) tags: RwSignal<String>,
}

impl DocumentForm {
    /// The fields with a writing in them.
    pub(super) fn new(writing: &Writing) -> Self {
        Self {
            title: RwSignal::new(writing.title.clone()),
            content: RwSignal::new(writing.content.clone()),
            status: RwSignal::new(writing.status.as_str().to_owned()),
            tags: RwSignal::new(writing.tags.join(", ")),
        }
    }

    /// The writing in the fields, tracked.
    pub(super) fn read(self) -> Writing {
        Writing {
            title: self.title.get(),
            content: self.content.get(),
            status: self.status.read().parse().unwrap_or_default(),
            tags: tags(&self.tags.read()),
        }
    }

    /// Puts a writing into the fields. A field that has the same text is left alone, with its
    /// caret.
    pub(super) fn write(self, writing: &Writing) {
        let put = |field: RwSignal<String>, text: &str| {
            if field.with_untracked(|now| now != text) {
                field.set(text.to_owned());
            }
        };
        put(self.title, &writing.title);
        put(self.content, &writing.content);
        put(self.status, writing.status.as_str());
        if tags(&self.tags.read_untracked()) != writing.tags {
            self.tags.set(writing.tags.join(", "));
        }
    }
}

/// The tags on a line with commas of any script between them.
fn tags(line: &str) -> Vec<String> {
    line.split([',', '،', '、'])
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_written_on_one_line_in_any_script() {
        assert_eq!(tags(" tea, herbal tea ,, شاي، 茶"), ["tea", "herbal tea", "شاي", "茶"]);
        assert!(tags(" , ").is_empty());
    }
}
