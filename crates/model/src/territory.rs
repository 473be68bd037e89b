//! Typed territory ids: `departement:47`, never a bare code.

use std::{borrow::Cow, fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Level of a territory, finest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Commune or municipal arrondissement; INSEE code.
    Commune,
    /// Intercommunality; SIREN.
    Epci,
    /// Département; `01` to `95`, `2A`, `2B`, `971` to `976`, and overseas collectivities.
    Departement,
    /// Région of today; INSEE code.
    Region,
    /// Country that Carrefour describes from within; ISO 3166-1, `FR`.
    Pays,
    /// Any other country; ISO 3166-1.
    Abroad,
}

impl Level {
    /// Every level with its word in ids.
    pub const ALL: [(&'static str, Self); 6] = [
        ("commune", Self::Commune),
        ("epci", Self::Epci),
        ("departement", Self::Departement),
        ("region", Self::Region),
        ("pays", Self::Pays),
        ("abroad", Self::Abroad),
    ];

    /// Its word in ids.
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].0
    }
}

/// A territory: level and code, written `commune:47001`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TerritoryId {
    /// Its level.
    pub level: Level,
    /// Its code at that level.
    pub code: Box<str>,
}

/// A text that is no typed territory id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a territory: expected a level and a code, as in `departement:47`, `region:75` or `commune:47001`"
)]
pub struct InvalidTerritory(String);

impl TerritoryId {
    /// The territory of a code that is known to be well made.
    pub fn new(level: Level, code: &str) -> Self {
        Self { level, code: code.into() }
    }
}

impl fmt::Display for TerritoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.level.as_str(), self.code)
    }
}

impl FromStr for TerritoryId {
    type Err = InvalidTerritory;

    fn from_str(written: &str) -> Result<Self, InvalidTerritory> {
        let invalid = || InvalidTerritory(written.chars().take(40).collect());
        let (word, code) = written.split_once(':').ok_or_else(invalid)?;
        let (_, level) = Level::ALL.into_iter().find(|(name, _)| *name == word).ok_or_else(invalid)?;
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let well_made = code.is_ascii()
            && match level {
                Level::Commune => {
                    code.len() == 5 && (digits(code) || matches!(&code[..2], "2A" | "2B") && digits(&code[2..]))
                }
                Level::Epci => code.len() == 9 && digits(code),
                Level::Departement => matches!(code, "2A" | "2B") || (2..=3).contains(&code.len()) && digits(code),
                Level::Region => (2..=3).contains(&code.len()) && digits(code),
                Level::Pays | Level::Abroad => code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()),
            };
        if well_made { Ok(Self { level, code: code.into() }) } else { Err(invalid()) }
    }
}

impl Serialize for TerritoryId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TerritoryId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <Cow<'de, str>>::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for TerritoryId {
    fn schema_name() -> Cow<'static, str> {
        "TerritoryId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^(commune|epci|departement|region|pays|abroad):[0-9A-Z]+$",
            "description": "typed territory id, as in `commune:47001` or `departement:47`"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_code_is_no_territory() {
        for good in [
            "commune:47001",
            "commune:2A004",
            "departement:2B",
            "departement:974",
            "region:75",
            "pays:FR",
            "epci:200035459",
        ] {
            assert_eq!(good.parse::<TerritoryId>().unwrap().to_string(), good);
        }
        for bad in ["75", "departement:", "commune:4700", "commune:é7001", "region:fr", "pays:fr", ":75", "ville:75056"]
        {
            assert!(bad.parse::<TerritoryId>().is_err(), "{bad}");
        }
    }
}
