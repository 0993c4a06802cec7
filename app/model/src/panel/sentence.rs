//! Conditions that are simple enough to be chosen piece by piece: a value, how it is compared, and
//! with what.

use serde_json::{Number, Value};

use crate::{
    expr::Expression,
    number::{NumberError, NumberKind, parse_number},
};

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// It exists and counts as true.
    Holds,
    /// The same.
    Is,
    /// Not the same.
    IsNot,
    /// Larger, or later in the alphabet.
    Over,
    /// Larger or the same.
    AtLeast,
    /// Smaller.
    Under,
    /// Smaller or the same.
    AtMost,
    /// A text with this in it, or a list with this among its items.
    Contains,
}

/// A simple condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Which value: a path, without `${` and `}`.
    pub path: String,
    /// How it is compared.
    pub comparison: Comparison,
    /// With what, as a person writes it; empty where there is nothing to compare with.
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

    /// Words for a person.
    pub fn words(self) -> &'static str {
        match self {
            Self::Holds => "is there and true",
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::Over => "is more than",
            Self::AtLeast => "is at least",
            Self::Under => "is less than",
            Self::AtMost => "is at most",
            Self::Contains => "contains",
        }
    }

    /// A word for it that is stable.
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

    /// The comparison of a word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|comparison| comparison.key() == key)
    }
}

impl Sentence {
    /// The sentence that a condition says; none where it says more than one sentence can.
    pub fn read(condition: &str) -> Option<Self> {
        let condition = condition.trim();
        let inside = condition.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        let condition = inside.unwrap_or(condition);
        let found = Self::compared(condition).or_else(|| Self::contained(condition));
        let found = found.or_else(|| {
            let path = condition.to_owned();
            Some(Self { path, comparison: Comparison::Holds, with: String::new() })
        })?;
        (is_path(&found.path) && Self::same(&found.written(), condition)).then_some(found)
    }

    /// The condition that says it.
    pub fn written(&self) -> String {
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

    /// What is wrong with it: a number that could be two cannot be compared with.
    pub fn problem(&self) -> Option<NumberError> {
        let error = self.number()?.err()?;
        matches!(error, NumberError::Ambiguous { .. }).then_some(error)
    }

    /// The number that is written where larger and smaller are told apart; a text has a place in the
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
            Some(Self { path: path.trim().to_owned(), comparison, with: said(with.trim())? })
        });
        found.next()
    }

    fn contained(condition: &str) -> Option<Self> {
        let (path, with) = condition.strip_suffix(')')?.split_once(".contains(")?;
        let with = said(with.trim())?;
        Some(Self { path: path.trim().to_owned(), comparison: Comparison::Contains, with })
    }

    /// Whether two conditions are read as the same.
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

/// What a person writes for a literal.
fn said(literal: &str) -> Option<String> {
    match serde_json::from_str(literal).ok()? {
        Value::String(text) => Some(text),
        value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
        _ => None,
    }
}

/// Numbers, true and false stand for themselves; all else is a text.
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

                assert_eq!(Sentence::read(&sentence.written()), Some(sentence));
            }
        }
    }

    #[test]
    fn what_is_compared_by_its_size_is_a_number_as_people_write_it() {
        let sentence = |comparison, with: &str| {
            let path = "input.price".to_owned();
            Sentence { path, comparison, with: with.to_owned() }
        };

        assert_eq!(sentence(Comparison::Over, "1,5").written(), "input.price > 1.5");
        assert_eq!(sentence(Comparison::AtMost, "１ 000").written(), "input.price <= 1000");
        assert_eq!(sentence(Comparison::Is, "1,5").written(), "input.price == \"1,5\"");
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

        assert_eq!(read.map(|sentence| sentence.written()).as_deref(), Some("input.ready"));
    }
}
