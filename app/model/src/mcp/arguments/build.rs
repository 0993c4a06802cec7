//! Makes the form of a schema, within its bounds.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    schema::{Keywords, is_null, plain_text},
    shape::{ArgumentField, ArgumentForm, Shape, Variant, WhyJson, limit},
};

/// The form of the arguments that a schema describes. Whatever the schema, the form is small.
pub fn build_form(schema: &Value) -> ArgumentForm {
    let (parts, shapes) = (limit::MOST_PARTS, limit::MOST_SHAPES);
    let mut builder = Builder { root: schema, parts, shapes };
    let keywords = Keywords::read(schema, schema, &["#"]);
    keywords.map(|keywords| builder.object(&keywords, 0)).unwrap_or_default()
}

struct Builder<'a> {
    root: &'a Value,
    /// How many more fields the form may have.
    parts: usize,
    /// How many more schemas are looked at.
    shapes: usize,
}

impl<'a> Builder<'a> {
    fn shape(&mut self, schema: &'a Value, through: &[&'a str], depth: usize) -> Shape {
        if depth > limit::DEPTH || self.shapes == 0 {
            return Shape::Json(WhyJson::TooLarge);
        }
        self.shapes -= 1;
        match Keywords::read(self.root, schema, through) {
            Ok(keywords) => self.shape_of(&keywords, depth),
            Err(why) => Shape::Json(why),
        }
    }

    fn shape_of(&mut self, keywords: &Keywords<'a>, depth: usize) -> Shape {
        if let Some(value) = keywords.get("const") {
            return Shape::Choice(vec![value.clone()]);
        }
        let values = keywords.list("enum").iter().filter(|value| !value.is_null());
        let values: Vec<&Value> = values.take(limit::MOST_CHOICES + 1).collect();
        if (1..=limit::MOST_CHOICES).contains(&values.len()) {
            return Shape::Choice(values.into_iter().cloned().collect());
        }
        for key in ["oneOf", "anyOf"] {
            let several = keywords.list(key);
            if !several.is_empty() {
                return self.one_of(several, keywords, depth);
            }
        }
        match keywords.types().as_slice() {
            [one] => self.typed(one, keywords, depth),
            [] => Shape::Json(WhyJson::Anything),
            several => Shape::OneOf(
                several
                    .iter()
                    .take(limit::MOST_VARIANTS)
                    .map(|kind| Variant {
                        label: type_words(kind).to_owned(),
                        shape: self.typed(kind, keywords, depth),
                    })
                    .collect(),
            ),
        }
    }

    fn typed(&mut self, kind: &str, keywords: &Keywords<'a>, depth: usize) -> Shape {
        match kind {
            "string" => Shape::Text,
            "integer" => Shape::Integer,
            "number" => Shape::Number,
            "boolean" => Shape::Boolean,
            "array" => match keywords.get("items") {
                Some(items) => {
                    Shape::List(Box::new(self.shape(items, &keywords.through, depth + 1)))
                }
                None => Shape::List(Box::new(Shape::Json(WhyJson::Anything))),
            },
            // An object of which no field is known is only written as JSON.
            "object" if keywords.properties().next().is_none() => Shape::Json(WhyJson::Anything),
            "object" if self.parts == 0 => Shape::Json(WhyJson::TooLarge),
            "object" => Shape::Object(self.object(keywords, depth)),
            _ => Shape::Json(WhyJson::Anything),
        }
    }

    /// One of several schemas. What only adds that nothing may be there is no choice of its own, and
    /// single values are one choice together.
    fn one_of(&mut self, several: &'a [Value], around: &Keywords<'a>, depth: usize) -> Shape {
        let real: Vec<&'a Value> = several.iter().filter(|schema| !is_null(schema)).collect();
        let values: Option<Vec<Value>> =
            real.iter().map(|schema| schema.get("const").cloned()).collect();
        match values {
            Some(values) if values.len() > limit::MOST_CHOICES => {
                return Shape::Json(WhyJson::TooLarge);
            }
            Some(values) if !values.is_empty() => return Shape::Choice(values),
            Some(_) | None => {}
        }
        if let [only] = real.as_slice() {
            return self.shape(only, &around.through, depth);
        }
        let variants = real.into_iter().take(limit::MOST_VARIANTS).enumerate();
        let variants = variants.map(|(place, schema)| {
            let shape = self.shape(schema, &around.through, depth + 1);
            Variant { label: self.variant_words(schema, place, &shape), shape }
        });
        Shape::OneOf(variants.collect())
    }

    fn variant_words(&self, schema: &'a Value, place: usize, shape: &Shape) -> String {
        let title = Keywords::read(self.root, schema, &[]).map(|known| known.words("title"));
        match title {
            Ok(title) if !title.is_empty() => title,
            Ok(_) | Err(_) => format!("{} ({})", shape_words(shape), place + 1),
        }
    }

    fn object(&mut self, keywords: &Keywords<'a>, depth: usize) -> ArgumentForm {
        let required: BTreeSet<&str> = keywords.required().collect();
        let mut seen = BTreeSet::new();
        let mut all: Vec<(&'a String, &'a Value)> =
            keywords.properties().filter(|(name, _)| seen.insert(*name)).collect();
        all.sort_by_key(|(name, _)| !required.contains(name.as_str()));
        let shown = all.len().min(limit::MOST_FIELDS).min(self.parts);
        // All fields of this level are counted before what lies in the first of them.
        self.parts -= shown;
        let hidden = all.len() - shown;
        let fields = all.into_iter().take(shown).map(|(name, schema)| {
            let is_required = required.contains(name.as_str());
            let mut field = self.field(name, schema, keywords, depth);
            field.required = is_required;
            field
        });
        ArgumentForm { fields: fields.collect(), hidden }
    }

    fn field(
        &mut self,
        name: &str,
        schema: &'a Value,
        around: &Keywords<'a>,
        depth: usize,
    ) -> ArgumentField {
        let known = Keywords::read(self.root, schema, &around.through).ok();
        let words = |key: &str| known.as_ref().map(|known| known.words(key)).unwrap_or_default();
        let title = words("title");
        ArgumentField {
            name: name.to_owned(),
            label: if title.is_empty() { plain_text(name) } else { title },
            help: words("description"),
            required: false,
            default: known.as_ref().and_then(|known| known.get("default")).cloned(),
            shape: self.shape(schema, &around.through, depth + 1),
        }
    }
}

