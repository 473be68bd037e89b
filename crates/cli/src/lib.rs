//! The one binary, `carrefour`: arguments, environment, clock, stdout, exit codes.
//!
//! It knows how commands are spoken and shown; it refuses to know the rules of the domain, which
//! stand in the crates it calls. Results go to stdout, talk goes to stderr.

#![allow(clippy::print_stderr, reason = "this is the crate that speaks")]

mod arguments;
mod base;
mod command;
mod exit;
mod faults;
mod output;
mod progress;
mod report;
mod sorted;
mod talk;

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;

/// Does what the command line says.
pub fn run() -> ExitCode {
    // The guardian of the private database is this same program, executed again.
    let mut words = std::env::args_os().skip(1);
    if words.next().as_deref() == Some(OsStr::new(embedded::GUARDIAN_ARG)) {
        let data_dir = words.next().map(PathBuf::from).unwrap_or_default();
        return ExitCode::from(u8::try_from(embedded::guardian_main(&data_dir)).unwrap_or(1));
    }
    let arguments = Arguments::parse();
    talk::begin(arguments.global.verbose);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return exit::failed(&anyhow::Error::new(error).context("cannot start")),
    };
    let ended = runtime.block_on(command::run(arguments));
    // What still runs in the background (a reader that hangs on a partner) holds nobody up.
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    match ended {
        Ok(exit) => exit.into(),
        Err(error) => exit::failed(&error),
    }
}
