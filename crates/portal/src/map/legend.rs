//! What colours and sizes of a map mean, as HTML beside it.

use std::fmt::Write;

use crate::typo;

use super::classes::{Classes, Sizes};
use super::draw::escaped;
use super::frame::{Scales, WIDTH};
use super::marks::{EXACT_PIN, VAGUE_PIN, letters};
use super::words::{MapWords, value};
use super::{Circle, Map};

/// The legend of a map: classes, sizes, pins, and whose outlines these are.
pub(super) fn legend(map: &Map, scales: Scales, classes: &Classes, sizes: Sizes, words: &MapWords) -> String {
    let mut html = String::from("<div class=\"map-legend\">");
    if let Some(measure) = &map.measure {
        colours(map, measure, classes, words, &mut html);
    }
    // Circles that bear their numbers need no scale.
    if map.circles.iter().any(|circle: &Circle| !circle.name.is_empty()) && !map.counted.is_empty() {
        circles(map, sizes, &mut html);
    }
    if !map.pins.is_empty() {
        pins(map, words, &mut html);
    }
    let scales = match scales {
        Scales::One => String::new(),
        Scales::Overseas => format!(" {}", words.overseas),
        Scales::OverseasAndParis => format!(" {}", words.overseas_and_paris),
    };
    put(&mut html, format_args!("<p class=\"map-source\">{}{scales}</p></div>", words.source));
    html
}

fn colours(map: &Map, measure: &str, classes: &Classes, words: &MapWords, html: &mut String) {
    put(html, format_args!("<p class=\"map-legend-title\">{}</p><ul class=\"map-classes\">", escaped(measure)));
    let mut entry = |class: &str, text: &str| {
        put(
            html,
            format_args!(
                "<li><svg class=\"map-swatch\" viewBox=\"0 0 28 16\" width=\"28\" height=\"16\" aria-hidden=\"true\">\
                 <rect class=\"map-area {class}\" width=\"28\" height=\"16\" rx=\"3\"/></svg> {text}</li>"
            ),
        );
    };
    if map.areas.iter().any(|area| area.value == Some(0.0)) {
        entry("map-class-none", words.none);
    }
    for class in classes.iter() {
        let (from, to) = (value(class.from, map.lang), value(class.to, map.lang));
        let text = if from == to { from } else { format!("{from} {} {to}", words.to) };
        entry(&format!("map-class-{}", class.colour), &text);
    }
    if map.areas.iter().any(|area| area.value.is_none()) {
        entry("map-class-unknown", words.unknown);
    }
    html.push_str("</ul>");
}

/// Width of a letter on a small screen, where words are larger.
const WIDEST_LETTER: f64 = 13.0;

/// A strip as wide as the map, so that its circles shrink and grow with those on it.
fn circles(map: &Map, sizes: Sizes, html: &mut String) {
    let examples = sizes.examples();
    let tallest = examples.first().map_or(0.0, |count| sizes.radius(*count)) + 3.0;
    let told: Vec<String> = examples.iter().map(|count| typo::number(*count, map.lang)).collect();
    put(
        html,
        format_args!(
            "<svg class=\"map map-sizes\" viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" aria-label=\"{}: {}\">",
            2.0 * tallest,
            escaped(&map.counted),
            told.join(", ")
        ),
    );
    put(
        html,
        format_args!(
            "<text class=\"map-label map-label-right\" x=\"2\" y=\"{tallest:.1}\">{}</text>",
            escaped(&map.counted)
        ),
    );
    let mut left = 14.0 + WIDEST_LETTER * letters(&map.counted);
    for (count, number) in examples.iter().zip(&told) {
        let radius = sizes.radius(*count);
        put(
            html,
            format_args!(
                "<circle class=\"map-circle\" cx=\"{:.1}\" cy=\"{tallest:.1}\" r=\"{radius:.1}\"/>\
                 <text class=\"map-label map-label-right\" x=\"{:.1}\" y=\"{tallest:.1}\">{number}</text>",
                left + radius,
                left + 2.0 * radius + 8.0
            ),
        );
        left += 2.0 * radius + 80.0;
    }
    html.push_str("</svg>");
}

fn pins(map: &Map, words: &MapWords, html: &mut String) {
    html.push_str("<ul class=\"map-classes\">");
    for (is_vague, shape, text) in [(false, EXACT_PIN, words.point), (true, VAGUE_PIN, words.vague)] {
        if map.pins.iter().any(|pin| pin.is_vague == is_vague) {
            let window = if is_vague { "-17 -17 34 34" } else { "-17 -33 34 34" };
            put(
                html,
                format_args!(
                    "<li><svg class=\"map-swatch\" viewBox=\"{window}\" width=\"24\" height=\"24\" aria-hidden=\"true\">\
                     <g class=\"map-pin\">{shape}</g></svg> {text}</li>"
                ),
            );
        }
    }
    html.push_str("</ul>");
}

fn put(html: &mut String, text: std::fmt::Arguments<'_>) {
    html.write_fmt(text).expect("a String takes all");
}
