//! Expressions alone, and JSON whose texts hold references.

use serde_json::{Map, Value};

use super::{ExprError, Meter, Path, Scope, Template, ast::Expr, eval::Evaluator, lex, parse};
use crate::value::weight;

/// An expression alone, with or without `${…}` around it or its parts: `item.price * 2`.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    expr: Expr,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with it, and at which byte.
    pub fn parse(source: &str) -> Result<Self, ExprError> {
        let expr = parse::parse(&lex::tokens(source)?, source.len())?;
        Ok(Self { expr })
    }

    /// Its value, counted by the meter.
    ///
    /// # Errors
    /// When an operand has no value or a wrong kind, or a bound is passed.
    pub fn value(&self, scope: &Scope, meter: &mut Meter) -> Result<Value, ExprError> {
        Evaluator::new(scope, meter).owned(&self.expr)
    }

    pub fn references(&self) -> Vec<Path> {
        let mut found = vec![];
        self.expr.paths(&mut found);
        found
    }

    /// Every path that has to lead to a value: not those with a default, nor what `has` asks for.
    pub fn needed_references(&self) -> Vec<Path> {
        let mut found = vec![];
        self.expr.needed_paths(&mut found);
        found
    }
}

/// JSON whose texts hold references, read and ready to be filled in; a text that is one reference
/// alone becomes the value it refers to.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Nothing to fill in.
    Fixed(Value),
    /// A text with references.
    Text(Template),
    List(Vec<Shape>),
    /// Shapes by key.
    Object(Vec<(String, Shape)>),
}

impl Shape {
    /// Reads every text of a value.
    ///
    /// # Errors
    /// What is wrong with the first reference that cannot be read.
    pub fn parse(value: &Value) -> Result<Self, ExprError> {
        Ok(match value {
            Value::String(text) if text.contains("${") => Self::Text(Template::parse(text)?),
            Value::Array(items) => {
                Self::List(items.iter().map(Self::parse).collect::<Result<_, _>>()?)
            }
            Value::Object(map) => {
                let part = |(key, value): (&String, &Value)| Ok((key.clone(), Self::parse(value)?));
                Self::Object(map.iter().map(part).collect::<Result<_, _>>()?)
            }
            other => Self::Fixed(other.clone()),
        })
    }

    /// The value with every reference filled in, counted by the meter.
    ///
    /// # Errors
    /// When a reference has no value or a bound is passed.
    pub fn value(&self, scope: &Scope, meter: &mut Meter) -> Result<Value, ExprError> {
        meter.work(1)?;
        match self {
            Self::Fixed(value) => {
                meter.build(weight(value, usize::MAX))?;
                Ok(value.clone())
            }
            Self::Text(template) => template.value_within(scope, meter),
            Self::List(items) => {
                let items = items.iter().map(|item| item.value(scope, meter));
                items.collect::<Result<Vec<_>, _>>().map(Value::Array)
            }
            Self::Object(parts) => {
                let mut map = Map::new();
                for (key, part) in parts {
                    meter.build(key.len())?;
                    map.insert(key.clone(), part.value(scope, meter)?);
                }
                Ok(Value::Object(map))
            }
        }
    }
}
