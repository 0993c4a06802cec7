//! One value of all items.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use crate::{
    expr::{ExprError, Meter, add, total_order},
    ports::Kind,
    value::{kind_of, text_of},
};

/// What becomes of all items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    /// How many there are.
    Count,
    /// The numbers added up; 0 of none.
    Sum,
    /// The average of the numbers; of no items it is an error.
    Mean,
    /// The smallest number, or the first text of the alphabet.
    Min,
    /// The largest number, or the last text of the alphabet.
    Max,
    /// The first item.
    First,
    /// The last item.
    Last,
    /// The items one after the other: lists become one list, texts one text.
    Concat,
}

impl Function {
    /// How it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Mean => "mean",
            Self::Min => "min",
            Self::Max => "max",
            Self::First => "first",
            Self::Last => "last",
            Self::Concat => "concat",
        }
    }

    pub(super) fn gives(self, item: Kind) -> Kind {
        match self {
            Self::Count | Self::Sum | Self::Mean => Kind::Number,
            Self::Concat if item == Kind::Text => Kind::Text,
            Self::Concat => Kind::Any,
            Self::Min | Self::Max | Self::First | Self::Last => item,
        }
    }

    /// The one value of the items.
    ///
    /// # Errors
    /// When there are none where one is needed, or they are of a wrong kind.
    pub(super) fn apply(self, items: Vec<Value>, meter: &mut Meter) -> Result<Value, ExprError> {
        match self {
            Self::Count => Ok(items.len().into()),
            Self::Sum => self.sum(&items),
            Self::Mean => self.mean(&items),
            Self::Min => self.most(items, Ordering::Less),
            Self::Max => self.most(items, Ordering::Greater),
            Self::First => items.into_iter().next().ok_or_else(|| self.nothing()),
            Self::Last => items.into_iter().next_back().ok_or_else(|| self.nothing()),
            Self::Concat => concat(items, meter),
        }
    }

    fn sum(self, items: &[Value]) -> Result<Value, ExprError> {
        if let Some(other) = items.iter().find(|item| !item.is_number()) {
            return Err(self.mismatch("numbers", other));
        }
        items.iter().try_fold(Value::from(0), |sum, item| add(&sum, item))
    }

    #[expect(clippy::cast_precision_loss, reason = "lists are short")]
    fn mean(self, items: &[Value]) -> Result<Value, ExprError> {
        let sum = self.sum(items)?.as_f64().unwrap_or_default();
        let mean = sum / items.len() as f64;
        Number::from_f64(mean).map(Value::Number).ok_or_else(|| self.nothing())
    }

    /// The item that compares so to all others; of equals the first.
    fn most(self, items: Vec<Value>, wanted: Ordering) -> Result<Value, ExprError> {
        let mut items = items.into_iter();
        let mut most = items.next().ok_or_else(|| self.nothing())?;
        if total_order(&most, &most).is_none() {
            return Err(self.mismatch("numbers or texts", &most));
        }
        for item in items {
            let order = total_order(&item, &most)
                .ok_or_else(|| self.mismatch("only numbers or only texts", &item))?;
            if order == wanted {
                most = item;
            }
        }
        Ok(most)
    }

    fn nothing(self) -> ExprError {
        ExprError::Arithmetic {
            what: self.as_str().to_owned(),
            reason: "there are no items".to_owned(),
        }
    }

    fn mismatch(self, expected: &str, found: &Value) -> ExprError {
        ExprError::WrongType {
            what: self.as_str().to_owned(),
            expected: expected.to_owned(),
            found: kind_of(found).to_owned(),
        }
    }
}

fn concat(items: Vec<Value>, meter: &mut Meter) -> Result<Value, ExprError> {
    if items.iter().any(Value::is_array) {
        let opened = |item| match item {
            Value::Array(inner) => inner,
            other => vec![other],
        };
        return Ok(items.into_iter().flat_map(opened).collect());
    }
    let texts: Vec<String> = items.iter().map(text_of).collect();
    meter.build(texts.iter().map(String::len).sum())?;
    Ok(Value::String(texts.concat()))
}
