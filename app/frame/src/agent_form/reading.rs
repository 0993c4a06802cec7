//! Reads numbers and JSON as they are typed; what cannot be read is told with its path.

use model::{
    budget::parse_dollars,
    number::{NumberError, NumberKind, parse_number, read_json},
    problem::FieldProblem,
};
use serde_json::{Number, Value};

/// What could not be read so far.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Each with the path of its field.
    pub problems: Vec<FieldProblem>,
}

impl Reading {
    /// A whole number; none where nothing is typed, or no such number.
    pub fn whole(&mut self, path: &str, text: &str) -> Option<u64> {
        if text.trim().is_empty() {
            return None;
        }
        let other = || "Enter a whole number, such as 20.".to_owned();
        self.keep(path, parse_number(text, NumberKind::Whole), |number| number.as_u64(), other)
    }

    /// The same for fields that hold smaller numbers.
    pub fn count(&mut self, path: &str, text: &str) -> Option<u32> {
        let number = self.whole(path, text)?;
        let count = u32::try_from(number).ok();
        if count.is_none() {
            self.refuse(path, "Enter a smaller number.".to_owned());
        }
        count
    }

    /// The same for a field that has to be filled in.
    pub fn required_count(&mut self, path: &str, text: &str) -> u32 {
        if text.trim().is_empty() {
            self.refuse(path, "Enter a whole number, such as 20.".to_owned());
        }
        self.count(path, text).unwrap_or_default()
    }

    /// A number; none where nothing is typed, or no number.
    pub fn decimal(&mut self, path: &str, text: &str) -> Option<f64> {
        if text.trim().is_empty() {
            return None;
        }
        let other = || "Enter a number, such as 0.7.".to_owned();
        self.keep(path, parse_number(text, NumberKind::Decimal), |number| number.as_f64(), other)
    }

    /// The number that was read; none where none was, which is refused in words.
    fn keep<T>(
        &mut self,
        path: &str,
        read: Result<Number, NumberError>,
        fit: impl Fn(&Number) -> Option<T>,
        other: impl Fn() -> String,
    ) -> Option<T> {
        let number = match read {
            Ok(number) => fit(&number).ok_or_else(other),
            // What is unclear is asked about; other words would only repeat the field's.
            Err(error @ NumberError::Ambiguous { .. }) => Err(error.to_string()),
            Err(_) => Err(other()),
        };
        number.map_err(|words| self.refuse(path, words)).ok()
    }

    /// Dollars, in millionths; none where nothing is typed, or no amount.
    pub fn dollars(&mut self, path: &str, text: &str) -> Option<i64> {
        if text.trim().is_empty() {
            return None;
        }
        let micros = parse_dollars(text).ok().and_then(|micros| i64::try_from(micros).ok());
        if micros.is_none() {
            self.refuse(path, "Enter an amount in dollars, such as 0.50.".to_owned());
        }
        micros
    }

    /// JSON; none where nothing is typed, or no JSON.
    pub fn json(&mut self, path: &str, text: &str) -> Option<Value> {
        if text.trim().is_empty() {
            return None;
        }
        match read_json(text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse(path, error.to_string());
                None
            }
        }
    }

    fn refuse(&mut self, path: &str, message: String) {
        self.problems.push(FieldProblem::field("unreadable", path, message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_and_what_cannot_be_is_told_at_its_field() {
        let mut reading = Reading::default();

        assert_eq!(reading.whole("a", " "), None);
        assert_eq!(reading.whole("a", "1000"), Some(1_000));
        assert_eq!(reading.dollars("b", "0.5"), Some(500_000));
        assert_eq!(reading.decimal("c", "0.7"), Some(0.7));
        assert!(reading.problems.is_empty(), "{reading:?}");
        assert_eq!(reading.count("d", "5000000000"), None);
        assert_eq!(reading.required_count("e", ""), 0);
        assert_eq!(reading.whole("f", "-1"), None);
        assert_eq!(reading.json("g", "{"), None);

        let paths: Vec<_> = reading.problems.iter().filter_map(|one| one.path.as_deref()).collect();
        assert_eq!(paths, ["d", "e", "f", "g"]);
    }
}
