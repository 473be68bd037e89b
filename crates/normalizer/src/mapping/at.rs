//! Where a value stands: in the payload's own terms.

use model::config::Item;
use model::fold;
use scraper::Selector;

use super::Path;
use crate::html::{Label, Labels};

/// Whether a sourceur's payloads are pages or trees of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// JSON values, feed items, rows.
    Values,
    /// HTML pages.
    Pages,
}

/// A place in a payload.
#[derive(Clone, Debug)]
pub(crate) enum At {
    /// `=word`: no place at all, but a word.
    Constant(String),
    /// `address.city`.
    Path(Path),
    /// `.`: the element itself.
    Itself,
    /// `a.lien@href`: elements, or an attribute of each.
    Css { selector: Option<Box<Selector>>, attribute: Option<String>, written: String },
    /// `text:Région`: what follows a label.
    Label { label: Label, written: String },
    /// `above:`: the line above the first label.
    Above,
    /// `step:Recherchez une action`: the step after these words in the trail of links.
    Step(String),
    /// `link:Consulter`: links whose words begin so.
    Link(String),
}

impl At {
    /// Reads a place; what cannot be read is told at the item.
    pub(crate) fn parse(written: &str, form: Form, labels: &mut Labels, item: &Item<'_>) -> Option<Self> {
        let trimmed = written.trim();
        if let Some(constant) = trimmed.strip_prefix('=') {
            return Some(Self::Constant(constant.trim().to_owned()));
        }
        if trimmed.is_empty() {
            let hint = match form {
                Form::Values => "write a path, as in `\"address.city\"`, or a constant, as in `\"=word\"`",
                Form::Pages => "write a selector, as in `\"h1\"`, or a label, as in `\"text:Région\"`",
            };
            item.fault("empty-place", format!("`{}` is empty", item.path()), Some(hint.to_owned()));
            return None;
        }
        if trimmed == "." {
            return Some(Self::Itself);
        }
        if form == Form::Values {
            if trimmed.starts_with("text:") {
                let message = format!("`{trimmed}` reads a label of a page, and this sourceur sends values");
                item.fault("no-page", message, Some("write a path, as in `\"address.city\"`".to_owned()));
                return None;
            }
            return Some(Self::Path(Path::parse(trimmed)));
        }
        let words = |prefix: &str| trimmed.strip_prefix(prefix).map(str::trim);
        if let Some(label) = words("text:") {
            let written = label.trim_end_matches([':', ' ']).to_owned();
            if fold(&written).is_empty() {
                item.fault(
                    "empty-label",
                    "`text:` needs a label",
                    Some("write the words before the value, as in `\"text:Région\"`".to_owned()),
                );
                return None;
            }
            return Some(Self::Label { label: labels.add(&written), written });
        }
        if words("above:").is_some() {
            return Some(Self::Above);
        }
        if let Some(words) = words("step:") {
            return Some(Self::Step(fold(words)));
        }
        if let Some(words) = words("link:") {
            return Some(Self::Link(fold(words)));
        }
        Self::css(trimmed, item)
    }

    fn css(written: &str, item: &Item<'_>) -> Option<Self> {
        let (selector, attribute) = match written.rsplit_once('@') {
            Some((selector, name)) if name.chars().all(|c| c.is_ascii_alphanumeric() || "-_:".contains(c)) => {
                (selector.trim(), Some(name.to_ascii_lowercase()))
            }
            _ => (written, None),
        };
        let selector = match selector {
            "" | "." => None,
            selector => match Selector::parse(selector) {
                Ok(selector) => Some(Box::new(selector)),
                Err(error) => {
                    let message = format!("`{written}` is not a CSS selector: {error}");
                    let hint =
                        "write a selector, as in `\"h1\"` or `\"a.lien@href\"`, or a label, as in `\"text:Région\"`";
                    item.fault("bad-selector", message, Some(hint.to_owned()));
                    return None;
                }
            },
        };
        Some(Self::Css { selector, attribute, written: written.to_owned() })
    }

    /// Whether both read the same place.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Path(one), Self::Path(two)) => one == two,
            (Self::Css { written: one, .. }, Self::Css { written: two, .. }) => one == two,
            (Self::Label { label: one, .. }, Self::Label { label: two, .. }) => one == two,
            (Self::Above, Self::Above) => true,
            _ => false,
        }
    }
}
