//! Texts with `${…}` in them, and conditions.

use std::{borrow::Cow, str::FromStr};

use serde_json::Value;

use super::{
    ExprError, Meter, Path, Scope,
    ast::{Binary, Expr},
    eval::Evaluator,
    lex, parse,
};
use crate::value::text_of;

/// A text with references, read and ready to be filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Text(String),
    Reference(Expr),
}

impl Template {
    /// Reads a text: `${…}` refers, `$${` is a literal `${`, all else stands for itself.
    ///
    /// # Errors
    /// What is wrong with a reference, and at which byte of the text.
    pub fn parse(source: &str) -> Result<Self, ExprError> {
        // What refers to nothing is no expression: other limits hold for plain texts.
        if source.contains("${") {
            lex::check_length(source)?;
        }
        let mut pieces = vec![];
        let mut text = String::new();
        let mut at = 0;
        while let Some(found) = source[at..].find("${") {
            let start = at + found;
            if source[at..start].ends_with('$') {
                text.push_str(&source[at..start]);
                text.push('{');
                at = start + 2;
                continue;
            }
            text.push_str(&source[at..start]);
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            let (tokens, end) = lex::reference(source, start + 2)?;
            pieces.push(Piece::Reference(parse::parse(&tokens, end - 1)?));
            at = end;
        }
        text.push_str(&source[at..]);
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        Ok(Self { pieces })
    }

    /// The text with every reference filled in.
    ///
    /// # Errors
    /// When a reference has no value or a bound is passed.
    pub fn render(&self, scope: &Scope) -> Result<String, ExprError> {
        self.render_within(scope, &mut Meter::default())
    }

    /// As [`Template::render`], counted by the meter.
    ///
    /// # Errors
    /// As [`Template::render`].
    pub fn render_within(&self, scope: &Scope, meter: &mut Meter) -> Result<String, ExprError> {
        let mut evaluator = Evaluator::new(scope, meter);
        let mut text = String::new();
        for piece in &self.pieces {
            let added = match piece {
                Piece::Text(text) => Cow::Borrowed(text.as_str()),
                Piece::Reference(expr) => Cow::Owned(text_of(evaluator.value(expr)?.as_ref())),
            };
            evaluator.build(added.len())?;
            text.push_str(&added);
        }
        Ok(text)
    }

    /// The value: one reference alone keeps its type, anything else is the rendered text.
    ///
    /// # Errors
    /// As [`Template::render`].
    pub fn value(&self, scope: &Scope) -> Result<Value, ExprError> {
        let [Piece::Reference(expr)] = self.pieces.as_slice() else {
            return self.render(scope).map(Value::String);
        };
        Ok(Evaluator::new(scope, &mut Meter::default()).value(expr)?.into_owned())
    }

    /// As [`Template::value`], counted by the meter: a value that is merely copied counts too.
    ///
    /// # Errors
    /// As [`Template::render`].
    pub fn value_within(&self, scope: &Scope, meter: &mut Meter) -> Result<Value, ExprError> {
        match self.pieces.as_slice() {
            [Piece::Reference(expr)] => Evaluator::new(scope, meter).owned(expr),
            _ => self.render_within(scope, meter).map(Value::String),
        }
    }

    /// Every path the text reads, in order, repeats included.
    pub fn references(&self) -> Vec<Path> {
        let mut found = vec![];
        for piece in &self.pieces {
            if let Piece::Reference(expr) = piece {
                expr.paths(&mut found);
            }
        }
        found
    }

    /// Every path of the text that has to lead to a value: not those with a default, nor what `has`
    /// asks for.
    pub fn needed_references(&self) -> Vec<Path> {
        let mut found = vec![];
        for piece in &self.pieces {
            if let Piece::Reference(expr) = piece {
                expr.needed_paths(&mut found);
            }
        }
        found
    }

    /// The path, where the text is one reference and nothing else, with or without a default: its
    /// value has the type of this path.
    pub fn alone(&self) -> Option<&Path> {
        match self.pieces.as_slice() {
            [Piece::Reference(Expr::Path(path))] => Some(path),
            [Piece::Reference(Expr::Binary(Binary::Default, path, _))] => match path.as_ref() {
                Expr::Path(path) => Some(path),
                _ => None,
            },
            _ => None,
        }
    }

    /// True when the text is one reference and nothing else, so that its type is kept.
    pub fn is_reference(&self) -> bool {
        matches!(self.pieces.as_slice(), [Piece::Reference(_)])
    }
}

impl FromStr for Template {
    type Err = ExprError;

    fn from_str(source: &str) -> Result<Self, Self::Err> {
        Self::parse(source)
    }
}

/// A condition; `"${x}"` alone means that x exists and counts as true.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    expr: Expr,
}

impl Condition {
    /// Reads a condition, with or without `${…}` around it or its parts.
    ///
    /// # Errors
    /// What is wrong with it, and at which byte.
    pub fn parse(source: &str) -> Result<Self, ExprError> {
        let expr = parse::parse(&lex::tokens(source)?, source.len())?;
        Ok(Self { expr })
    }

    /// Does it hold?
    ///
    /// # Errors
    /// When an operand has no value or a wrong kind, or a bound is passed.
    pub fn eval(&self, scope: &Scope) -> Result<bool, ExprError> {
        self.eval_within(scope, &mut Meter::default())
    }

    /// As [`Condition::eval`], counted by the meter.
    ///
    /// # Errors
    /// As [`Condition::eval`].
    pub fn eval_within(&self, scope: &Scope, meter: &mut Meter) -> Result<bool, ExprError> {
        Evaluator::new(scope, meter).truth(&self.expr)
    }

    pub fn references(&self) -> Vec<Path> {
        let mut found = vec![];
        self.expr.paths(&mut found);
        found
    }
}

impl FromStr for Condition {
    type Err = ExprError;

    fn from_str(source: &str) -> Result<Self, Self::Err> {
        Self::parse(source)
    }
}

impl Expr {
    /// Adds every path this expression reads.
    pub(super) fn paths(&self, found: &mut Vec<Path>) {
        if let Self::Path(path) = self {
            found.push(path.clone());
        }
        self.operands().into_iter().for_each(|operand| operand.paths(found));
    }

    /// Adds every path that has to lead to a value: not those with a default, nor what `has` asks
    /// for.
    pub(super) fn needed_paths(&self, found: &mut Vec<Path>) {
        match self {
            Self::Path(path) => found.push(path.clone()),
            Self::Binary(Binary::Default, _, default) => default.needed_paths(found),
            Self::Has(_) => {}
            other => other.operands().into_iter().for_each(|operand| operand.needed_paths(found)),
        }
    }

    /// The expressions right below this one.
    fn operands(&self) -> Vec<&Self> {
        match self {
            Self::Path(_) | Self::Literal(_) | Self::Local(_) => vec![],
            Self::Part(a, _) | Self::Not(a) | Self::Negative(a) | Self::Has(a) => vec![a.as_ref()],
            Self::Binary(_, a, b) => vec![a.as_ref(), b.as_ref()],
            Self::Choose(parts) => parts.iter().collect(),
            Self::Each(_, parts) => parts.iter().collect(),
            Self::List(items) | Self::Call(_, items) => items.iter().collect(),
        }
    }
}
