//! What a call of a tool gave, as the model was told. It comes from outside: nothing of it is
//! formatted or loaded, only pictures and documents of the library are shown as such, and addresses are
//! links.

use leptos::prelude::*;
use model::value::{DocumentRef, ImageRef};
use serde_json::Value;

use crate::reviews::{data, document, picture};

/// Most pictures and documents that are shown below a result.
const MOST_REFS: usize = 24;

/// A result, as data, with the pictures and documents that it names.
pub(super) fn render_result(content: &str) -> AnyView {
    match serde_json::from_str::<Value>(content) {
        Ok(value @ (Value::Array(_) | Value::Object(_))) => {
            let (mut images, mut documents) = (vec![], vec![]);
            find_refs(&value, &mut images, &mut documents);
            images.truncate(MOST_REFS);
            documents.truncate(MOST_REFS);
            let shown = data(format!("{value:#}"));
            let refs = images.into_iter().map(picture).chain(documents.into_iter().map(document));
            let refs = render_refs(refs.collect());
            view! {
                {shown}
                {refs}
            }
            .into_any()
        }
        Ok(Value::String(text)) => data(text),
        Ok(Value::Null | Value::Bool(_) | Value::Number(_)) | Err(_) => data(content.to_owned()),
    }
}

/// Pictures and documents beside each other; nothing where there are none.
pub(super) fn render_refs(refs: Vec<AnyView>) -> Option<AnyView> {
    (!refs.is_empty()).then(|| view! { <div class="talk__refs">{refs}</div> }.into_any())
}

/// Finds the pictures and documents that a value names, wherever they stand in it.
fn find_refs(value: &Value, images: &mut Vec<ImageRef>, documents: &mut Vec<DocumentRef>) {
    match value {
        Value::Array(items) => {
            for item in items {
                find_refs(item, images, documents);
            }
        }
        Value::Object(fields) => {
            if let Some(image) = ImageRef::from_value(value) {
                images.push(image);
            } else if let Some(document) = DocumentRef::from_value(value) {
                documents.push(document);
            } else {
                for part in fields.values() {
                    find_refs(part, images, documents);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pictures_and_documents_are_found_wherever_a_result_names_them() {
        let id = "0193bbbb-0000-7000-8000-000000000060";
        let image = json!({"image_id": id, "width": 8, "height": 8, "media_type": "image/png"});
        let found =
            json!({"items": [{"document_id": id, "title": "Tea"}], "cover": {"file": image}});

        let (mut images, mut documents) = (vec![], vec![]);
        find_refs(&found, &mut images, &mut documents);

        assert_eq!((images.len(), documents.len()), (1, 1));
        assert_eq!(documents.first().map(|document| document.title.as_str()), Some("Tea"));
    }

    #[test]
    fn what_comes_from_outside_is_shown_as_it_is() {
        let html = |content: &str| Owner::new().with(|| render_result(content).to_html());

        let text = html("![x](https://evil.example/x.png) <img src=x>");

        assert!(text.contains("&lt;img") && !text.contains("<img"), "{text}");
        assert!(html("{\"a\":1}").contains("json__row"), "JSON is a tree");
    }
}
