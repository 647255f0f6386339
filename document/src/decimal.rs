//! Decimal numbers to `f64` and back.
//!
//! The standard library's exact conversions bring 20 kB of tables and code that a browser has to download. Hullmark
//! compares amounts with thresholds, for which the last bit does not matter.

/// The number that `text` writes: a sign, digits with or without a point among them, an exponent of ten. Exact where the
/// digits are below 2^53 and the exponent is at most 22, else off by a few units in the last place. Nothing for any
/// other text, and for a number too large for an `f64`.
///
/// ```
/// assert_eq!(hullmark_document::decimal("-1.5e3"), Some(-1500.0));
/// assert_eq!(hullmark_document::decimal("1.5m"), None);
/// ```
#[must_use]
pub fn decimal(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (digits, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut mantissa = 0_u64;
    let mut scale = exponent;
    for (digit, after_point) in whole.bytes().map(|byte| (byte, false)).chain(fraction.bytes().map(|byte| (byte, true)))
    {
        let value = char::from(digit).to_digit(10)?;
        if mantissa < u64::MAX / 10 - 1 {
            mantissa = mantissa * 10 + u64::from(value);
            scale = scale.saturating_sub(i32::from(after_point));
        } else {
            scale = scale.saturating_add(i32::from(!after_point));
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "rounded as it should be")]
    let number = scaled(mantissa as f64, scale);
    number.is_finite().then_some(if text.starts_with('-') { -number } else { number })
}

/// `number` times ten to the power of `exponent`, by factors that are exact.
fn scaled(mut number: f64, exponent: i32) -> f64 {
    let mut left = exponent.unsigned_abs();
    while left > 0 && number != 0.0 && number.is_finite() {
        let step = left.min(22);
        let factor = (0..step).fold(1.0_f64, |factor, _| factor * 10.0);
        number = if exponent < 0 { number / factor } else { number * factor };
        left -= step;
    }
    number
}

/// The number for people: whole numbers without a point, others with at most six digits behind it.
///
/// ```
/// assert_eq!(hullmark_document::decimal_text(2.50), "2.5");
/// assert_eq!(hullmark_document::decimal_text(-3.0), "-3");
/// ```
#[must_use]
pub fn decimal_text(number: f64) -> String {
    if !number.is_finite() {
        return if number.is_nan() {
            ".nan"
        } else if number > 0.0 {
            ".inf"
        } else {
            "-.inf"
        }
        .to_owned();
    }
    let sign = if number < 0.0 { "-" } else { "" };
    let mut number = number.abs();
    let mut exponent = 0;
    while number >= 1e18 {
        number /= 10.0;
        exponent += 1;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 1e18 and not negative")]
    let (whole, millionths) = ((number.trunc() as u64), (number.fract() * 1e6).round() as u64);
    let (whole, millionths) = (whole + millionths / 1_000_000, millionths % 1_000_000);
    let mut text = format!("{sign}{whole}");
    if millionths > 0 {
        text.push_str(format!(".{millionths:06}").trim_end_matches('0'));
    }
    if exponent > 0 {
        text.push_str(&format!("e{exponent}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_decimal_is_none() {
        for text in ["", ".", "-", "e3", "1e", "1e+-2", "0x1f", "1_000", "inf", "NaN", "1.2.3", "1e999", " 1", "١"] {
            assert_eq!(decimal(text), None, "{text}");
        }
        assert_eq!(decimal("0e999999999"), Some(0.0));
        assert_eq!(decimal("1e-999999999"), Some(0.0));
        assert_eq!(decimal(".5"), Some(0.5));
        assert_eq!(decimal("+1."), Some(1.0));
    }

    #[test]
    fn a_text_for_people() {
        for (number, text) in
            [(0.0, "0"), (0.1, "0.1"), (1e20, "100000000000000000e3"), (0.999_999_9, "1"), (1e15, "1000000000000000")]
        {
            assert_eq!(decimal_text(number), text);
        }
        assert_eq!(decimal_text(f64::NEG_INFINITY), "-.inf");
    }

    proptest! {
        #[test]
        fn short_decimals_are_those_of_the_standard_library(whole in 0_u64..1_000_000_000, places in 0_usize..6, negative: bool) {
            let mut text = whole.to_string();
            if places < text.len() {
                text.insert(text.len() - places, '.');
            }
            if negative {
                text.insert(0, '-');
            }
            prop_assert_eq!(decimal(&text), text.parse().ok());
        }

        #[test]
        fn long_ones_are_within_a_hair(text in "-?[0-9]{1,25}(\\.[0-9]{0,25})?(e-?[0-9]{1,2})?") {
            let (ours, theirs) = (decimal(&text).unwrap(), text.parse::<f64>().unwrap());
            prop_assert!((ours - theirs).abs() <= theirs.abs() * 1e-14, "{} {}", ours, theirs);
        }

        #[test]
        fn any_text_is_no_danger(text in ".{0,40}", number: f64) {
            let _ = (decimal(&text), decimal_text(number));
        }
    }
}
