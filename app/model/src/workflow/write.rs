//! The canonical text: indented, whole numbers without a fraction, so that Git shows only changes.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

/// The value as canonical JSON with a final line break.
pub(super) fn canonical(value: &impl Serialize) -> String {
    let mut bytes = vec![];
    let mut serializer = Serializer::with_formatter(&mut bytes, Plain(PrettyFormatter::new()));
    // Writing to memory cannot fail, and every key of the format is a text.
    if value.serialize(&mut serializer).is_err() {
        bytes.clear();
    }
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}

/// As [`PrettyFormatter`], but 16 instead of 16.0: an editor in a browser writes it so.
struct Plain(PrettyFormatter<'static>);

type Written = io::Result<()>;

impl Formatter for Plain {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> Written {
        if value.fract() == 0.0 && value.abs() < 1e15 {
            return write!(writer, "{}", value + 0.0);
        }
        self.0.write_f64(writer, value)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> Written {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> Written {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Written {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Written {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Written {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Written {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Written {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Written {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Written {
        self.0.end_object_value(writer)
    }
}
