//! What a person types for an argument, and the JSON that it stands for.

use serde_json::Value;

use super::shape::Shape;
use crate::number::{NumberKind, parse_number, read_json};

impl Shape {
    /// The text of a stored value in a field of this shape; empty where it is left out.
    pub fn to_text(&self, value: &Value) -> String {
        match (self, value) {
            (_, Value::Null) => String::new(),
            // A text that would be read as something else is written as JSON.
            (Self::Json(_) | Self::Choice(_), Value::String(text))
                if self.read_text(text).as_ref() != Ok(value) =>
            {
                value.to_string()
            }
            (_, Value::String(text)) => text.clone(),
            (_, Value::Array(_) | Value::Object(_)) => {
                serde_json::to_string_pretty(value).unwrap_or_default()
            }
            (_, Value::Bool(_) | Value::Number(_)) => value.to_string(),
        }
    }

    /// The value that a text stands for in a field of this shape; null leaves the field out. A text
    /// that refers is kept as it is: what it gives is known when it runs.
    ///
    /// # Errors
    /// Why it cannot be a value of this shape, in words.
    pub fn read_text(&self, text: &str) -> Result<Value, String> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Ok(Value::Null);
        }
        match self {
            Self::Text => Ok(Value::from(text)),
            Self::Choice(values) => {
                let same = values.iter().find(|value| plain(value) == trimmed);
                Ok(same.cloned().unwrap_or_else(|| Value::from(text)))
            }
            _ if is_reference(trimmed) => Ok(Value::from(trimmed)),
            Self::Integer => number(trimmed, NumberKind::Whole).and_then(whole),
            Self::Number => number(trimmed, NumberKind::Decimal),
            Self::Boolean => match trimmed {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                _ => Err("Enter true or false, or insert a value.".to_owned()),
            },
            Self::Object(_) | Self::List(_) => json(trimmed)
                .map_err(|why| format!("{why} Put references in quotes: \"${{name}}\".")),
            Self::OneOf(_) | Self::Json(_) => {
                let is_open = trimmed.starts_with(['{', '[']);
                match json(trimmed) {
                    Ok(value) => Ok(value),
                    Err(why) if is_open => Err(why),
                    Err(_) => Ok(Value::from(text)),
                }
            }
        }
    }

    /// A new item or part of this shape; null where it begins empty.
    pub fn fresh(&self) -> Value {
        match self {
            Self::Object(_) => Value::Object(serde_json::Map::new()),
            Self::List(_) => Value::Array(vec![]),
            Self::Text
            | Self::Integer
            | Self::Number
            | Self::Boolean
            | Self::Choice(_)
            | Self::OneOf(_)
            | Self::Json(_) => Value::Null,
        }
    }

    /// Whether a value looks like one of this shape, so that its form can show it.
    pub fn holds(&self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::Choice(values) => values.contains(value),
            Self::Object(form) => value.as_object().is_some_and(|map| {
                let is_there = |name: &String| map.contains_key(name.as_str());
                form.fields.iter().all(|field| !field.required || is_there(&field.name))
            }),
            Self::List(_) => value.is_array(),
            Self::OneOf(variants) => variants.iter().any(|variant| variant.shape.holds(value)),
            Self::Json(_) => true,
        }
    }
}

/// Whether a text refers to a value and is nothing else.
fn is_reference(text: &str) -> bool {
    text.starts_with("${") && text.ends_with('}')
}

/// How people write a value of a choice.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn number(text: &str, kind: NumberKind) -> Result<Value, String> {
    parse_number(text, kind).map(Value::Number).map_err(|error| error.to_string())
}

fn whole(number: Value) -> Result<Value, String> {
    let is_whole = number.is_i64() || number.is_u64();
    if is_whole { Ok(number) } else { Err(format!("{number} isn't a whole number.")) }
}

fn json(text: &str) -> Result<Value, String> {
    read_json(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::mcp::arguments::{WhyJson, build_form};

    #[test]
    fn what_is_typed_is_the_value_that_is_shown_again() {
        let any = Shape::Json(WhyJson::Anything);
        let choice = Shape::Choice(vec![json!("open"), json!(3), json!(true)]);
        for (shape, text, value) in [
            (&Shape::Text, "42", json!("42")),
            (&Shape::Integer, "42", json!(42)),
            (&Shape::Integer, "${input.n}", json!("${input.n}")),
            (&Shape::Number, "0.5", json!(0.5)),
            (&Shape::Boolean, "true", json!(true)),
            (&choice, "open", json!("open")),
            (&choice, "3", json!(3)),
            (&choice, "${state}", json!("${state}")),
            (&any, "plain words", json!("plain words")),
            (&any, "\"42\"", json!("42")),
            (&any, "42", json!(42)),
            (&any, "${a.b}", json!("${a.b}")),
            (&any, "", Value::Null),
        ] {
            assert_eq!(shape.read_text(text), Ok(value.clone()), "{text}");
            assert_eq!(shape.to_text(&value), text);
        }
        let list = Shape::List(Box::new(Shape::Text));
        let written = json!(["${a}", { "b": 1 }]);
        assert_eq!(list.read_text(&list.to_text(&written)), Ok(written));
        for (shape, text) in [
            (&Shape::Integer, "2.5"),
            (&Shape::Number, "many"),
            (&Shape::Boolean, "yes"),
            (&list, "a, b"),
            (&any, "{ \"a\": ${b} }"),
        ] {
            assert!(shape.read_text(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_shape_that_a_value_has_is_told_from_others() {
        let form = build_form(&json!({ "properties": { "to": { "oneOf": [
            { "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" } } },
            { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } },
            { "type": "string" },
        ] } } }));
        let Some(Shape::OneOf(variants)) = form.fields.first().map(|field| &field.shape) else {
            panic!("{form:?}")
        };
        let of = |value: Value| variants.iter().position(|variant| variant.shape.holds(&value));

        assert_eq!(of(json!({ "name": "x" })), Some(1));
        assert_eq!(of(json!({ "id": 1 })), Some(0));
        assert_eq!(of(json!("x")), Some(2));
        assert_eq!(of(json!(4)), None);
    }
}
