//! What the one client keeps to: the table `[client]` of `carrefour.toml`, and `--allow`.

use std::time::Duration;

use model::config::Reader;
use reqwest::header::HeaderValue;

/// How the one client behaves towards everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientConfig {
    /// Rest between the end of one request to a host and the beginning of the next.
    pub pause: Duration,
    /// Longest time of one request with its redirects: name, connection, headers and body.
    pub deadline: Duration,
    /// How often a request that failed for a passing reason is asked again.
    pub retries: u32,
    /// Longest body in bytes, after decompression.
    pub max_bytes: u64,
    /// Slowest body, on average since it began, once it has had ten seconds.
    pub min_bytes_per_second: u64,
    /// The User-Agent header, with an address where its readers can complain.
    pub user_agent: String,
    /// Pairs `host:port` that the address policy does not concern, each as written in addresses.
    pub allow: Vec<String>,
    /// Whether robots.txt is asked and obeyed.
    pub robots: bool,
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self {
            pause: Duration::from_secs(1),
            deadline: Duration::from_mins(2),
            retries: 2,
            max_bytes: 128 << 20,
            min_bytes_per_second: 200,
            user_agent: user_agent(None),
            allow: Vec::new(),
            robots: true,
        }
    }
}

impl ClientConfig {
    /// Reads the table `client` of `carrefour.toml`; what is absent keeps its default.
    pub fn read(carrefour_toml: &mut Reader<'_>) -> Self {
        let mut config = Self::default();
        let Some(mut table) = carrefour_toml.table("client") else { return config };
        config.pause = table.duration("pause").unwrap_or(config.pause);
        if let Some(deadline) = table.duration("deadline") {
            if deadline.is_zero() {
                let hint = Some("write at least `\"1 s\"`".to_owned());
                table.fault_at("deadline", "out-of-range", "no request can be answered in no time", hint);
            } else {
                config.deadline = deadline;
            }
        }
        let mut number = |key: &str, lowest: i64, highest: i64, default: u64| {
            table.integer(key, lowest..=highest).and_then(|number| u64::try_from(number).ok()).unwrap_or(default)
        };
        let retries = number("retries", 0, 10, config.retries.into());
        config.retries = u32::try_from(retries).unwrap_or(config.retries);
        config.max_bytes = number("max_bytes", 1_024, 1 << 40, config.max_bytes);
        config.min_bytes_per_second = number("min_bytes_per_second", 0, 1 << 30, config.min_bytes_per_second);
        config.robots = table.bool("robots").unwrap_or(config.robots);
        let contact = table.text("contact");
        config.user_agent = table.text("user_agent").unwrap_or_else(|| user_agent(contact.as_deref()));
        if HeaderValue::from_str(&config.user_agent).is_err() {
            let key = if table.keys().iter().any(|key| key == "user_agent") { "user_agent" } else { "contact" };
            let hint = Some("write one line of plain letters".to_owned());
            table.fault_at(key, "bad-value", format!("`{}` cannot be a User-Agent", config.user_agent), hint);
            config.user_agent = user_agent(None);
        }
        table.finish();
        config
    }
}

fn user_agent(contact: Option<&str>) -> String {
    let contact = contact.map(|contact| format!(" (+{contact})")).unwrap_or_default();
    format!("Carrefour/{}{contact}", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use model::config::Document;

    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &ClientConfig, faults: &[&str]) {
        let document = Document::parse("carrefour.toml", source);
        let config = ClientConfig::read(&mut document.reader());
        assert_eq!(&config, expected);
        let codes: Vec<String> = document.into_faults().into_iter().map(|fault| fault.code).collect();
        assert_eq!(codes, faults);
    }

    #[test]
    fn what_is_absent_keeps_its_default() {
        let default = ClientConfig::default();
        check("", &default, &[]);
        check("[client]\n", &default, &[]);
        check(
            "[client]\ndeadline = \"0 s\"\nretries = 99\npuase = 1\n",
            &default,
            &["out-of-range", "out-of-range", "unknown-key"],
        );
        check(
            "[client]\npause = \"0 ms\"\ndeadline = \"6 s\"\nretries = 0\ncontact = \"mailto:a@b.example\"\n",
            &ClientConfig {
                pause: Duration::ZERO,
                deadline: Duration::from_secs(6),
                retries: 0,
                user_agent: format!("Carrefour/{} (+mailto:a@b.example)", env!("CARGO_PKG_VERSION")),
                ..default.clone()
            },
            &[],
        );
        check("[client]\ncontact = \"a\\nb\"\n", &default, &["bad-value"]);
        check(
            "[client]\nuser_agent = \"Autre/1\"\nrobots = false\nmax_bytes = 2048\nmin_bytes_per_second = 0\n",
            &ClientConfig {
                user_agent: "Autre/1".to_owned(),
                robots: false,
                max_bytes: 2048,
                min_bytes_per_second: 0,
                ..default.clone()
            },
            &[],
        );
    }
}
