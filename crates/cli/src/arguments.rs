//! The words of the command line; others script against them.

use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};
use model::{RunId, SourceurId};

/// One base of social-innovation actions, federated from many sourceurs.
#[derive(Debug, Parser)]
#[command(name = "carrefour", version, propagate_version = true, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command understands.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// Folder of the config files [default: config]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) config: Option<PathBuf>,
    /// Folder of the private database, where no other is named, and of the search index [default: data]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// PostgreSQL 15 or newer to use instead of a private one
    #[arg(long, global = true, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
    /// Where this command's clock starts
    #[arg(long, global = true, value_name = "RFC3339", env = "CARREFOUR_NOW")]
    pub(crate) now: Option<DateTime<Utc>>,
    /// Let this very host and port pass the address policy (repeatable)
    #[arg(long, global = true, value_name = "HOST:PORT", value_parser = host_and_port)]
    pub(crate) allow: Vec<String>,
    /// Print results as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say more on stderr (-vv: even more)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// See everything at once, with make-believe sourceurs; nothing to configure
    Demo(DemoArguments),
    /// Tell every mistake of every config file at once
    Check {
        /// Files to check; every file of the config folder if none is named
        files: Vec<PathBuf>,
    },
    /// Show how a sourceur's records are read and understood, without a database
    Preview(PreviewArguments),
    /// Harvest sourceurs into the base
    Harvest(HarvestArguments),
    /// List runs, show one, release a held one
    #[command(args_conflicts_with_subcommands = true)]
    Runs {
        /// Only this sourceur's
        sourceur: Option<SourceurId>,
        #[command(subcommand)]
        what: Option<RunsCommand>,
    },
    /// Write the actions out, as a stream
    Export(Box<ExportArguments>),
    /// Serve the pages and the API, and harvest what is due
    Serve {
        /// Address to listen on
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// Serve only; leave harvesting to others
        #[arg(long)]
        no_schedule: bool,
    },
    /// Say which territory a text names
    Place {
        /// The text
        #[arg(required_unless_present = "batch", conflicts_with = "batch")]
        text: Option<String>,
        /// One text a line, one answer a line (`-` for stdin)
        #[arg(long, value_name = "FILE")]
        batch: Option<PathBuf>,
    },
    /// Print a JSON Schema
    Schema {
        /// Which schema
        #[arg(value_enum)]
        name: SchemaName,
    },
    /// Bring the database's tables up to date
    Migrate,
    /// Look whether everything that is needed is there
    Doctor,
    /// Serve make-believe sourceurs, alone
    Fair(FairArguments),
}

#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// End after the report
    #[arg(long)]
    pub(crate) once: bool,
    /// Address to serve on [default: 127.0.0.1:8080, or the next free port]
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
}

