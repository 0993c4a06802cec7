//! Extracts lines of text from the text operators of a page (ISO 32000-1, 9.4).

use lopdf::{Encoding, Object, content::Operation};

use super::widths::Widths;

/// A gap between letters, in thousandths of their size, that is a space.
const GAP: f32 = 180.0;
/// Letters drawn as one sign, and which they are.
const LIGATURES: [(char, &str); 7] = [
    ('\u{fb00}', "ff"),
    ('\u{fb01}', "fi"),
    ('\u{fb02}', "fl"),
    ('\u{fb03}', "ffi"),
    ('\u{fb04}', "ffl"),
    ('\u{fb05}', "st"),
    ('\u{fb06}', "st"),
];

/// A font in use: which letters its signs are, and how wide.
pub(super) struct Font<'a> {
    pub(super) encoding: Encoding<'a>,
    pub(super) widths: Option<Widths>,
}

/// The text shown so far and where the next letters go, in the page's units as far as text operations
/// tell.
#[derive(Default)]
pub(super) struct Shown {
    /// The name of the font in use.
    pub(super) font: Option<Vec<u8>>,
    text: String,
    chars: usize,
    height: f32,
    /// The height of the letters shown last.
    shown_at: Option<f32>,
    /// Where the line began, and how far along it the pen is: nobody knows after letters of unknown
    /// width.
    begin: f32,
    pen: Option<f32>,
    /// Where the letters shown last ended, if the pen was put elsewhere since.
    left: Option<Option<f32>>,
    /// The page's units in one of the text's, up and along the line.
    scale: f32,
    along: f32,
    size: f32,
    leading: f32,
    /// Extra space after each character, and after each space (operators `Tc` and `Tw`).
    apart: f32,
    words_apart: f32,
}

impl Shown {
    /// Follows one operation; letters are read with the font in use.
    pub(super) fn take(&mut self, operation: &Operation, font: Option<&Font<'_>>) {
        let operands = &operation.operands;
        let number = |at: usize| operands.get(at).and_then(|n| n.as_float().ok()).unwrap_or(0.0);
        match operation.operator.as_str() {
            "BT" => self.set_text_matrix(0.0, 0.0, 1.0, 1.0),
            "Tm" => self.set_text_matrix(number(4), number(5), number(0), number(3)),
            "Tf" => self.size = number(1),
            "Tc" => self.apart = number(0),
            "Tw" => self.words_apart = number(0),
            "TL" => self.leading = number(0),
            "Td" => self.move_line(number(0), number(1)),
            "TD" => {
                self.leading = -number(1);
                self.move_line(number(0), number(1));
            }
            "T*" => self.next_line(),
            "Tj" | "TJ" => self.show(operands, font),
            "'" | "\"" => {
                self.next_line();
                self.show(operands.last().map_or(&[], std::slice::from_ref), font);
            }
            // The transformation matrix is not tracked: the pen may be anywhere now.
            "Q" | "cm" => self.left = Some(None),
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

    /// Starts a text object or sets its matrix (operators `BT` and `Tm`): where letters go next,
    /// and their scale along and across the line. A scale of 0 counts as 1.
    fn set_text_matrix(&mut self, x: f32, y: f32, along: f32, scale: f32) {
        let unless_none = |scale: f32| if scale == 0.0 { 1.0 } else { scale };
        (self.along, self.scale) = (unless_none(along), unless_none(scale));
        self.start_line(x, y);
    }

    /// Starts a line at an offset from the start of the present one (operator `Td`), in units of
    /// the text's own scale.
    fn move_line(&mut self, right: f32, up: f32) {
        self.start_line(self.begin + right * self.along, self.height + up * self.scale);
    }

    /// Starts a line here, in the page's units, and remembers where the letters shown last ended.
    fn start_line(&mut self, x: f32, y: f32) {
        self.left.get_or_insert(self.pen);
        (self.begin, self.pen, self.height) = (x, Some(x), y);
    }

    fn next_line(&mut self) {
        self.move_line(0.0, if self.leading == 0.0 { -1.0 } else { -self.leading });
    }

    fn show(&mut self, operands: &[Object], font: Option<&Font<'_>>) {
        let Some(font) = font else { return };
        for operand in operands {
            match operand {
                Object::String(bytes, _) => self.write(bytes, font),
                Object::Array(parts) => {
                    for part in parts {
                        match (part, part.as_float()) {
                            (Object::String(bytes, _), _) => self.write(bytes, font),
                            (_, Ok(back)) => self.step(-back),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Moves the pen along, by thousandths of the letters' size.
    fn step(&mut self, by: f32) {
        self.pen = self.pen.map(|pen| pen + by / 1000.0 * self.size * self.along);
        if by > GAP {
            self.space();
        }
    }

    fn write(&mut self, bytes: &[u8], font: &Font<'_>) {
        let begin = self.pen;
        self.advance(bytes, font);
        let letters = letters(bytes, font);
        if letters.is_empty() {
            return;
        }
        let before = self.left.take();
        let is_same_line = self.shown_at.is_some_and(|at| (at - self.height).abs() < 0.5);
        if self.shown_at.is_some() && !is_same_line {
            self.text.push('\n');
        } else if before.is_some_and(|before| self.is_apart(before, begin)) {
            self.space();
        }
        self.shown_at = Some(self.height);
        self.chars += letters.chars().count();
        self.text.push_str(&letters);
    }

    /// Moves the pen past some letters; unknown where the font has no widths.
    fn advance(&mut self, bytes: &[u8], font: &Font<'_>) {
        let wide = font.widths.as_ref().map(|widths| {
            let (width, signs) = widths.advance(bytes);
            let spaces = bytes.iter().filter(|byte| **byte == b' ').count();
            width / 1000.0 * self.size
                + signs as f32 * self.apart
                + spaces as f32 * self.words_apart
        });
        self.pen = self.pen.zip(wide).map(|(pen, wide)| pen + wide * self.along);
    }

    /// Whether letters that ended at one place and letters that begin at another are two words: less
    /// than a space between them only brings them nearer to each other.
    fn is_apart(&self, ended: Option<f32>, begins: Option<f32>) -> bool {
        let letter = (self.size * self.along).abs();
        ended.zip(begins).is_none_or(|(ended, begins)| {
            let gap = (begins - ended) * self.along.signum();
            gap > GAP / 1000.0 * letter || gap < -letter
        })
    }

    fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(char::is_whitespace) {
            self.text.push(' ');
        }
    }
}

/// The letters that signs are, without what a text cannot hold.
fn letters(signs: &[u8], font: &Font<'_>) -> String {
    let mut read = String::new();
    if font.encoding.write_to_string(signs, &mut read).is_err() {
        return String::new();
    }
    let mut letters = String::with_capacity(read.len());
    for letter in read.chars().filter(|c| !c.is_control()) {
        match LIGATURES.iter().find(|(sign, _)| *sign == letter) {
            Some((_, meant)) => letters.push_str(meant),
            None => letters.push(letter),
        }
    }
    letters
}
