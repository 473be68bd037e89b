//! `carrefour`: the words of the command line are read in [`cli::run`].

fn main() -> std::process::ExitCode {
    cli::run()
}
