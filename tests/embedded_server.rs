//! The private server comes with its first client and goes after its last, however that one ended.
#![cfg(target_os = "linux")] // where /proc tells what runs

use crate::support::{Scratch, carrefour, carrefour_path, eventually};
use embedded::{EmbeddedError, Server};
use sqlx::{ConnectOptions, Connection, postgres::PgConnectOptions};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    str::FromStr,
    thread,
    time::Duration,
};

/// What the contract grants a server after its last client.
const GONE_WITHIN: Duration = Duration::from_secs(10);
/// Ample for a start on a machine that runs other tests beside.
const UP_WITHIN: Duration = Duration::from_secs(30);

#[tokio::test]
async fn two_clients_share_one_server_and_it_goes_after_the_last() {
    let scratch = Scratch::new();
    let first = open(scratch.path());
    let second = open(scratch.path());
    assert_eq!(first.url(), second.url());
    let server = servers(scratch.path());
    drop(first);
    // Longer than the server's grace after its last client.
    thread::sleep(Duration::from_secs(4));
    assert_eq!(answer(&second).await.unwrap(), 1);
    assert!(servers(scratch.path()).contains(&server[0]), "it was started again");
    drop(second);
    eventually(GONE_WITHIN, "no server lives", || servers(scratch.path()).is_empty());
    eventually(GONE_WITHIN, "no guardian lives", || guardians(scratch.path()).is_empty());
}

