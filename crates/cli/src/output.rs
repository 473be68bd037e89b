//! Results, on stdout.

use std::fmt::Display;
use std::io::{self, Write};

/// Prints a result as it is.
///
/// A reader that has left (`carrefour runs | head`) is no fault of ours and no reason to stop in
/// mid-work: what nobody reads is not written, as the exit code still tells how it went.
pub(crate) fn text(result: impl Display) {
    let mut stdout = io::stdout().lock();
    let _ = write!(stdout, "{result}").and_then(|()| stdout.flush());
}

/// Prints a result that is one line.
pub(crate) fn line(result: impl Display) {
    text(format_args!("{result}\n"));
}
