//! Every colour of text is legible on every ground it stands on, in both themes: read from the
//! style sheet itself and computed as WCAG 2.2 says.

use std::collections::HashMap;

const TOKENS: &str = include_str!("../../assets/css/tokens.css");

/// Words on their grounds: 4.5 to 1.
const TEXTS: [(&str, &[&str]); 8] = [
    ("ink", &["paper", "paper-raised", "paper-sunk", "cool-soft", "accent-soft", "mark", "hue-paper"]),
    ("ink-soft", &["paper", "paper-raised", "paper-sunk"]),
    ("accent", &["paper", "paper-raised", "paper-sunk"]),
    ("accent-strong", &["paper", "paper-raised", "accent-soft"]),
    ("cool", &["paper", "paper-raised", "paper-sunk", "cool-soft"]),
    ("accent-ink", &["accent", "accent-strong"]),
    ("paper", &["ink"]),
    ("focus", &["paper", "paper-raised", "paper-sunk"]),
];
/// Edges of controls and marks that carry a meaning: 3 to 1.
const EDGES: [(&str, &[&str]); 2] =
    [("edge", &["paper", "paper-raised", "paper-sunk"]), ("accent", &["paper", "paper-raised", "cool-soft"])];

#[test]
fn colours_are_legible_in_both_themes() {
    let (light, dark) = TOKENS.split_once("prefers-color-scheme: dark").expect("a dark theme");
    for (theme, colours) in [("light", colours(light)), ("dark", colours(dark))] {
        for (least, pairs) in [(4.5, &TEXTS[..]), (3.0, &EDGES[..])] {
            for (front, grounds) in pairs {
                for ground in *grounds {
                    let contrast = contrast(colours[*front], colours[*ground]);
                    assert!(contrast >= least, "{theme}: {front} on {ground} has {contrast:.2}, not {least}");
                }
            }
        }
    }
}

#[test]
fn contrast_is_that_of_the_recommendation() {
    assert!((contrast([0, 0, 0], [255, 255, 255]) - 21.0).abs() < 0.01);
    assert!((contrast([119, 119, 119], [255, 255, 255]) - 4.48).abs() < 0.01);
}

/// `--name: #rrggbb` of a part of the style sheet.
fn colours(css: &str) -> HashMap<&str, [u8; 3]> {
    let declared = css.split(['{', ';', '}']).filter_map(|declaration| {
        let (name, value) = declaration.trim().strip_prefix("--")?.split_once(':')?;
        let digits = value.trim().strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some((name, [red, green, blue]))
    });
    declared.collect()
}

fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: [u8; 3]) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
