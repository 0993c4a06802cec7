//! Evaluation of an expression within the limits of a meter.

use std::{borrow::Cow, cmp::Ordering};

use serde_json::Value;

use super::{
    ExprError, Meter, Path, Scope,
    ast::{Binary, Each, Expr, Function},
    compare::{arithmetic, equal, order, truthy},
    functions::contains,
    limit,
    lookup::step,
};
use crate::value::{kind_of, weight};

/// Bytes looked at that count as one step, so that comparing large values is bounded too.
const BYTES_A_STEP: usize = 1024;

/// One evaluation; its meter's bounds hold over everything worked out with it.
pub(super) struct Evaluator<'a, 'm> {
    scope: &'a Scope,
    locals: Vec<Cow<'a, Value>>,
    meter: &'m mut Meter,
}

type EvalResult<'a> = Result<Cow<'a, Value>, ExprError>;

impl<'a, 'm> Evaluator<'a, 'm> {
    pub fn new(scope: &'a Scope, meter: &'m mut Meter) -> Self {
        Self { scope, locals: vec![], meter }
    }

    /// The value of an expression, counted as built even where it is merely copied.
    pub fn owned(&mut self, expr: &'a Expr) -> Result<Value, ExprError> {
        let value = self.value(expr)?;
        self.own(value)
    }

