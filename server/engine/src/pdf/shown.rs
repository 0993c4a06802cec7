//! What a page shows: its operations turned into lines of text.

use lopdf::{Encoding, Object, content::Operation};

/// A gap between letters, in thousandths of their size, that is a space.
const GAP: f32 = -180.0;

/// The text shown so far and where the next letters go.
#[derive(Default)]
pub(super) struct Shown {
    /// The name of the font in use.
    pub(super) font: Option<Vec<u8>>,
    text: String,
    chars: usize,
    /// How high the pen is, in the page's units as far as text operations tell.
    height: f32,
    /// The height of the letters shown last.
    shown_at: Option<f32>,
    has_moved: bool,
    /// The page's units in one of the text's.
    scale: f32,
    leading: f32,
}

impl Shown {
    /// Follows one operation; letters are read with the encoding of the font in use.
    pub(super) fn take(&mut self, operation: &Operation, encoding: Option<&Encoding<'_>>) {
        let operands = &operation.operands;
        let number = |at: usize| operands.get(at).and_then(|n| n.as_float().ok()).unwrap_or(0.0);
        match operation.operator.as_str() {
            "BT" => self.put((0.0, 1.0)),
            "Tm" => self.put((number(5), number(3))),
            "TL" => self.leading = number(0),
            "Td" => self.go(number(1)),
            "TD" => {
                self.leading = -number(1);
                self.go(number(1));
            }
            "T*" => self.next_line(),
            "Tj" | "TJ" => self.show(operands, encoding),
            "'" | "\"" => {
                self.next_line();
                self.show(operands.last().map_or(&[], std::slice::from_ref), encoding);
            }
            "Q" => self.has_moved = true,
            _ => {}
        }
    }

    /// Characters so far.
    pub(super) fn chars(&self) -> usize {
        self.chars
    }

    /// The lines, without what a text cannot hold.
    pub(super) fn into_text(self) -> String {
        let lines = self.text.lines().map(str::trim_end).collect::<Vec<_>>();
        lines.join("\n").trim().to_owned()
    }

    fn put(&mut self, (height, scale): (f32, f32)) {
        self.scale = if scale == 0.0 { 1.0 } else { scale };
        self.height = height;
        self.has_moved = true;
    }

    fn go(&mut self, up: f32) {
        self.height += up * self.scale;
        self.has_moved = true;
    }

    fn next_line(&mut self) {
        self.go(if self.leading == 0.0 { -1.0 } else { -self.leading });
    }

    fn show(&mut self, operands: &[Object], encoding: Option<&Encoding<'_>>) {
        let Some(encoding) = encoding else { return };
        for operand in operands {
            match operand {
                Object::String(bytes, _) => self.write(bytes, encoding),
                Object::Array(parts) => {
                    for part in parts {
                        match part {
                            Object::String(bytes, _) => self.write(bytes, encoding),
                            gap if gap.as_float().is_ok_and(|gap| gap < GAP) => self.space(),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn write(&mut self, bytes: &[u8], encoding: &Encoding<'_>) {
        let mut letters = String::new();
        if encoding.write_to_string(bytes, &mut letters).is_err() {
            return;
        }
        let letters = letters.replace(|c: char| c.is_control(), "");
        if letters.is_empty() {
            return;
        }
        let is_same_line = self.shown_at.is_some_and(|at| (at - self.height).abs() < 0.5);
        if self.shown_at.is_some() && !is_same_line {
            self.text.push('\n');
        } else if self.has_moved {
            self.space();
        }
        (self.shown_at, self.has_moved) = (Some(self.height), false);
        self.chars += letters.chars().count();
        self.text.push_str(&letters);
    }

    fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(char::is_whitespace) {
            self.text.push(' ');
        }
    }
}