fn type_words(kind: &str) -> &'static str {
    match kind {
        "string" => "Text",
        "integer" => "Whole number",
        "number" => "Number",
        "boolean" => "Yes or no",
        "array" => "List",
        "object" => "Fields",
        _ => "JSON",
    }
}

fn shape_words(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text => "Text",
        Shape::Integer => "Whole number",
        Shape::Number => "Number",
        Shape::Boolean => "Yes or no",
        Shape::Choice(_) => "One of several values",
        Shape::Object(_) => "Fields",
        Shape::List(_) => "List",
        Shape::OneOf(_) => "One of several",
        Shape::Json(_) => "JSON",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Map, json};

    use super::*;

    fn field<'a>(form: &'a ArgumentForm, name: &str) -> &'a ArgumentField {
        form.fields.iter().find(|field| field.name == name).unwrap()
    }

    fn parts(shape: &Shape) -> usize {
        match shape {
            Shape::Object(form) => {
                form.fields.iter().map(|field| 1 + parts(&field.shape)).sum::<usize>()
            }
            Shape::List(item) => parts(item),
            Shape::OneOf(variants) => {
                variants.iter().map(|variant| parts(&variant.shape)).sum::<usize>()
            }
            _ => 0,
        }
    }

    #[test]
    fn every_part_of_a_schema_has_a_field_that_fits() {
        let form = build_form(&json!({
            "type": "object",
            "required": ["title"],
            "properties": {
                "labels": { "type": "array", "items": { "$ref": "#/$defs/label" } },
                "state": { "enum": ["open", "closed", 3], "default": "open" },
                "title": { "type": "string", "title": "Title", "description": "A\u{202E} line." },
                "count": { "type": ["integer", "null"] },
                "share": { "type": "number" },
                "draft": { "type": "boolean" },
                "target": { "oneOf": [
                    { "title": "A branch", "type": "object", "properties": { "name": { "type": "string" } } },
                    { "type": "string" },
                ] },
                "maybe": { "anyOf": [{ "type": "string" }, { "type": "null" }] },
                "mode": { "oneOf": [{ "const": "a" }, { "const": "b" }] },
                "both": { "allOf": [
                    { "properties": { "x": { "type": "integer" } }, "required": ["x"] },
                    { "$ref": "#/$defs/label" },
                ] },
                "free": {},
                "far": { "$ref": "https://x.example/schema.json" },
                "id": { "type": ["string", "integer"] },
            },
            "$defs": { "label": { "type": "object", "properties": { "name": { "type": "string" } } } },
        }));

        assert_eq!(form.fields[0].name, "title", "required fields come first");
        let title = field(&form, "title");
        assert_eq!((title.label.as_str(), title.help.as_str()), ("Title", "A line."));
        assert!(title.required && !field(&form, "labels").required);
        let Shape::List(label) = &field(&form, "labels").shape else { panic!() };
        let Shape::Object(label) = &**label else { panic!() };
        assert_eq!(label.fields[0].shape, Shape::Text);
        assert_eq!(
            field(&form, "state").shape,
            Shape::Choice(vec![json!("open"), json!("closed"), json!(3)])
        );
        assert_eq!(field(&form, "state").default, Some(json!("open")));
        for (name, shape) in [
            ("count", Shape::Integer),
            ("share", Shape::Number),
            ("draft", Shape::Boolean),
            ("maybe", Shape::Text),
            ("mode", Shape::Choice(vec![json!("a"), json!("b")])),
            ("free", Shape::Json(WhyJson::Anything)),
            ("far", Shape::Json(WhyJson::Unresolved)),
        ] {
            assert_eq!(field(&form, name).shape, shape, "{name}");
        }
        let Shape::OneOf(target) = &field(&form, "target").shape else { panic!() };
        assert_eq!(target[0].label, "A branch");
        assert_eq!((target[1].label.as_str(), &target[1].shape), ("Text (2)", &Shape::Text));
        let Shape::Object(both) = &field(&form, "both").shape else { panic!() };
        assert!(field(both, "x").required && field(both, "name").shape == Shape::Text);
        let Shape::OneOf(id) = &field(&form, "id").shape else { panic!() };
        assert_eq!(id.len(), 2);
    }

    #[test]
    fn a_schema_that_contains_itself_or_is_huge_gives_a_small_form() {
        let tree = json!({
            "$ref": "#/$defs/node",
            "$defs": { "node": { "type": "object", "properties": {
                "value": { "type": "string" },
                "left": { "$ref": "#/$defs/node" },
                "next": { "type": "array", "items": { "$ref": "#/$defs/node" } },
            } }, "loop": { "$ref": "#/$defs/loop" } },
        });
        let form = build_form(&tree);
        assert_eq!(field(&form, "left").shape, Shape::Json(WhyJson::Circular));
        assert_eq!(
            field(&form, "next").shape,
            Shape::List(Box::new(Shape::Json(WhyJson::Circular)))
        );
        let itself = json!({ "properties": { "a": { "$ref": "#" }, "b": { "$ref": "#/$defs/b" } },
            "$defs": { "b": { "$ref": "#/$defs/b" } } });
        for name in ["a", "b"] {
            let form = build_form(&itself);
            assert_eq!(field(&form, name).shape, Shape::Json(WhyJson::Circular), "{name}");
        }

        let text = json!({ "type": "string", "description": "x".repeat(100) });
        let many: Map<String, Value> =
            (0..10_000).map(|n| (format!("f{n}"), text.clone())).collect();
        let wide = json!({ "type": "object", "properties": many, "required": ["f9999"] });
        let form = build_form(&wide);
        assert_eq!((form.fields.len(), form.hidden), (limit::MOST_FIELDS, 9_900));
        assert_eq!(form.fields[0].name, "f9999");

        let nested = json!({ "type": "object", "properties": { "a": wide, "b": wide, "c": wide,
            "d": wide, "e": wide, "f": wide } });
        let form = build_form(&nested);
        assert_eq!(form.fields.len(), 6, "the first of them takes nothing from its neighbours");
        assert!(parts(&Shape::Object(form)) <= limit::MOST_PARTS);

        let deep = (0..50).fold(
            json!({ "type": "string" }),
            |inner, _| json!({ "type": "object", "properties": { "in": inner } }),
        );
        assert!(parts(&Shape::Object(build_form(&deep))) <= limit::DEPTH + 1);
        let choices: Vec<String> = (0..1_000).map(|n| n.to_string()).collect();
        let long = json!({ "properties": { "x": { "type": "string", "enum": choices } } });
        assert_eq!(field(&build_form(&long), "x").shape, Shape::Text);
        let constants: Vec<Value> = (0..1_000).map(|n| json!({ "const": n })).collect();
        let long = json!({ "properties": { "x": { "oneOf": constants } } });
        assert_eq!(field(&build_form(&long), "x").shape, Shape::Json(WhyJson::TooLarge));
    }

    #[test]
    fn what_is_no_schema_gives_an_empty_form() {
        for schema in [json!(true), json!(null), json!([]), json!({}), json!({ "type": "string" })]
        {
            assert_eq!(build_form(&schema), ArgumentForm::default(), "{schema}");
        }
        let odd = json!({ "type": "object", "properties": { "a": true, "b": { "type": 7 } } });
        let form = build_form(&odd);
        assert!(form.fields.iter().all(|field| field.shape == Shape::Json(WhyJson::Anything)));
    }
}
