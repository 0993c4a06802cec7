//! How values and the parameters of a launch are shown: as words, pictures, documents or data.

use api::ApiError;
use leptos::prelude::*;
use model::{
    pages::MonitorPage,
    text::markdown::is_markdown,
    value::{DocumentRef, ImageRef, numbered, texts_in, texts_in_json},
};
use serde_json::Value;
use ui::{failure::sign_in_after, markdown::ReadableText};

use crate::reviews::{data, data_or, document, picture, show_texts};

/// The level of the heading that values stand below.
const HEADING: u8 = 3;

/// The parameters of the launch, each by the label that its form has.
pub fn launch_parameters(page: &MonitorPage) -> Vec<(String, Value)> {
    let labelled = |(name, value): (&String, &Value)| {
        let label = page.workflow.parameter(name).map_or(name.as_str(), |known| known.title());
        (label.to_owned(), value.clone())
    };
    page.parameters.iter().map(labelled).collect()
}

/// A value in the form in which a person reads it.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueView {
    /// Plain words, or Markdown that is read as text.
    Words(String),
    /// Several texts, of which one at least is no plain one.
    Texts(Vec<String>),
    /// Pictures of the library.
    Pictures(Vec<ImageRef>),
    /// Documents of the library, by title.
    Documents(Vec<DocumentRef>),
    /// Anything else, as indented JSON.
    Data(String),
}

impl ValueView {
    /// The form for a value: texts, pictures or documents where it is all of one kind.
    pub fn from_value(value: &Value) -> Self {
        let (pictures, documents) = (ImageRef::list(value), DocumentRef::list(value));
        // A list of several kinds of things is shown as it is.
        let parts = value.as_array().map_or(1, Vec::len);
        if let Some(texts) = texts_in(value).filter(|texts| !texts.is_empty()) {
            return if texts.len() > 1 && texts.iter().any(|text| is_markdown(text)) {
                Self::Texts(texts)
            } else {
                Self::Words(numbered(&texts))
            };
        }
        match value {
            _ if pictures.len() == parts && parts > 0 => Self::Pictures(pictures),
            _ if documents.len() == parts && parts > 0 => Self::Documents(documents),
            Value::Array(_) | Value::Object(_) => {
                Self::Data(serde_json::to_string_pretty(value).unwrap_or_default())
            }
            plain => Self::Words(value_words(plain)),
        }
    }
}

/// A parameter of a launch: pictures, documents and data as such, anything else in words.
pub fn launched_value(value: &Value) -> AnyView {
    let is_deep = |value: &Value| value.is_object() || value.is_array();
    let is_data = value.is_object() || value.as_array().is_some_and(|all| all.iter().any(is_deep));
    match ValueView::from_value(value) {
        shown @ (ValueView::Pictures(_) | ValueView::Documents(_)) => render_value(shown),
        shown @ ValueView::Data(_) if is_data => render_value(shown),
        ValueView::Words(_) | ValueView::Texts(_) | ValueView::Data(_) => {
            view! { <span class="facts__words" dir="auto">{value_words(value)}</span> }.into_any()
        }
    }
}

fn value_words(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(value_words).collect::<Vec<_>>().join(", "),
        Value::Bool(true) => "Yes".to_owned(),
        Value::Bool(false) => "No".to_owned(),
        other => other.to_string(),
    }
}

/// Why what is to be shown could not be loaded.
pub fn render_failure(words: &'static str, ApiError(problem): ApiError) -> AnyView {
    let door = sign_in_after(&problem);
    view! { <p class="panel-empty muted">{words} {problem.detail} {door}</p> }.into_any()
}

/// Words as they are; words that are JSON as data.
pub fn render_words(words: String) -> AnyView {
    data_or(words, IntoAny::into_any)
}

/// Draws a value that is read in this form.
pub fn render_value(shown: ValueView) -> AnyView {
    match shown {
        ValueView::Words(words) => {
            view! { <ReadableText text=words class="made-text__body" below=HEADING /> }.into_any()
        }
        ValueView::Texts(texts) => show_texts(texts),
        ValueView::Pictures(all) => all.into_iter().map(picture).collect_view().into_any(),
        ValueView::Documents(all) => all.into_iter().map(document).collect_view().into_any(),
        ValueView::Data(json) => data(json),
    }
}

/// JSON as a person reads it: texts in a list as a numbered list, else as it is.
pub fn readable_json(json: &str) -> String {
    texts_in_json(json).map_or_else(|| json.to_owned(), |texts| numbered(&texts))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_words_pictures_documents_or_data() {
        let id = "0193bbbb-0000-7000-8000-000000000060";
        let image = json!({"image_id": id, "width": 8, "height": 8, "media_type": "image/png"});
        let words = |text: &str| ValueView::Words(text.to_owned());

        assert_eq!(ValueView::from_value(&json!("All: a, b")), words("All: a, b"));
        assert_eq!(ValueView::from_value(&json!(["a", "b"])), words("1. a\n2. b"));
        let texts = vec!["# a".to_owned(), "b".to_owned()];
        assert_eq!(ValueView::from_value(&json!(["# a", "b"])), ValueView::Texts(texts));
        assert_eq!(ValueView::from_value(&json!(true)), words("Yes"));
        assert_eq!(ValueView::from_value(&json!(null)), words("–"));
        assert_eq!(ValueView::from_value(&json!([])), ValueView::Data("[]".to_owned()));
        let data = ValueView::Data("{\n  \"n\": 0\n}".to_owned());
        assert_eq!(ValueView::from_value(&json!({"n": 0})), data);
        let pictures = |value: &Value| match ValueView::from_value(value) {
            ValueView::Pictures(all) => all.len(),
            _ => 0,
        };
        assert_eq!((pictures(&image), pictures(&json!([image, image]))), (1, 2));
        assert!(matches!(ValueView::from_value(&json!([image, 1])), ValueView::Data(_)));
        let document = json!([{"document_id": id, "title": "Tea"}]);
        let document = ValueView::from_value(&document);
        assert!(matches!(document, ValueView::Documents(all) if all.len() == 1));
    }

    #[test]
    fn values_read_as_words() {
        assert_eq!(value_words(&json!(["a", 2, true])), "a, 2, Yes");
    }
}
