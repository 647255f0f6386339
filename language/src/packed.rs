//! The compact form of compiled rules: a format of serde in which every text stands once.
//!
//! Rules say the same words over and over: names of members, programs, frameworks. Compression alone does not see them,
//! for a window of 32 kB holds a tenth of the rules; so the words come first, the most frequent ones before the others, and
//! the rest names them by number from 1; 0 is the next of those that stand once. The browser downloads a quarter less of
//! rules than with a format that writes each text out.
//!
//! Whole numbers are LEB128, signed ones zigzag before; a sequence begins with its length, an option with 0 or 1, a variant
//! with its number. The form does not describe itself: only the version that wrote it can read it.

use std::collections::HashMap;
use std::fmt;

use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};
use serde::ser::{self, Serialize};

/// What could not be written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PackError;

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not in the compact form")
    }
}

impl std::error::Error for PackError {}

impl ser::Error for PackError {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl de::Error for PackError {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

type Result<T> = std::result::Result<T, PackError>;

/// The compact form of `value`.
pub(crate) fn pack(value: &impl Serialize) -> Result<Vec<u8>> {
    let mut counter = Packer::default();
    value.serialize(&mut counter)?;
    let mut words: Vec<(String, Word)> = counter.words.into_iter().collect();
    // Those that stand once stay in the order in which they are asked for, beside the texts that are like them.
    words.sort_by_key(|(_, word)| (std::cmp::Reverse(word.count), word.number));
    let shared = words.partition_point(|(_, word)| word.count > 1);
    let mut out = Vec::new();
    push_number(&mut out, words.len() as u64);
    push_number(&mut out, shared as u64);
    for (word, _) in &words {
        push_number(&mut out, word.len() as u64);
        out.extend_from_slice(word.as_bytes());
    }
    let numbers = words.into_iter().zip(1..).map(|((text, word), number)| (text, Word { number, ..word })).collect();
    let mut packer = Packer { out, words: numbers, counted: true, lone: 0 };
    value.serialize(&mut packer)?;
    Ok(packer.out)
}

/// The name by which the form knows an [`Apart`].
const APART: &str = "Apart";

/// A part that need not be read: before it stand its length and how many of the words that stand once it takes.
pub(crate) struct Apart<T>(pub(crate) T);

impl<T: Serialize> Serialize for Apart<T> {
    fn serialize<S: ser::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(APART, &self.0)
    }
}

/// The value whose compact form `bytes` is.
pub(crate) fn unpack<'de, T: de::Deserialize<'de>>(bytes: &'de [u8]) -> Result<T> {
    let mut unpacker = Unpacker::new(bytes)?;
    let value = unpacker.value()?;
    unpacker.end()?;
    Ok(value)
}

fn push_number(out: &mut Vec<u8>, number: u64) {
    let mut left = number;
    while left >= 0x80 {
        out.push(left as u8 | 0x80);
        left >>= 7;
    }
    out.push(left as u8);
}

/// Writes a value; before the words are counted, it counts them.
#[derive(Default)]
struct Packer {
    out: Vec<u8>,
    words: HashMap<String, Word>,
    counted: bool,
    /// How many of the words that stand once were written.
    lone: u64,
}

/// A text of the value: its place among them and how often it stands there.
#[derive(Clone, Copy)]
struct Word {
    number: u64,
    count: u64,
}

impl Packer {
    fn length(&mut self, length: Option<usize>) -> Result<&mut Self> {
        push_number(&mut self.out, length.ok_or(PackError)? as u64);
        Ok(self)
    }

    fn variant(&mut self, number: u32) -> &mut Self {
        push_number(&mut self.out, u64::from(number));
        self
    }
}

/// Methods that write a number of some type.
macro_rules! write_numbers {
    ($($method:ident: $type:ty,)+) => {
        $(fn $method(self, value: $type) -> Result<()> {
            push_number(&mut self.out, u64::from(value));
            Ok(())
        })+
    };
}

/// Methods for what rules do not hold.
macro_rules! refuse_writing {
    ($($method:ident: $type:ty,)+) => {
        $(fn $method(self, _: $type) -> Result<()> {
            Err(PackError)
        })+
    };
}

impl ser::Serializer for &mut Packer {
    type Ok = ();
    type Error = PackError;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = ser::Impossible<(), PackError>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    write_numbers! {
        serialize_bool: bool,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
    }

    refuse_writing! {
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_f32: f32,
        serialize_char: char,
        serialize_bytes: &[u8],
        serialize_unit_struct: &'static str,
    }