    /// The value of an expression.
    pub fn value(&mut self, expr: &'a Expr) -> EvalResult<'a> {
        self.work(1)?;
        match expr {
            Expr::Literal(value) => Ok(Cow::Borrowed(value)),
            Expr::List(items) => self.list(items),
            Expr::Path(path) => {
                let value = path.read(self.scope)?;
                self.keep(value)
            }
            Expr::Local(place) => {
                let value = self.locals.get(*place).cloned().unwrap_or_default();
                self.keep(value)
            }
            Expr::Part(whole, segment) => {
                let whole = self.value(whole)?;
                step(whole, segment, self.scope).ok_or_else(|| ExprError::Missing {
                    path: Path::root("(…)").then(segment.clone()).to_string(),
                })
            }
            Expr::Not(operand) => Ok(Cow::Owned((!self.truth(operand)?).into())),
            Expr::Negative(operand) => {
                let operand = self.value(operand)?;
                arithmetic(Binary::Subtract, &Value::from(0), &operand).map(Cow::Owned)
            }
            Expr::Binary(operator, a, b) => self.binary(*operator, a, b),
            Expr::Choose(parts) => {
                let [condition, yes, no] = parts.as_ref();
                let taken = if self.truth(condition)? { yes } else { no };
                self.value(taken)
            }
            Expr::Has(path) => {
                let found = self.maybe(path)?;
                Ok(Cow::Owned(found.is_some_and(|value| !value.is_null()).into()))
            }
            Expr::Call(function, operands) => self.call(*function, operands),
            Expr::Each(each, parts) => self.each(*each, &parts[0], &parts[1]),
        }
    }

    /// Does the expression hold? A path alone holds when it exists and counts as true.
    pub fn truth(&mut self, expr: &'a Expr) -> Result<bool, ExprError> {
        match expr {
            Expr::Path(_) => Ok(self.maybe(expr)?.is_some_and(|value| truthy(&value))),
            _ => Ok(truthy(self.value(expr)?.as_ref())),
        }
    }

    /// Counts text that was put together.
    pub fn build(&mut self, bytes: usize) -> Result<(), ExprError> {
        self.meter.build(bytes)
    }

    fn work(&mut self, steps: usize) -> Result<(), ExprError> {
        self.meter.work(steps)
    }

    fn look_at(&mut self, value: &Value) -> Result<(), ExprError> {
        self.work(weight(value, limit::OUTPUT_BYTES * 16) / BYTES_A_STEP)
    }

    /// Counts a value that is not merely borrowed from the scope.
    fn keep(&mut self, value: Cow<'a, Value>) -> EvalResult<'a> {
        if let Cow::Owned(owned) = &value {
            self.build(weight(owned, limit::OUTPUT_BYTES))?;
        }
        Ok(value)
    }

    fn own(&mut self, value: Cow<'a, Value>) -> Result<Value, ExprError> {
        self.build(weight(&value, limit::OUTPUT_BYTES))?;
        Ok(value.into_owned())
    }

    /// The value, or None where its path leads nowhere.
    fn maybe(&mut self, expr: &'a Expr) -> Result<Option<Cow<'a, Value>>, ExprError> {
        match self.value(expr) {
            Ok(value) => Ok(Some(value)),
            Err(ExprError::Missing { .. } | ExprError::Skipped { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn list(&mut self, items: &'a [Expr]) -> EvalResult<'a> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            let value = self.value(item)?;
            values.push(self.own(value)?);
        }
        Ok(Cow::Owned(Value::Array(values)))
    }

    fn binary(&mut self, operator: Binary, a: &'a Expr, b: &'a Expr) -> EvalResult<'a> {
        let truth = match operator {
            Binary::And => self.truth(a)? && self.truth(b)?,
            Binary::Or => self.truth(a)? || self.truth(b)?,
            Binary::Default => {
                return match self.maybe(a)? {
                    Some(value) if !value.is_null() => Ok(value),
                    _ => self.value(b),
                };
            }
            _ => {
                let (a, b) = (self.value(a)?, self.value(b)?);
                return self.operate(operator, &a, &b).map(Cow::Owned);
            }
        };
        Ok(Cow::Owned(truth.into()))
    }

    fn operate(&mut self, operator: Binary, a: &Value, b: &Value) -> Result<Value, ExprError> {
        self.look_at(a)?;
        self.look_at(b)?;
        let truth = match operator {
            Binary::Equal => equal(a, b),
            Binary::Unequal => !equal(a, b),
            Binary::Less => order(operator, a, b)? == Ordering::Less,
            Binary::LessOrEqual => order(operator, a, b)? != Ordering::Greater,
            Binary::Greater => order(operator, a, b)? == Ordering::Greater,
            Binary::GreaterOrEqual => order(operator, a, b)? != Ordering::Less,
            Binary::In => contains(b, a)?,
            Binary::Add => return self.add(a, b),
            _ => return arithmetic(operator, a, b),
        };
        Ok(truth.into())
    }

    fn add(&mut self, a: &Value, b: &Value) -> Result<Value, ExprError> {
        let limit = limit::OUTPUT_BYTES;
        match (a, b) {
            (Value::String(x), Value::String(y)) => {
                self.build(x.len().saturating_add(y.len()))?;
                Ok(Value::String(format!("{x}{y}")))
            }
            (Value::Array(x), Value::Array(y)) => {
                self.build(weight(a, limit).saturating_add(weight(b, limit)))?;
                Ok(Value::Array(x.iter().chain(y).cloned().collect()))
            }
            _ => arithmetic(Binary::Add, a, b),
        }
    }

    fn call(&mut self, function: Function, operands: &'a [Expr]) -> EvalResult<'a> {
        let mut values = Vec::with_capacity(operands.len());
        for operand in operands {
            let value = self.value(operand)?;
            self.look_at(&value)?;
            values.push(value);
        }
        function.apply(&values).map(Cow::Owned)
    }

    fn each(&mut self, each: Each, over: &'a Expr, body: &'a Expr) -> EvalResult<'a> {
        let items: Vec<Cow<'a, Value>> = match self.value(over)? {
            Cow::Borrowed(Value::Array(items)) => items.iter().map(Cow::Borrowed).collect(),
            Cow::Owned(Value::Array(items)) => items.into_iter().map(Cow::Owned).collect(),
            other => {
                return Err(ExprError::WrongType {
                    what: format!("{each:?}").to_lowercase() + "()",
                    expected: "a list".to_owned(),
                    found: kind_of(&other).to_owned(),
                });
            }
        };
        let mut results = vec![];
        for item in items {
            let kept = if each == Each::Filter { Some(item.clone()) } else { None };
            self.locals.push(item);
            let outcome = self.one(each, body, kept);
            self.locals.pop();
            match outcome? {
                Outcome::Keep(value) => results.push(value),
                Outcome::Pass => {}
                Outcome::Settled(truth) => return Ok(Cow::Owned(truth.into())),
            }
        }
        Ok(Cow::Owned(match each {
            Each::Map | Each::Filter => Value::Array(results),
            Each::Exists => false.into(),
            Each::All => true.into(),
        }))
    }

    fn one(
        &mut self,
        each: Each,
        body: &'a Expr,
        kept: Option<Cow<'a, Value>>,
    ) -> Result<Outcome, ExprError> {
        if each == Each::Map {
            let value = self.value(body)?;
            return self.own(value).map(Outcome::Keep);
        }
        let truth = self.truth(body)?;
        match (each, truth, kept) {
            (Each::Filter, true, Some(item)) => self.own(item).map(Outcome::Keep),
            (Each::Exists, true, _) => Ok(Outcome::Settled(true)),
            (Each::All, false, _) => Ok(Outcome::Settled(false)),
            _ => Ok(Outcome::Pass),
        }
    }
}

/// What one item means for the whole.
enum Outcome {
    Keep(Value),
    Pass,
    Settled(bool),
}
