//! The tests of the whole house, at its three doors: bytes into a protocol, a record into a mapping,
//! a question to the API, and the command that joins them. They are one binary, `main.rs`; this file
//! stands here because a package must have more than tests.