    fn serialize_i64(self, value: i64) -> Result<()> {
        push_number(&mut self.out, (value << 1 ^ value >> 63) as u64);
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result<()> {
        self.out.extend_from_slice(&value.to_le_bytes());
        Ok(())
    }

    fn serialize_str(self, word: &str) -> Result<()> {
        if self.counted {
            let word = self.words.get(word).ok_or(PackError)?;
            self.lone += u64::from(word.count == 1);
            push_number(&mut self.out, if word.count > 1 { word.number } else { 0 });
        } else {
            let number = self.words.len() as u64;
            self.words.entry(word.to_owned()).or_insert(Word { number, count: 0 }).count += 1;
        }
        Ok(())
    }

    fn serialize_none(self) -> Result<()> {
        self.serialize_bool(false)
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<()> {
        self.serialize_bool(true)?;
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<()> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, number: u32, _: &'static str) -> Result<()> {
        self.serialize_u32(number)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, name: &'static str, value: &T) -> Result<()> {
        if name != APART {
            return value.serialize(self);
        }
        let (before, lone) = (std::mem::take(&mut self.out), std::mem::take(&mut self.lone));
        value.serialize(&mut *self)?;
        let part = std::mem::replace(&mut self.out, before);
        push_number(&mut self.out, part.len() as u64);
        push_number(&mut self.out, self.lone);
        self.out.extend(part);
        self.lone += lone;
        Ok(())
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
        value: &T,
    ) -> Result<()> {
        value.serialize(self.variant(number))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self> {
        self.length(length)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self> {
        Ok(self)
    }

    fn serialize_tuple_variant(self, _: &'static str, number: u32, _: &'static str, _: usize) -> Result<Self> {
        Ok(self.variant(number))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap> {
        Err(PackError)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self> {
        Ok(self)
    }

    fn serialize_struct_variant(self, _: &'static str, number: u32, _: &'static str, _: usize) -> Result<Self> {
        Ok(self.variant(number))
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// The parts of what is written one after the other.
macro_rules! write_parts {
    ($($trait:ident $method:ident($($key:ty)?);)+) => {
        $(impl ser::$trait for &mut Packer {
            type Ok = ();
            type Error = PackError;

            fn $method<T: ?Sized + Serialize>(&mut self, $(_: $key,)? value: &T) -> Result<()> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<()> {
                Ok(())
            }
        })+
    };
}

write_parts! {
    SerializeSeq serialize_element();
    SerializeTuple serialize_element();
    SerializeTupleStruct serialize_field();
    SerializeTupleVariant serialize_field();
    SerializeStruct serialize_field(&'static str);
    SerializeStructVariant serialize_field(&'static str);
}

/// Reads a value.
pub(crate) struct Unpacker<'de> {
    rest: &'de [u8],
    words: Vec<&'de str>,
    /// The first word that stands once and was not asked for.
    next: usize,
}

impl<'de> Unpacker<'de> {
    /// Reads the words.
    pub(crate) fn new(bytes: &'de [u8]) -> Result<Self> {
        let mut this = Self { rest: bytes, words: Vec::new(), next: 0 };
        let count = this.number()?;
        this.next = this.length()?;
        for _ in 0..count {
            let length = this.length()?;
            let (word, rest) = this.rest.split_at_checked(length).ok_or(PackError)?;
            this.rest = rest;
            this.words.push(std::str::from_utf8(word).map_err(|_| PackError)?);
        }
        Ok(this)
    }

    /// The next value.
    pub(crate) fn value<T: de::Deserialize<'de>>(&mut self) -> Result<T> {
        T::deserialize(self)
    }

    /// The next value, which was written as an [`Apart`]; nothing when it is not wanted.
    pub(crate) fn apart<T: de::Deserialize<'de>>(&mut self, wanted: bool) -> Result<Option<T>> {
        let (length, lone) = (self.length()?, self.length()?);
        if wanted {
            return self.value().map(Some);
        }
        let (_, rest) = self.rest.split_at_checked(length).ok_or(PackError)?;
        self.rest = rest;
        self.next = self.next.checked_add(lone).ok_or(PackError)?;
        Ok(None)
    }

    /// Sees that nothing is left.
    pub(crate) fn end(&self) -> Result<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(PackError) }
    }

    fn byte(&mut self) -> Result<u8> {
        let (&byte, rest) = self.rest.split_first().ok_or(PackError)?;
        self.rest = rest;
        Ok(byte)
    }

    fn number(&mut self) -> Result<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(PackError)
    }

    pub(crate) fn length(&mut self) -> Result<usize> {
        usize::try_from(self.number()?).map_err(|_| PackError)
    }

    fn word(&mut self) -> Result<&'de str> {
        let at = match self.length()? {
            0 => {
                let at = self.next;
                self.next = at.checked_add(1).ok_or(PackError)?;
                at
            }
            number => number - 1,
        };
        self.words.get(at).copied().ok_or(PackError)
    }
}

/// The parts that are left to read.
struct Parts<'u, 'de> {
    unpacker: &'u mut Unpacker<'de>,
    left: usize,
}

impl<'de> de::SeqAccess<'de> for Parts<'_, 'de> {
    type Error = PackError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.unpacker).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        // Each takes a byte at least, but for what holds nothing.
        Some(self.left.min(self.unpacker.rest.len()))
    }
}

impl<'de> de::EnumAccess<'de> for &mut Unpacker<'de> {
    type Error = PackError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self)> {
        let number = u32::try_from(self.number()?).map_err(|_| PackError)?;
        let value = seed.deserialize(IntoDeserializer::<PackError>::into_deserializer(number))?;
        Ok((value, self))
    }
}

