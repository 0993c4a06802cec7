//! Tokens to an expression of bounded height.

use serde_json::Value;

use super::{
    ExprError, RESERVED,
    ast::{Binary, Expr, OPERATORS},
    functions,
    lex::{Placed, Token},
    limit,
    path::{Path, Segment},
};
use crate::text::nearest::nearest;

/// Reads one whole expression; `end` is where its source ends.
pub(super) fn parse(tokens: &[Placed], end: usize) -> Result<Expr, ExprError> {
    let mut parser = Parser { tokens, next: 0, end, depth: 0, locals: vec![] };
    let tree = parser.choose()?;
    match parser.peek() {
        None => Ok(tree.expr),
        Some(token) => Err(parser.unexpected(token, "the end")),
    }
}

/// An expression and how many levels it has.
struct Tree {
    expr: Expr,
    height: usize,
}

struct Parser<'a> {
    tokens: &'a [Placed],
    next: usize,
    end: usize,
    depth: usize,
    locals: Vec<String>,
}

type Parsed = Result<Tree, ExprError>;

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.next).map(|placed| &placed.token)
    }

    fn position(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |placed| placed.at)
    }

    fn take(&mut self) -> Option<&'a Token> {
        let token = self.peek();
        self.next += 1;
        token
    }

    fn sees(&self, mark: &str) -> bool {
        matches!(self.peek(), Some(Token::Mark(found)) if *found == mark)
    }

    fn accept(&mut self, mark: &str) -> bool {
        let seen = self.sees(mark);
        self.next += usize::from(seen);
        seen
    }

    fn expect(&mut self, mark: &str) -> Result<(), ExprError> {
        if self.accept(mark) {
            return Ok(());
        }
        Err(match self.peek() {
            Some(token) => self.unexpected(token, mark),
            None => ExprError::syntax(
                format!("Expected {mark}, but the expression ends here"),
                self.end,
            ),
        })
    }

    fn unexpected(&self, token: &Token, expected: &str) -> ExprError {
        let found = match token {
            Token::Name(name) => name.clone(),
            Token::Integer(number) => number.to_string(),
            Token::Decimal(number) => number.to_string(),
            Token::Text(text) => format!("{text:?}"),
            Token::Mark(mark) => (*mark).to_owned(),
        };
        ExprError::syntax(format!("Expected {expected}, but found {found}"), self.position())
    }

    fn tree(expr: Expr, below: usize) -> Parsed {
        let height = below + 1;
        if height > limit::DEPTH {
            return Err(ExprError::TooDeep { limit: limit::DEPTH });
        }
        Ok(Tree { expr, height })
    }

    /// Runs a rule one level down: what nests without end is refused before the stack is.
    fn nested(&mut self, rule: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        self.depth += 1;
        if self.depth > limit::DEPTH {
            return Err(ExprError::TooDeep { limit: limit::DEPTH });
        }
        let tree = rule(self);
        self.depth -= 1;
        tree
    }

    fn choose(&mut self) -> Parsed {
        self.nested(|parser| {
            let condition = parser.binary(0)?;
            if !parser.accept("?") {
                return Ok(condition);
            }
            let yes = parser.choose()?;
            parser.expect(":")?;
            let no = parser.choose()?;
            let below = condition.height.max(yes.height).max(no.height);
            Self::tree(Expr::Choose(Box::new([condition.expr, yes.expr, no.expr])), below)
        })
    }

    fn operator(&mut self, row: &[(&str, Binary)]) -> Option<Binary> {
        let written = match self.peek()? {
            Token::Mark(mark) => mark,
            Token::Name(name) => name.as_str(),
            _ => return None,
        };
        let found = row.iter().find(|(mark, _)| *mark == written)?;
        self.next += 1;
        Some(found.1)
    }

    fn binary(&mut self, row: usize) -> Parsed {
        let Some(operators) = OPERATORS.get(row) else { return self.unary() };
        let mut left = self.binary(row + 1)?;
        while let Some(operator) = self.operator(operators) {
            let right = self.binary(row + 1)?;
            let below = left.height.max(right.height);
            let expr = Expr::Binary(operator, Box::new(left.expr), Box::new(right.expr));
            left = Self::tree(expr, below)?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed {
        let wrap = match self.peek() {
            Some(Token::Mark("!")) => Expr::Not,
            Some(Token::Mark("-")) => Expr::Negative,
            _ => return self.postfix(),
        };
        self.next += 1;
        let operand = self.nested(Self::unary)?;
        Self::tree(wrap(Box::new(operand.expr)), operand.height)
    }

    fn postfix(&mut self) -> Parsed {
        let mut tree = self.primary()?;
        loop {
            let segment = if self.accept(".") {
                let name = self.name()?;
                if self.sees("(") {
                    tree = self.method(tree, name)?;
                    continue;
                }
                Segment::Key(name)
            } else if self.accept("[") {
                self.bracket()?
            } else {
                return Ok(tree);
            };
            tree = match tree.expr {
                Expr::Path(mut path) => {
                    path.push(segment);
                    Tree { expr: Expr::Path(path), height: tree.height }
                }
                other => Self::tree(Expr::Part(Box::new(other), segment), tree.height)?,
            };
        }
    }

    fn name(&mut self) -> Result<String, ExprError> {
        match self.peek() {
            Some(Token::Name(name)) => {
                self.next += 1;
                Ok(name.clone())
            }
            Some(token) => Err(self.unexpected(token, "a name")),
            None => {
                Err(ExprError::syntax("Expected a name, but the expression ends here", self.end))
            }
        }
    }

    fn bracket(&mut self) -> Result<Segment, ExprError> {
        let segment = match self.peek() {
            Some(Token::Integer(place)) => Segment::Place(*place),
            Some(Token::Text(name)) => Segment::Key(name.clone()),
            Some(Token::Name(name)) if name == "index" => Segment::Index,
            Some(Token::Name(name)) if name == "item" => Segment::Item,
            Some(token) => {
                return Err(self.unexpected(token, "a number, a quoted name, index or item"));
            }
            None => return Err(ExprError::syntax("This [ isn't closed", self.end)),
        };
        self.next += 1;
        self.expect("]")?;
        Ok(segment)
    }

    fn primary(&mut self) -> Parsed {
        let at = self.position();
        let literal = |value: Value| Self::tree(Expr::Literal(value), 0);
        match self.take() {
            Some(Token::Integer(number)) => literal((*number).into()),
            Some(Token::Decimal(number)) => literal((*number).into()),
            Some(Token::Text(text)) => literal(text.as_str().into()),
            Some(Token::Mark("(")) => self.group(")"),
            Some(Token::Mark("${")) => self.group("}"),
            Some(Token::Mark("[")) => self.list(),
            Some(Token::Name(name)) => self.word(name, at),
            Some(token) => {
                self.next -= 1;
                Err(self.unexpected(token, "a value"))
            }
            None => {
                Err(ExprError::syntax("Expected a value, but the expression ends here", self.end))
            }
        }
    }

    fn group(&mut self, close: &str) -> Parsed {
        let tree = self.choose()?;
        self.expect(close)?;
        Ok(tree)
    }

    fn list(&mut self) -> Parsed {
        let (items, below) = self.items("]")?;
        Self::tree(Expr::List(items), below)
    }

    /// Expressions between commas up to the closing mark, and the height of the highest.
    fn items(&mut self, close: &str) -> Result<(Vec<Expr>, usize), ExprError> {
        let (mut items, mut below) = (vec![], 0);
        if self.accept(close) {
            return Ok((items, below));
        }
        loop {
            let item = self.choose()?;
            below = below.max(item.height);
            items.push(item.expr);
            if self.accept(close) {
                return Ok((items, below));
            }
            self.expect(",")?;
        }
    }

    fn word(&mut self, name: &str, at: usize) -> Parsed {
        if self.sees("(") {
            return self.function(name, at);
        }
        match name {
            "true" => Self::tree(Expr::Literal(true.into()), 0),
            "false" => Self::tree(Expr::Literal(false.into()), 0),
            "null" => Self::tree(Expr::Literal(Value::Null), 0),
            "new" => self.date(at),
            _ => match self.locals.iter().rposition(|local| local == name) {
                Some(place) => Self::tree(Expr::Local(place), 0),
                None => Self::tree(Expr::Path(Path::root(name)), 0),
            },
        }
    }

    /// `new Date().toISOString()`, which imported files use for the present instant.
    fn date(&mut self, at: usize) -> Parsed {
        let written = [
            Token::Name("Date".into()),
            Token::Mark("("),
            Token::Mark(")"),
            Token::Mark("."),
            Token::Name("toISOString".into()),
            Token::Mark("("),
            Token::Mark(")"),
        ];
        if written.iter().all(|token| self.take() == Some(token)) {
            return Self::tree(Expr::Path(Path::root("now")), 0);
        }
        Err(ExprError::syntax("Only `new Date().toISOString()` is supported. Use now", at))
    }

    fn function(&mut self, name: &str, at: usize) -> Parsed {
        self.next += 1;
        let (mut operands, below) = self.items(")")?;
        match (name, operands.len()) {
            ("has", 1) => {
                let path = operands.remove(0);
                Self::tree(Expr::Has(Box::new(path)), below)
            }
            ("has", _) => Err(ExprError::syntax("has() takes one path", at)),
            _ => Self::call(name, operands, below, at),
        }
    }

    fn method(&mut self, on: Tree, name: String) -> Parsed {
        let at = self.position();
        self.next += 1;
        if let Some((_, each)) = functions::EACH.iter().find(|(each, _)| *each == name) {
            let local = self.name()?;
            if RESERVED.contains(&local.as_str()) {
                let message = format!("{local} is reserved. Use another name");
                return Err(ExprError::syntax(message, at));
            }
            self.expect(",")?;
            self.locals.push(local);
            let body = self.choose()?;
            self.locals.pop();
            self.expect(")")?;
            let below = on.height.max(body.height);
            return Self::tree(Expr::Each(*each, Box::new([on.expr, body.expr])), below);
        }
        let (mut operands, below) = self.items(")")?;
        operands.insert(0, on.expr);
        Self::call(&name, operands, below.max(on.height), at)
    }

    fn call(name: &str, operands: Vec<Expr>, below: usize, at: usize) -> Parsed {
        let known = functions::FUNCTIONS.iter().find(|(function, ..)| *function == name);
        let Some((_, function, count)) = known else {
            let hint = nearest(name, functions::names())
                .map_or_else(String::new, |near| format!("; did you mean {near}?"));
            return Err(ExprError::syntax(format!("There is no function {name}(){hint}"), at));
        };
        if operands.len() != *count {
            let message = format!("{name}() takes {count} values, but got {}", operands.len());
            return Err(ExprError::syntax(message, at));
        }
        Self::tree(Expr::Call(*function, operands), below)
    }
}
