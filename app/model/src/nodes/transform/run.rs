//! Working the operations off, within the node's bounds.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use serde_json::Value;

use super::{
    limits::{MAX_BUILT_BYTES, MAX_ITEMS, MAX_OPERATIONS, MAX_OUTPUT_BYTES, MAX_STEPS},
    operation::{Operation, Order, of_the_whole},
};
use crate::{
    expr::{Condition, ExprError, Expression, Meter, Scope, Shape, Template, total_order},
    value::{kind_of, text_of, weight},
};

/// What the operations make of a value.
///
/// # Errors
/// What went wrong and in which operation; also when a bound of the node is passed.
pub(super) fn run(
    operations: &[Operation],
    input: Value,
    scope: &Scope,
) -> Result<Value, ExprError> {
    let meter = Meter::new(MAX_STEPS, MAX_BUILT_BYTES);
    let mut work = Work { scope: scope.clone(), meter };
    let mut value = input;
    for (place, operation) in operations.iter().enumerate().take(MAX_OPERATIONS) {
        let named = |error: ExprError| {
            error.within(format!("Operation {} ({})", place + 1, operation.name()))
        };
        value = work.apply(operation, value).map_err(named)?;
    }
    if weight(&value, MAX_OUTPUT_BYTES) > MAX_OUTPUT_BYTES {
        return Err(ExprError::TooLarge { limit: MAX_OUTPUT_BYTES });
    }
    Ok(value)
}

/// The scope, in which the present item is put, and what has been used so far.
struct Work {
    scope: Scope,
    meter: Meter,
}

/// What was worked out for an item, and the item.
type Pair = (Value, Value);

type Worked = Result<Value, ExprError>;

impl Work {
    fn apply(&mut self, operation: &Operation, value: Value) -> Worked {
        match operation {
            Operation::Pick { path } => self.pick(operation, path, value),
            Operation::Map { value: shape } => {
                let shape = Shape::parse(shape)?;
                let pairs = self.each(items(value)?, |scope, meter| shape.value(scope, meter))?;
                Ok(pairs.into_iter().map(|(result, _)| result).collect())
            }
            Operation::Template { text } => {
                let text = Template::parse(text.as_str())?;
                self.scope.item = Some(value);
                let filled = text.render_within(&self.scope, &mut self.meter);
                self.scope.item = None;
                filled.map(Value::String)
            }
            Operation::Filter { keep } => {
                let keep = Condition::parse(keep)?;
                let pairs = self.each(items(value)?, |scope, meter| {
                    keep.eval_within(scope, meter).map(Value::Bool)
                })?;
                let kept = pairs.into_iter().filter(|(holds, _)| *holds == Value::Bool(true));
                Ok(kept.map(|(_, item)| item).collect())
            }
            Operation::Sort { order, .. } => {
                let pairs = self.keyed(operation, value)?;
                sorted(pairs, *order)
            }
            Operation::Split { separator } => self.split(items(value)?, separator),
            Operation::Join { separator } => self.join(items(value)?, separator),
            Operation::Unique { .. } => {
                let pairs = self.keyed(operation, value)?;
                let mut seen = BTreeSet::new();
                let fresh = pairs.into_iter().filter(|(key, _)| seen.insert(canonical(key)));
                Ok(fresh.map(|(_, item)| item).collect())
            }
            Operation::Aggregate { function, .. } => {
                let pairs = self.keyed(operation, value)?;
                let keys = pairs.into_iter().map(|(key, _)| key).collect();
                function.apply(keys, &mut self.meter)
            }
        }
    }

    fn pick(&mut self, operation: &Operation, path: &str, value: Value) -> Worked {
        let Some((_, source)) = operation.expression() else { return Ok(value) };
        let part = Expression::parse(&source)?;
        if value.is_array() && !of_the_whole(path) {
            let pairs = self.each(items(value)?, |scope, meter| part.value(scope, meter))?;
            return Ok(pairs.into_iter().map(|(part, _)| part).collect());
        }
        self.scope.item = Some(value);
        let picked = part.value(&self.scope, &mut self.meter);
        self.scope.item = None;
        picked
    }