#[derive(Debug, Args)]
pub(crate) struct PreviewArguments {
    /// A sourceur's id, or its file
    pub(crate) sourceur: String,
    /// Read this document instead of asking the sourceur (`-` for stdin)
    #[arg(long, value_name = "FILE_OR_URL")]
    pub(crate) input: Option<String>,
    /// A header that came with the input (repeatable)
    #[arg(long = "header", value_name = "NAME: VALUE", requires = "input")]
    pub(crate) headers: Vec<String>,
    /// Show at most so many records [default: 10 as cards, all as ndjson]
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
    /// How to show them [default: cards on a terminal, else ndjson]
    #[arg(long, value_enum)]
    pub(crate) format: Option<PreviewFormat>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PreviewFormat {
    /// For people
    Cards,
    /// One JSON line a record
    Ndjson,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags that people type")]
pub(crate) struct HarvestArguments {
    /// Sourceurs to harvest, due or not
    #[arg(conflicts_with_all = ["due", "all"], required_unless_present_any = ["due", "all"])]
    pub(crate) sourceurs: Vec<SourceurId>,
    /// Those whose time has come
    #[arg(long, conflicts_with = "all")]
    pub(crate) due: bool,
    /// Every enabled one
    #[arg(long)]
    pub(crate) all: bool,
    /// Ask for everything, not only for what changed
    #[arg(long)]
    pub(crate) full: bool,
    /// Say what would happen; change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not wait for a sourceur that is being harvested elsewhere
    #[arg(long)]
    pub(crate) no_wait: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RunsCommand {
    /// What a run brought, and what a held one would change
    Show {
        /// The run
        run: RunId,
    },
    /// Publish a held run as it came
    Release {
        /// The run
        run: RunId,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// Format
    #[arg(long, value_enum)]
    pub(crate) format: ExportFormat,
    /// Without ids and times of ours, sorted: equal bases give equal bytes (ndjson only)
    #[arg(long)]
    pub(crate) canonical: bool,
    #[command(flatten)]
    filters: Filters,
}

/// Which actions; values joined by commas mean one of them, but for `--has`.
#[derive(Debug, Args)]
#[command(next_help_heading = "Only actions ...")]
struct Filters {
    /// in which these words are found
    #[arg(long, value_name = "WORDS")]
    q: Option<String>,
    /// told by these sourceurs
    #[arg(long, value_name = "ID")]
    sourceur: Option<String>,
    /// in these territories or within them, as in `departement:47`
    #[arg(long, value_name = "ID")]
    territory: Option<String>,
    /// on these themes or ones below them
    #[arg(long, value_name = "SLUG")]
    theme: Option<String>,
    /// for these audiences
    #[arg(long, value_name = "SLUG")]
    audience: Option<String>,
    /// by these methods
    #[arg(long, value_name = "SLUG")]
    method: Option<String>,
    /// with a point in this rectangle, in degrees
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true)]
    bbox: Option<String>,
    /// with a point near this one, in degrees
    #[arg(long, value_name = "LAT,LON", allow_hyphen_values = true)]
    near: Option<String>,
    /// how near, in kilometres [default: 30]
    #[arg(long, value_name = "KM", allow_hyphen_values = true)]
    within: Option<String>,
    /// with this actor
    #[arg(long, value_name = "ID")]
    actor: Option<String>,
    /// of these statuses: running, ended, unknown
    #[arg(long)]
    status: Option<String>,
    /// told in these languages
    #[arg(long, value_name = "TAG")]
    language: Option<String>,
    /// that changed at that time or day, or later
    #[arg(long, alias = "changed_since", value_name = "RFC3339")]
    changed_since: Option<String>,
    /// begun in that year or month, on that day, or later
    #[arg(long, alias = "started_from", value_name = "DATE")]
    started_from: Option<String>,
    /// begun in that year or month, on that day, or earlier
    #[arg(long, alias = "started_to", value_name = "DATE")]
    started_to: Option<String>,
    /// at least so complete, 0 to 1
    #[arg(long, alias = "quality_min", value_name = "SHARE", allow_hyphen_values = true)]
    quality_min: Option<String>,
    /// with all of these: contact, image, place, quote, spread
    #[arg(long, value_name = "WHAT")]
    has: Option<String>,
}

impl ExportArguments {
    /// The filters given, by their names on the API, which reads them.
    pub(crate) fn filters(&self) -> Vec<(&'static str, &str)> {
        let given = &self.filters;
        let all = [
            ("q", &given.q),
            ("sourceur", &given.sourceur),
            ("territory", &given.territory),
            ("theme", &given.theme),
            ("audience", &given.audience),
            ("method", &given.method),
            ("bbox", &given.bbox),
            ("near", &given.near),
            ("within", &given.within),
            ("actor", &given.actor),
            ("status", &given.status),
            ("language", &given.language),
            ("changed_since", &given.changed_since),
            ("started_from", &given.started_from),
            ("started_to", &given.started_to),
            ("quality_min", &given.quality_min),
            ("has", &given.has),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))).collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// One JSON action a line
    Ndjson,
    /// RFC 4180, nested values by dotted names
    Csv,
    /// RFC 7946, one feature an action
    Geojson,
    /// RFC 4287, one entry an action
    Atom,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaName {
    /// The common action schema
    Action,
}

#[derive(Debug, Args)]
pub(crate) struct FairArguments {
    /// Address to serve on
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: SocketAddr,
    /// How many sourceurs
    #[arg(long, default_value_t = 8)]
    pub(crate) sourceurs: usize,
    /// How many actions they tell
    #[arg(long, default_value_t = 400)]
    pub(crate) actions: usize,
    /// Another seed is another fair
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Write what is true of the fair into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) truth: Option<PathBuf>,
    /// Write a ready config folder here
    #[arg(long, value_name = "DIR")]
    pub(crate) configs_out: Option<PathBuf>,
}

/// `HOST:PORT`, compared as written; an IPv6 host stands in brackets.
fn host_and_port(written: &str) -> Result<String, String> {
    let (host, port) = written.rsplit_once(':').ok_or("expected HOST:PORT, as in `127.0.0.1:8100`")?;
    if host.is_empty() || port.parse::<u16>().is_err() || host.contains('/') {
        return Err("expected HOST:PORT, as in `127.0.0.1:8100`".to_owned());
    }
    Ok(written.to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_hold_together() {
        super::Arguments::command().debug_assert();
    }
}
