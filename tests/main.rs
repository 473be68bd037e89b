//! One binary, one module an idea. `support` is what the others stand on.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answers;
mod api;
mod arrows;
mod embedded_server;
mod faults;
mod migrations;
mod preview;
mod road;
mod search;
mod similar;
mod sourceurs;
mod store;
mod support;