    /// Each item with what its expression gives, the item itself where there is none.
    fn keyed(&mut self, operation: &Operation, value: Value) -> Result<Vec<Pair>, ExprError> {
        let items = items(value)?;
        let Some((_, source)) = operation.expression() else {
            let bytes = items.iter().map(|item| weight(item, usize::MAX)).sum();
            self.meter.build(bytes)?;
            return Ok(items.into_iter().map(|item| (item.clone(), item)).collect());
        };
        let key = Expression::parse(&source)?;
        self.each(items, |scope, meter| key.value(scope, meter))
    }

    fn each(
        &mut self,
        items: Vec<Value>,
        work_out: impl Fn(&Scope, &mut Meter) -> Worked,
    ) -> Result<Vec<Pair>, ExprError> {
        self.scope.count = u64::try_from(items.len()).ok();
        let mut pairs = Vec::with_capacity(items.len());
        for (index, item) in (0..).zip(items) {
            self.scope.index = Some(index);
            self.scope.item = Some(item);
            let result = work_out(&self.scope, &mut self.meter)?;
            pairs.push((result, self.scope.item.take().unwrap_or_default()));
        }
        (self.scope.index, self.scope.count) = (None, None);
        Ok(pairs)
    }

    fn split(&mut self, items: Vec<Value>, separator: &str) -> Worked {
        if separator.is_empty() {
            return Err(ExprError::Missing { path: "separator".to_owned() });
        }
        let mut pieces = vec![];
        for text in items.iter().map(text_of) {
            self.meter.build(text.len())?;
            for piece in text.split(separator).map(str::trim).filter(|piece| !piece.is_empty()) {
                self.meter.work(1)?;
                pieces.push(Value::from(piece));
                countable(pieces.len())?;
            }
        }
        Ok(Value::Array(pieces))
    }

    fn join(&mut self, items: Vec<Value>, separator: &str) -> Worked {
        self.meter.build(separator.len().saturating_mul(items.len()))?;
        let mut texts = Vec::with_capacity(items.len());
        for item in &items {
            let text = text_of(item);
            self.meter.build(text.len())?;
            texts.push(text);
        }
        Ok(Value::String(texts.join(separator)))
    }
}

fn items(value: Value) -> Result<Vec<Value>, ExprError> {
    match value {
        Value::Array(items) => {
            countable(items.len())?;
            Ok(items)
        }
        Value::Null => Ok(vec![]),
        other => Ok(vec![other]),
    }
}

fn countable(items: usize) -> Result<(), ExprError> {
    if items <= MAX_ITEMS {
        return Ok(());
    }
    Err(ExprError::OutOfRange {
        field: "The number of items".to_owned(),
        value: items.to_string(),
        min: "0".to_owned(),
        max: MAX_ITEMS.to_string(),
    })
}

/// Items in the order of their keys, equals as they were, those without a key last.
fn sorted(mut pairs: Vec<Pair>, order: Order) -> Worked {
    let mut first = pairs.iter().map(|(key, _)| key).filter(|key| !key.is_null());
    if let Some(first) = first.next() {
        let misfit =
            pairs.iter().find(|(key, _)| !key.is_null() && total_order(first, key).is_none());
        if let Some((key, _)) = misfit {
            return Err(ExprError::WrongType {
                what: "sort".to_owned(),
                expected: "only numbers or only texts".to_owned(),
                found: kind_of(key).to_owned(),
            });
        }
    }
    pairs.sort_by(|(a, _), (b, _)| match (a.is_null(), b.is_null()) {
        (false, false) => {
            let found = total_order(a, b).unwrap_or(Ordering::Equal);
            if order == Order::Descending { found.reverse() } else { found }
        }
        (a, b) => a.cmp(&b),
    });
    Ok(pairs.into_iter().map(|(_, item)| item).collect())
}

/// A text that is the same for equal values: keys in order, numbers by their amount.
fn canonical(value: &Value) -> String {
    match value {
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(decimal) => decimal.to_string(),
            None => number.to_string(),
        },
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(map) => {
            let parts: BTreeMap<_, _> =
                map.iter().map(|(key, part)| (key, canonical(part))).collect();
            let part =
                |(key, part): (&String, &String)| format!("{}:{part}", Value::from(key.as_str()));
            let parts: Vec<String> = parts.iter().map(|(key, text)| part((*key, text))).collect();
            format!("{{{}}}", parts.join(","))
        }
        other => other.to_string(),
    }
}
