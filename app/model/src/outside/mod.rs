//! JSON from outside, as serde reads it but for two habits of serde's: an object is not written as
//! a list of its fields in order, and a whole number may have a fraction of zero, as many programs
//! write it.

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};

/// Whole numbers up to 2^53 are exact as a double.
const MOST_EXACT: f64 = 9_007_199_254_740_992.0;

/// Wraps a deserializer of JSON from outside: give it to `T::deserialize`.
#[derive(Debug)]
pub struct Outside<D>(pub D);

/// The kind of value that the target type asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wants {
    Integer,
    Object,
    Other,
}

/// A part of an [`Outside`]: a seed, a sequence, a map, an enum or a variant.
struct Inner<T>(T);

/// Passes values on to the visitor of the target type.
struct Reader<V> {
    visitor: V,
    wants: Wants,
}

macro_rules! forward {
    ($wants:ident: $($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method(Reader { visitor, wants: Wants::$wants })
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Outside<D> {
    type Error = D::Error;

    forward! { Integer:
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }
    forward! { Other:
        deserialize_any deserialize_bool deserialize_f32 deserialize_f64 deserialize_char
        deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
        deserialize_option deserialize_unit deserialize_seq deserialize_map
        deserialize_identifier deserialize_ignored_any
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_struct(name, fields, Reader { visitor, wants: Wants::Object })
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_unit_struct(name, Reader { visitor, wants: Wants::Other })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_newtype_struct(name, Reader { visitor, wants: Wants::Other })
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple(len, Reader { visitor, wants: Wants::Other })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple_struct(name, len, Reader { visitor, wants: Wants::Other })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_enum(name, variants, Reader { visitor, wants: Wants::Other })
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

macro_rules! take {
    ($($method:ident($kind:ty))*) => {$(
        fn $method<E: Error>(self, value: $kind) -> Result<V::Value, E> {
            self.visitor.$method(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Reader<V> {
    type Value = V::Value;

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(words)
    }

    take! {
        visit_bool(bool) visit_i64(i64) visit_i128(i128) visit_u64(u64) visit_u128(u128)
        visit_str(&str) visit_borrowed_str(&'de str) visit_string(String)
        visit_bytes(&[u8]) visit_borrowed_bytes(&'de [u8]) visit_byte_buf(Vec<u8>)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<V::Value, E> {
        let is_whole = number.fract() == 0.0 && number.abs() <= MOST_EXACT;
        if self.wants == Wants::Integer && is_whole {
            #[expect(clippy::cast_possible_truncation, reason = "whole and exact")]
            return self.visitor.visit_i64(number as i64);
        }
        self.visitor.visit_f64(number)
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, some: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_some(Outside(some))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_newtype_struct(Outside(inner))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<V::Value, A::Error> {
        if self.wants == Wants::Object {
            return Err(A::Error::invalid_type(Unexpected::Seq, &self.visitor));
        }
        self.visitor.visit_seq(Inner(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(Inner(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, choice: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_enum(Inner(choice))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Inner<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Outside(from))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Inner<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(Inner(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Inner<A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Inner(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: EnumAccess<'de>> EnumAccess<'de> for Inner<A> {
    type Error = A::Error;
    type Variant = Inner<A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), A::Error> {
        let (name, rest) = self.0.variant_seed(seed)?;
        Ok((name, Inner(rest)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Inner<A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.0.unit_variant()
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        self.0.newtype_variant_seed(Inner(seed))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.0.tuple_variant(len, Reader { visitor, wants: Wants::Other })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.0.struct_variant(fields, Reader { visitor, wants: Wants::Object })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Outer {
        number: u32,
        inner: Option<Vec<Part>>,
        any: Value,
        choice: Option<Choice>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Part {
        at: i64,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    enum Choice {
        One { at: i64 },
    }

    fn read(value: Value) -> Result<Outer, String> {
        Outer::deserialize(Outside(value)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_whole_number_may_be_written_with_a_fraction_of_zero() {
        let read = read(json!({
            "number": 1144.0, "inner": [{ "at": -3.0 }], "any": 2.0, "choice": { "One": { "at": 4.0 } }
        }));

        let read = read.unwrap();
        assert_eq!((read.number, read.inner), (1144, Some(vec![Part { at: -3 }])));
        assert_eq!((read.any, read.choice), (json!(2.0), Some(Choice::One { at: 4 })));
        for wrong in [1144.5, -1.0, 1e10, 1e300] {
            assert!(self::read(json!({ "number": wrong, "any": 1 })).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_list_is_no_object_however_deep_it_lies() {
        let lists = [
            json!([1, null, 2, null]),
            json!({ "number": 1, "any": 1, "inner": [[3]] }),
            json!({ "number": 1, "any": 1, "choice": { "One": [3] } }),
        ];
        for list in lists {
            let why = read(list.clone()).unwrap_err();
            assert!(why.starts_with("invalid type: sequence, expected struct"), "{list}: {why}");
        }
    }
}
