//! A private PostgreSQL server for those who were given none.
//!
//! A cluster belongs to a data directory and lives under `DATA_DIR/postgres`. [`Server::open`] is
//! the whole face: it hands out the address of a server that runs, and as long as the [`Server`]
//! is held the server goes on running. This crate knows where PostgreSQL's programs are found,
//! as whom they must run, how a cluster is made, started and stopped. It refuses to know what is
//! stored in it: no table, no SQL, not even the client's protocol.
//!
//! The server is owned by a *guardian*, a small process apart: the same executable run again with
//! [`GUARDIAN_ARG`], which calls [`guardian_main`]. Clients never stop the server and need no word
//! with each other; they share a lock on a file, and the guardian stops the server once it can
//! have that lock alone. The kernel drops the locks of a process that ends, however it ends, so a
//! `serve` and a `harvest` may come, go and be killed in any order and leave nothing behind. If the
//! guardian itself is killed, the kernel ends the server with it (Linux), and the next client
//! clears up.
//!
//! ```text
//! DATA_DIR/postgres/clients.lock    shared by every client, taken alone by a guardian that stops
//!                   guardian.lock   held by the one guardian
//!                   data/           the cluster; made as data.new/ and renamed when whole
//!                   socket/         the only way in (elsewhere if this path is too long)
//!                   guardian.log, server.log
//! ```

mod client;
mod cluster;
mod error;
mod guardian;
mod installation;
mod layout;
#[allow(unsafe_code)] // the few calls of the system that the standard library lacks
mod os;
mod owner;
mod postmaster;
mod socket;

pub use client::Server;
pub use error::EmbeddedError;
pub use guardian::guardian_main;
pub use installation::binaries;

/// The first argument that makes the executable a guardian; the second is the data directory.
pub const GUARDIAN_ARG: &str = "__guardian";
