//! Parameters as they are documented: the same tables say what is read and what `OpenAPI` tells.

use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, Required, Type};

/// A parameter of a query.
pub(crate) struct Known {
    pub(crate) name: &'static str,
    /// What it asks for.
    pub(crate) meaning: &'static str,
    /// A value that works.
    pub(crate) example: &'static str,
    pub(crate) shape: Shape,
}

/// What a parameter's value looks like.
pub(crate) enum Shape {
    /// Text that a regular expression describes.
    Text(&'static str),
    /// One of some words.
    Words(&'static [&'static str]),
    /// A whole number, between two.
    Number(u32, u32),
    /// A number, between two.
    Decimal(f64, f64),
}

/// What `OpenAPI` tells of parameters.
pub(crate) fn documented<'a>(parameters: impl IntoIterator<Item = &'a Known>) -> Vec<Parameter> {
    parameters.into_iter().map(Known::documented).collect()
}

impl Known {
    fn documented(&self) -> Parameter {
        let schema = match self.shape {
            // An empty value is as good as none, for the sake of forms.
            Shape::Text(pattern) => {
                ObjectBuilder::new().schema_type(Type::String).pattern(Some(format!("^$|{pattern}")))
            }
            Shape::Words(words) => {
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words.iter().copied()))
            }
            Shape::Number(least, most) => {
                ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(least)).maximum(Some(most))
            }
            Shape::Decimal(least, most) => {
                ObjectBuilder::new().schema_type(Type::Number).minimum(Some(least)).maximum(Some(most))
            }
        };
        let example = match self.shape {
            Shape::Number(..) | Shape::Decimal(..) => self.example.parse::<serde_json::Number>().ok().map(Into::into),
            _ => Some(self.example.into()),
        };
        ParameterBuilder::new()
            .name(self.name)
            .parameter_in(ParameterIn::Query)
            .required(Required::False)
            .description(Some(self.meaning))
            .schema(Some(schema.build()))
            .example(example.filter(|_| !self.example.is_empty()))
            .build()
    }
}
