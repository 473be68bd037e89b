//! The command under test.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

static CARREFOUR: LazyLock<PathBuf> = LazyLock::new(build);

/// The built command, in an environment that tells it nothing of the person who runs the tests.
pub(crate) fn carrefour() -> Command {
    let mut command = Command::new(carrefour_path());
    for told in ["DATABASE_URL", "CARREFOUR_NOW", "RUST_LOG", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"]
    {
        command.env_remove(told);
    }
    command
}

/// Where the built command is.
pub(crate) fn carrefour_path() -> &'static Path {
    &CARREFOUR
}

/// `CARREFOUR_BIN` names a packaged command to test instead.
///
/// `cargo test` builds no executable of another package. Cargo is asked once a run, also where one lies
/// there already: it alone knows whether that one is older than its sources, and it answers in half a second.
fn build() -> PathBuf {
    if let Some(packaged) = env::var_os("CARREFOUR_BIN") {
        return packaged.into();
    }
    let test = env::current_exe().expect("a test knows where it is");
    let profile_folder = test.parent().and_then(Path::parent).expect("tests lie in target/PROFILE/deps");
    let profile = profile_folder.file_name().and_then(|name| name.to_str()).expect("profiles have plain names");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--package", "cli", "--bin", "carrefour", "--target-dir"]);
    cargo.arg(profile_folder.parent().expect("it lies in target"));
    cargo.args(["--profile", if profile == "debug" { "dev" } else { profile }]);
    cargo.current_dir(super::root());
    // What cargo told this test about its own package would make it build others anew.
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            cargo.env_remove(name);
        }
    }
    let built = cargo.status().expect("cargo runs");
    assert!(built.success(), "the command does not build");
    let path = profile_folder.join("carrefour");
    assert!(fs::metadata(&path).is_ok_and(|met| met.is_file()), "no command at `{}`", path.display());
    path
}
