//! What a scalar means: the readings of kubectl.

use granit_parser::{ScalarStyle, Tag};

use crate::Value;

/// The value of a scalar with decoded text `text`.
///
/// Decision: kubectl, helm and kustomize read through `sigs.k8s.io/yaml`, a fork of go-yaml 2, whose `resolve.go` keeps
/// the booleans of YAML 1.1 (`yes`, `on`, `y`), numbers with underscores and octal numbers with a leading 0. Time
/// stamps end as text there.
pub(super) fn value<'a>(text: &'a str, style: ScalarStyle, tag: Option<&Tag>) -> Value<'a> {
    let Some(tag) = tag else {
        return if style == ScalarStyle::Plain { plain(text) } else { Value::Text(text) };
    };
    match tag.core_suffix() {
        Some("null") => Value::Null,
        Some("bool" | "int") => plain(text),
        Some("float") => match plain(text) {
            #[expect(clippy::cast_precision_loss, reason = "that is what the tag asks for")]
            Value::Int(number) => Value::Float(number as f64),
            other => other,
        },
        // `!!str`, `!`, and tags that only their author understands.
        _ => Value::Text(text),
    }
}

/// The value of a plain scalar without tag.
pub(super) fn plain(text: &str) -> Value<'_> {
    match text.as_bytes().first() {
        None => Value::Null,
        Some(b'~' | b'n' | b'N' | b'y' | b'Y' | b't' | b'T' | b'f' | b'F' | b'o' | b'O') => word(text),
        Some(b'.') => word_or(text, float),
        Some(b'0'..=b'9' | b'+' | b'-') => word_or(text, number),
        Some(_) => Value::Text(text),
    }
}

fn word_or(text: &str, other: impl Fn(&str) -> Option<Value<'static>>) -> Value<'_> {
    match word(text) {
        Value::Text(_) => other(text).unwrap_or(Value::Text(text)),
        known => known,
    }
}

fn word(text: &str) -> Value<'_> {
    match text {
        "~" | "null" | "Null" | "NULL" => Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Value::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::Float(f64::NEG_INFINITY),
        _ => Value::Text(text),
    }
}

fn number(text: &str) -> Option<Value<'static>> {
    let without;
    let text = if text.contains('_') {
        without = text.replace('_', "");
        without.as_str()
    } else {
        text
    };
    integer(text).or_else(|| float(text))
}

fn integer(text: &str) -> Option<Value<'static>> {
    let (minus, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (text.starts_with('-'), digits),
        None => (false, text),
    };
    let (base, digits) = based(digits);
    if !digits.bytes().next()?.is_ascii_alphanumeric() {
        return None;
    }
    let size = u64::from_str_radix(digits, base).ok()?;
    let whole = i128::from(size) * if minus { -1 } else { 1 };
    match i64::try_from(whole) {
        Ok(number) => Some(Value::Int(number)),
        #[expect(clippy::cast_precision_loss, reason = "JSON has no wider whole number either")]
        Err(_) => Some(Value::Float(whole as f64)),
    }
}

/// The base that a number's prefix names, and the rest of it.
fn based(digits: &str) -> (u32, &str) {
    for (prefix, base) in [("0x", 16), ("0X", 16), ("0b", 2), ("0B", 2), ("0o", 8), ("0O", 8)] {
        if let Some(rest) = digits.strip_prefix(prefix) {
            return (base, rest);
        }
    }
    match digits.strip_prefix('0') {
        Some(rest) if !rest.is_empty() => (8, rest),
        _ => (10, digits),
    }
}

/// go-yaml's `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`.
fn float(text: &str) -> Option<Value<'static>> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let whole = digits(unsigned);
    let mut rest = unsigned.get(whole..)?;
    let mut fraction = 0;
    if let Some(after) = rest.strip_prefix('.') {
        fraction = digits(after);
        rest = after.get(fraction..)?;
    }
    if whole + fraction == 0 {
        return None;
    }
    if let Some(after) = rest.strip_prefix(['e', 'E']) {
        let exponent = after.strip_prefix(['+', '-']).unwrap_or(after);
        if exponent.is_empty() || digits(exponent) != exponent.len() {
            return None;
        }
    } else if !rest.is_empty() {
        return None;
    }
    crate::decimal(text).map(Value::Float)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_mean_what_kubectl_reads() {
        for (text, value) in [
            ("", Value::Null),
            ("~", Value::Null),
            ("NULL", Value::Null),
            ("nUll", Value::Text("nUll")),
            ("yes", Value::Bool(true)),
            ("Off", Value::Bool(false)),
            ("y", Value::Bool(true)),
            ("oN", Value::Text("oN")),
            ("0", Value::Int(0)),
            ("0777", Value::Int(511)),
            ("0o777", Value::Int(511)),
            ("-0x1F", Value::Int(-31)),
            ("0b101", Value::Int(5)),
            ("1_000", Value::Int(1000)),
            ("_1", Value::Text("_1")),
            ("08", Value::Float(8.0)),
            ("0x", Value::Text("0x")),
            ("--1", Value::Text("--1")),
            ("-", Value::Text("-")),
            ("+-1", Value::Text("+-1")),
            ("1.5", Value::Float(1.5)),
            (".5", Value::Float(0.5)),
            ("1.", Value::Float(1.0)),
            (".", Value::Text(".")),
            ("1e3", Value::Float(1000.0)),
            ("1e", Value::Text("1e")),
            ("1e999", Value::Text("1e999")),
            ("-.inf", Value::Float(f64::NEG_INFINITY)),
            ("1.2.3", Value::Text("1.2.3")),
            ("100m", Value::Text("100m")),
            ("2001-01-01", Value::Text("2001-01-01")),
            ("12:30:45", Value::Text("12:30:45")),
            ("9223372036854775807", Value::Int(i64::MAX)),
            ("-9223372036854775808", Value::Int(i64::MIN)),
            ("18446744073709551615", Value::Float(18_446_744_073_709_551_615.0)),
            ("99999999999999999999", Value::Float(1e20)),
            ("inf", Value::Text("inf")),
            ("nan", Value::Text("nan")),
        ] {
            assert_eq!(plain(text), value, "{text:?}");
        }
        assert!(matches!(plain(".NaN"), Value::Float(number) if number.is_nan()));
    }
}
