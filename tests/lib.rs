//! The tests of the whole house; see `main.rs`.
