//! What a parsed expression is made of.

use serde_json::Value;

use super::path::{Path, Segment};

/// An expression; its height is bounded when it is parsed.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A value written out.
    Literal(Value),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// A reference into the scope.
    Path(Path),
    /// The name a `map`, `filter`, `exists` or `all` gives to its item, counted from the outermost.
    Local(usize),
    /// A part of what another expression gives.
    Part(Box<Expr>, Segment),
    /// `!a`.
    Not(Box<Expr>),
    /// `-a`.
    Negative(Box<Expr>),
    /// Two operands.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `a ? b : c`.
    Choose(Box<[Expr; 3]>),
    /// `has(path)`.
    Has(Box<Expr>),
    /// A function over values.
    Call(Function, Vec<Expr>),
    /// A function over each item of a list: the list and the body.
    Each(Each, Box<[Expr; 2]>),
}

/// An operator with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binary {
    /// `??`
    Default,
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `in`
    In,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

/// Operators, weakest binding first; those of one row bind alike, from the left.
pub const OPERATORS: &[&[(&str, Binary)]] = &[
    &[("??", Binary::Default)],
    &[("||", Binary::Or)],
    &[("&&", Binary::And)],
    &[
        ("==", Binary::Equal),
        ("!=", Binary::Unequal),
        ("<", Binary::Less),
        ("<=", Binary::LessOrEqual),
        (">", Binary::Greater),
        (">=", Binary::GreaterOrEqual),
        ("in", Binary::In),
    ],
    &[("+", Binary::Add), ("-", Binary::Subtract)],
    &[("*", Binary::Multiply), ("/", Binary::Divide), ("%", Binary::Remainder)],
];

impl Binary {
    /// The operator as written.
    pub fn mark(self) -> &'static str {
        let all = OPERATORS.iter().flat_map(|row| row.iter());
        all.into_iter().find(|(_, operator)| *operator == self).map_or("", |(mark, _)| mark)
    }
}

/// A function over values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// Characters of a text, items of a list, keys of an object.
    Size,
    /// Is the text, item or key in it?
    Contains,
    /// Does the text start with the other?
    StartsWith,
    /// Does the text end with the other?
    EndsWith,
}

/// A function over each item of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// The list of results.
    Map,
    /// The items for which it holds.
    Filter,
    /// Does it hold for one?
    Exists,
    /// Does it hold for all?
    All,
}
