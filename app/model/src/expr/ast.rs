//! What a parsed expression is made of.

use serde_json::Value;

use super::path::{Path, Segment};

/// An expression; its height is bounded when it is parsed.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A value written out.
    Literal(Value),
    /// A list written out: `[a, b]`.
    List(Vec<Expr>),
    /// A reference into the scope.
    Path(Path),
    /// The name that a `map`, `filter`, `exists` or `all` gives to its item, as a number counted
    /// from the outermost.
    Local(usize),
    /// A part of the value of another expression: `f(x).name`.
    Part(Box<Expr>, Segment),
    /// Whether the operand counts as false: `!a`.
    Not(Box<Expr>),
    /// The negated number: `-a`.
    Negative(Box<Expr>),
    /// An operator with its left and right operand: `a + b`.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// Condition, value if it holds, value if not: `a ? b : c`.
    Choose(Box<[Expr; 3]>),
    /// Whether the path leads to a value: `has(path)`.
    Has(Box<Expr>),
    /// A function over values.
    Call(Function, Vec<Expr>),
    /// A function over each item of a list: the list and the body.
    Each(Each, Box<[Expr; 2]>),
}

/// An operator with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binary {
    /// `a ?? b`: `b` where `a` is missing or null.
    Default,
    /// `a || b`: whether one of them counts as true.
    Or,
    /// `a && b`: whether both count as true.
    And,
    /// `a == b`: equal as values, numbers by their amount.
    Equal,
    /// `a != b`: not equal as values.
    Unequal,
    /// `a < b`: of two numbers or two texts.
    Less,
    /// `a <= b`: of two numbers or two texts.
    LessOrEqual,
    /// `a > b`: of two numbers or two texts.
    Greater,
    /// `a >= b`: of two numbers or two texts.
    GreaterOrEqual,
    /// `a in b`: whether the text, list or object `b` contains `a`.
    In,
    /// `a + b`: the sum of numbers, or texts and lists joined.
    Add,
    /// `a - b`: the difference of two numbers.
    Subtract,
    /// `a * b`: the product of two numbers.
    Multiply,
    /// `a / b`: the quotient of two numbers; dividing by zero is an error.
    Divide,
    /// `a % b`: the remainder of a division.
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
    /// The parts of a text between another.
    Split,
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
