//! Talk on stderr: logs, and nothing that a script would want to read.

use tracing_subscriber::EnvFilter;

/// Begins to log; `RUST_LOG` wins over the number of `-v`.
pub(crate) fn begin(verbose: u8) {
    let level = match verbose {
        0 => "error",
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    // The base's driver tells every statement that took a second, whole: that is for whoever asks for much.
    let driver = if verbose < 2 { "error" } else { "warn" };
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new(format!("{level},sqlx={driver},hyper=info")));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
}
