//! Opens the server of a data directory and holds it until its input ends: to look at the crate alone.

use std::{env, error::Error, io, io::Write, path::Path, process::exit};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let [.., data_dir] = &arguments[..] else { return Err("usage: server DATA_DIR".into()) };
    if arguments[0] == embedded::GUARDIAN_ARG {
        exit(embedded::guardian_main(Path::new(data_dir)));
    }
    let server = embedded::Server::open(Path::new(data_dir)).map_err(|error| {
        let hint = error.hint().unwrap_or_default();
        format!("{error}\nhint: {hint}")
    })?;
    writeln!(io::stdout(), "{}", server.url())?;
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}