#[tokio::test]
async fn many_clients_at_once_on_an_empty_folder_share_one_server() {
    let scratch = Scratch::new();
    let folder = scratch.path();
    let opened: Vec<Server> = thread::scope(|scope| {
        let clients: Vec<_> = (0..6).map(|_| scope.spawn(|| open(folder))).collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    for server in &opened {
        assert_eq!(answer(server).await.unwrap(), 1);
    }
    eventually(UP_WITHIN, "the superfluous guardians have gone", || guardians(folder).len() == 1);
}

#[tokio::test]
async fn a_killed_guardian_takes_its_server_along_and_the_client_gets_another_at_the_same_address() {
    let scratch = Scratch::new();
    let client = open(scratch.path());
    let former = servers(scratch.path());
    kill(&guardians(scratch.path()));
    eventually(GONE_WITHIN, "the former server is gone", || {
        servers(scratch.path()).iter().all(|server| !former.contains(server))
    });
    let mut answered = answer(&client).await;
    for _ in 0..300 {
        if answered.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        answered = answer(&client).await;
    }
    assert_eq!(answered.unwrap(), 1);
}

#[test]
fn a_killed_client_leaves_no_server() {
    let scratch = Scratch::new();
    scratch.write("config/carrefour.toml", "");
    let mut serve = carrefour();
    serve.args(["serve", "--no-schedule", "--listen", "127.0.0.1:0", "--config"]).arg(scratch.join("config"));
    serve.arg("--data-dir").arg(scratch.join("data"));
    serve.stdout(Stdio::null()).stderr(Stdio::null());
    let mut serve = serve.spawn().unwrap();
    eventually(UP_WITHIN, "the server is up", || is_ready(&scratch.join("data")));
    serve.kill().unwrap();
    serve.wait().unwrap();
    eventually(GONE_WITHIN, "no server lives", || servers(&scratch.join("data")).is_empty());
}

#[test]
fn whoever_reads_the_output_of_a_command_sees_its_end_though_the_server_stays_a_little() {
    let scratch = Scratch::new();
    let mut migrate = carrefour();
    migrate.arg("migrate").arg("--data-dir").arg(scratch.path());
    let output = migrate.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(guardians(scratch.path()).len(), 1);
}

#[tokio::test]
async fn a_folder_half_made_is_made_anew() {
    // One after the other, each killed a little later in the making.
    for after_ms in [0, 60, 150, 300, 500, 800] {
        let scratch = Scratch::new();
        let mut migrate = carrefour();
        migrate.arg("migrate").arg("--data-dir").arg(scratch.path()).stderr(Stdio::null());
        let mut migrate = migrate.spawn().unwrap();
        eventually(UP_WITHIN, "the cluster is being made", || {
            scratch.join("postgres/data.new").exists() || scratch.join("postgres/data").exists()
        });
        thread::sleep(Duration::from_millis(after_ms));
        migrate.kill().unwrap();
        kill(&guardians(scratch.path()));
        migrate.wait().unwrap();
        assert_eq!(answer(&open(scratch.path())).await.unwrap(), 1, "killed after {after_ms} ms");
    }
}

#[tokio::test]
async fn the_file_of_a_killed_server_that_names_a_living_stranger_is_no_obstacle() {
    let scratch = Scratch::new();
    drop(open(scratch.path()));
    eventually(GONE_WITHIN, "no guardian lives", || guardians(scratch.path()).is_empty());
    let stranger = std::process::id();
    let cluster = scratch.join("postgres/data");
    let socket = scratch.join("postgres/socket");
    let told =
        format!("{stranger}\n{}\n1700000000\n5432\n{}\n\n  1  2\nready   \n", cluster.display(), socket.display());
    scratch.write("postgres/data/postmaster.pid", told);
    assert_eq!(answer(&open(scratch.path())).await.unwrap(), 1);
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_is_fine() {
    let scratch = Scratch::new();
    let long = scratch.join("une action sociale & solidaire/".repeat(6));
    assert_eq!(answer(&open(&long)).await.unwrap(), 1);
}

#[test]
fn a_folder_that_the_servers_user_cannot_reach_is_named() {
    let scratch = Scratch::new();
    let closed = scratch.join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    let opened = Server::open_with_guardian(&closed.join("data"), carrefour_path());
    if !is_root() {
        // Whoever is not root runs the server himself, and may enter his own folder.
        return drop(opened.unwrap());
    }
    let error = opened.unwrap_err();
    assert!(matches!(&error, EmbeddedError::NotTraversable { path, .. } if *path == closed), "{error}");
    assert!(error.hint().unwrap().contains("--data-dir"));
}

#[test]
fn programs_that_are_not_there_are_told_with_what_mends_it() {
    let scratch = Scratch::new();
    let mut migrate = carrefour();
    migrate.arg("migrate").arg("--data-dir").arg(scratch.join("data")).env("PG_BINDIR", scratch.path());
    let output = migrate.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{told}");
    assert!(told.contains("PG_BINDIR") && told.contains("hint: ") && told.contains("pg_config --bindir"), "{told}");
}

#[track_caller]
#[tokio::test]
async fn a_data_directory_that_is_removed_takes_its_server_along_and_another_may_take_its_place() {
    let scratch = Scratch::new();
    let data_dir = scratch.join("data");
    let first = open(&data_dir);
    assert_eq!(answer(&first).await.unwrap(), 1);
    let old = servers(&data_dir);
    // The server may be writing while its folder goes.
    eventually(Duration::from_secs(5), "the folder goes", || {
        drop(std::fs::remove_dir_all(&data_dir));
        !data_dir.exists()
    });
    let second = open(&data_dir);
    assert_eq!(answer(&second).await.unwrap(), 1);
    let gone = || servers(&data_dir).iter().all(|process| !old.contains(process));
    eventually(Duration::from_secs(10), "the server without a folder is gone", gone);
    assert_eq!(answer(&second).await.unwrap(), 1);
}

fn open(data_dir: &Path) -> Server {
    Server::open_with_guardian(data_dir, carrefour_path()).unwrap()
}

async fn answer(server: &Server) -> Result<i32, sqlx::Error> {
    let mut connection = PgConnectOptions::from_str(&server.url())?.connect().await?;
    let answer = sqlx::query_scalar("select 1").fetch_one(&mut connection).await;
    connection.close().await?;
    answer
}

fn is_ready(data_dir: &Path) -> bool {
    fs::read_to_string(data_dir.join("postgres/data/postmaster.pid")).is_ok_and(|told| told.contains("ready"))
}

/// Every process of a database server that works on the folder, or on one that is half made.
fn servers(data_dir: &Path) -> Vec<u32> {
    let home = data_dir.join("postgres");
    processes(|process| fs::read_link(process.join("cwd")).is_ok_and(|folder| folder.starts_with(&home)))
}

fn guardians(data_dir: &Path) -> Vec<u32> {
    let data_dir = data_dir.to_str().unwrap();
    processes(|process| {
        let told = fs::read(process.join("cmdline")).unwrap_or_default();
        let arguments: Vec<&[u8]> = told.split(|byte| *byte == 0).collect();
        arguments.get(1).is_some_and(|word| *word == embedded::GUARDIAN_ARG.as_bytes())
            && arguments.get(2).is_some_and(|word| *word == data_dir.as_bytes())
    })
}

fn processes(is_meant: impl Fn(&Path) -> bool) -> Vec<u32> {
    let all = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    let meant = all.filter(|process| is_meant(process));
    meant.filter_map(|process: PathBuf| process.file_name()?.to_str()?.parse().ok()).collect()
}

#[allow(unsafe_code)]
fn kill(processes: &[u32]) {
    assert!(!processes.is_empty(), "nobody to kill");
    for process in processes {
        // SAFETY: one process of this test's own, and never a group.
        unsafe { libc::kill(i32::try_from(*process).unwrap(), libc::SIGKILL) };
    }
}

#[allow(unsafe_code)]
fn is_root() -> bool {
    // SAFETY: geteuid only answers.
    unsafe { libc::geteuid() == 0 }
}