impl<'de> de::VariantAccess<'de> for &mut Unpacker<'de> {
    type Error = PackError;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(Parts { unpacker: self, left: length })
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value> {
        visitor.visit_seq(Parts { unpacker: self, left: fields.len() })
    }
}

/// Methods that read a number of some type.
macro_rules! read_numbers {
    ($($method:ident: $visit:ident $type:ty,)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            visitor.$visit(<$type>::try_from(self.number()?).map_err(|_| PackError)?)
        })+
    };
}

/// Methods for what rules do not hold.
macro_rules! refuse_reading {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value> {
            Err(PackError)
        })+
    };
}

impl<'de> de::Deserializer<'de> for &mut Unpacker<'de> {
    type Error = PackError;

    read_numbers! {
        deserialize_u8: visit_u8 u8,
        deserialize_u16: visit_u16 u16,
        deserialize_u32: visit_u32 u32,
        deserialize_u64: visit_u64 u64,
    }

    refuse_reading! {
        deserialize_any deserialize_i8 deserialize_i16 deserialize_i32 deserialize_f32 deserialize_char deserialize_bytes
        deserialize_byte_buf deserialize_map deserialize_identifier deserialize_ignored_any
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_bool(self.byte()? != 0)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let number = self.number()?;
        visitor.visit_i64((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let (bytes, rest) = self.rest.split_first_chunk::<8>().ok_or(PackError)?;
        self.rest = rest;
        visitor.visit_f64(f64::from_le_bytes(*bytes))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_borrowed_str(self.word()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.byte()? == 0 { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let left = self.length()?;
        visitor.visit_seq(Parts { unpacker: self, left })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(Parts { unpacker: self, left: length })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, length: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_tuple(fields.len(), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_enum(self)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Shape {
        Dot,
        Line(u32),
        Box(String, i64),
        Text { words: Vec<String>, size: Option<f64> },
    }

    #[test]
    fn what_is_packed_is_unpacked_and_no_more() {
        let words = vec!["a".to_owned(), "b".to_owned(), "a".to_owned(), String::new()];
        let value = vec![
            Shape::Dot,
            Shape::Line(u32::MAX),
            Shape::Box("a".to_owned(), i64::MIN),
            Shape::Text { words, size: Some(0.5) },
            Shape::Text { words: Vec::new(), size: None },
        ];
        let bytes = pack(&value).unwrap();
        assert_eq!(unpack::<Vec<Shape>>(&bytes), Ok(value));
        for end in 0..bytes.len() {
            assert_eq!(unpack::<Vec<Shape>>(&bytes[..end]), Err(PackError), "cut at {end}");
        }
        let longer: Vec<u8> = bytes.iter().copied().chain([0]).collect();
        assert_eq!(unpack::<Vec<Shape>>(&longer), Err(PackError));
    }

    #[test]
    fn parts_can_be_left_out() {
        let part = |words: &[&str]| Apart(words.iter().map(|&word| word.to_owned()).collect::<Vec<String>>());
        let bytes = pack(&(part(&["a", "b"]), part(&["c", "a", "d"]), part(&["e"]))).unwrap();
        for wanted in 0..8 {
            let mut unpacker = Unpacker::new(&bytes).unwrap();
            for (at, words) in [&["a", "b"][..], &["c", "a", "d"], &["e"]].into_iter().enumerate() {
                let is_wanted = wanted >> at & 1 == 1;
                let read = unpacker.apart::<Vec<String>>(is_wanted).unwrap();
                assert_eq!(read, is_wanted.then(|| words.iter().map(|&word| word.to_owned()).collect()));
            }
            assert_eq!(unpacker.end(), Ok(()));
        }
    }

    #[test]
    fn a_length_that_lies_makes_no_room() {
        assert_eq!(unpack::<Vec<u64>>(&[0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f]), Err(PackError));
        assert_eq!(unpack::<Vec<String>>(&[0xff, 0xff, 0xff, 0xff, 0x0f, 0]), Err(PackError));
    }
}
