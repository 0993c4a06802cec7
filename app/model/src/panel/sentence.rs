//! Simple conditions that a form can edit: a value, a comparison, and what it is compared with.

use serde_json::{Number, Value};

use crate::{
    expr::Expression,
    number::{NumberError, NumberKind, parse_number},
};

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The value exists and counts as true.
    Holds,
    /// The value equals the other one.
    Is,
    /// The value differs from the other one.
    IsNot,
    /// It is larger, or later in the alphabet.
    Over,
    /// It is larger or equal.
    AtLeast,
    /// It is smaller, or earlier in the alphabet.
    Under,
    /// It is smaller or equal.
    AtMost,
    /// It is a text that contains the other one, or a list that has it as an item.
    Contains,
}

/// A simple condition: one value, compared with a constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The path of the value, without `${` and `}`.
    pub path: String,
    /// How it is compared.
    pub comparison: Comparison,
    /// The constant as a person writes it; empty for [`Comparison::Holds`].
    pub with: String,
}

impl Comparison {
    /// Every comparison, in the order of the list.
    pub const ALL: [Self; 8] = [
        Self::Holds,
        Self::Is,
        Self::IsNot,
        Self::Over,
        Self::AtLeast,
        Self::Under,
        Self::AtMost,
        Self::Contains,
    ];

    /// The words of the list, e.g. “is at least”.
    pub fn words(self) -> &'static str {
        match self {
            Self::Holds => "is true",
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::Over => "is more than",
            Self::AtLeast => "is at least",
            Self::Under => "is less than",
            Self::AtMost => "is at most",
            Self::Contains => "contains",
        }
    }

    /// A stable key: the operator where there is one.
    pub fn key(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Is => "==",
            Self::IsNot => "!=",
            Self::Over => ">",
            Self::AtLeast => ">=",
            Self::Under => "<",
            Self::AtMost => "<=",
            Self::Contains => "contains",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|comparison| comparison.key() == key)
    }
}

impl Sentence {
    /// Reads a condition; none where it is more than one simple comparison.
    pub fn read(condition: &str) -> Option<Self> {
        let condition = condition.trim();
        let inside = condition.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        let condition = inside.unwrap_or(condition);
        let found = Self::compared(condition).or_else(|| Self::contained(condition));
        let found = found.or_else(|| {
            let path = condition.to_owned();
            Some(Self { path, comparison: Comparison::Holds, with: String::new() })
        })?;
        (is_path(&found.path) && Self::same(&found.to_condition(), condition)).then_some(found)
    }

    /// The condition in the expression language.
    pub fn to_condition(&self) -> String {
        let with = match self.number() {
            Some(Ok(number)) => number.to_string(),
            Some(Err(_)) | None => literal(&self.with),
        };
        match self.comparison {
            Comparison::Holds => self.path.clone(),
            Comparison::Contains => format!("{}.contains({with})", self.path),
            comparison => format!("{} {} {with}", self.path, comparison.key()),
        }
    }

    /// What is wrong with the constant: a number that may mean two things cannot be compared with.
    pub fn problem(&self) -> Option<NumberError> {
        let error = self.number()?.err()?;
        matches!(error, NumberError::Ambiguous { .. }).then_some(error)
    }

    /// The constant as a number, for comparisons by size; text that is no number is compared by the
    /// alphabet.
    fn number(&self) -> Option<Result<Number, NumberError>> {
        let is_ordered = match self.comparison {
            Comparison::Over | Comparison::AtLeast | Comparison::Under | Comparison::AtMost => true,
            Comparison::Holds | Comparison::Is | Comparison::IsNot | Comparison::Contains => false,
        };
        is_ordered.then(|| parse_number(&self.with, NumberKind::Decimal))
    }

    fn compared(condition: &str) -> Option<Self> {
        let mut found = ["==", "!=", ">=", "<=", ">", "<"].into_iter().filter_map(|key| {
            let (path, with) = condition.split_once(key)?;
            let comparison = Comparison::from_key(key)?;
            Some(Self {
                path: path.trim().to_owned(),
                comparison,
                with: literal_text(with.trim())?,
            })
        });
        found.next()
    }

    fn contained(condition: &str) -> Option<Self> {
        let (path, with) = condition.strip_suffix(')')?.split_once(".contains(")?;
        let with = literal_text(with.trim())?;
        Some(Self { path: path.trim().to_owned(), comparison: Comparison::Contains, with })
    }

    /// Whether both conditions parse to the same expression.
    fn same(a: &str, b: &str) -> bool {
        match (Expression::parse(a), Expression::parse(b)) {
            (Ok(a), Ok(b)) => a == b,
            _ => false,
        }
    }
}

fn is_path(text: &str) -> bool {
    let references = Expression::parse(text).map(|expression| expression.references());
    references.is_ok_and(|paths| matches!(&paths[..], [path] if path.to_string() == text))
}

/// What a person writes for a literal: text without quotes.
fn literal_text(literal: &str) -> Option<String> {
    match serde_json::from_str(literal).ok()? {
        Value::String(text) => Some(text),
        value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
        _ => None,
    }
}

/// The literal for what a person wrote: numbers, true and false as they are, all else as a text.
fn literal(said: &str) -> String {
    let plain = matches!(serde_json::from_str(said.trim()), Ok(Value::Number(_) | Value::Bool(_)));
    if plain { said.trim().to_owned() } else { Value::from(said).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_read_as_it_is_written() {
        for comparison in Comparison::ALL {
            for with in ["7", "0.5", "true", "ready to go", "a \"quote\""] {
                let with = if comparison == Comparison::Holds { "" } else { with };
                let path = "nodes.check.output.score".to_owned();
                let sentence = Sentence { path, comparison, with: with.to_owned() };

                assert_eq!(Sentence::read(&sentence.to_condition()), Some(sentence));
            }
        }
    }

    #[test]
    fn what_is_compared_by_its_size_is_a_number_as_people_write_it() {
        let sentence = |comparison, with: &str| {
            let path = "input.price".to_owned();
            Sentence { path, comparison, with: with.to_owned() }
        };

        assert_eq!(sentence(Comparison::Over, "1,5").to_condition(), "input.price > 1.5");
        assert_eq!(sentence(Comparison::AtMost, "１ 000").to_condition(), "input.price <= 1000");
        assert_eq!(sentence(Comparison::Is, "1,5").to_condition(), "input.price == \"1,5\"");
        assert!(sentence(Comparison::Under, "1,234").problem().is_some());
        assert_eq!(sentence(Comparison::Under, "B").problem(), None);
        assert_eq!(sentence(Comparison::Is, "1,234").problem(), None);
    }

    #[test]
    fn what_says_more_than_a_sentence_is_left_as_it_is() {
        for condition in [
            "input.a > 1 && input.b",
            "size(input.a) > 1",
            "input.a == input.b",
            "input.a >",
            "!input.a",
            "",
        ] {
            assert_eq!(Sentence::read(condition), None, "{condition}");
        }
    }

    #[test]
    fn a_reference_in_braces_is_a_sentence_too() {
        let read = Sentence::read("${input.ready}");

        assert_eq!(read.map(|sentence| sentence.to_condition()).as_deref(), Some("input.ready"));
    }
}
