//! A client for Runway's Act-One through CometAPI, for Rust programs that run as WebAssembly: it creates tasks, polls
//! them to their end over the runtime's `fetch`, and downloads the result.
//!
//! ```rust,ignore
#![doc = include_str!("../tests/rust/animate.rs")]
//! ```
//!
//! Creating a task costs money, so a create is sent again only if the answer proves that no task was made;
//! [`error::Details::task_may_exist`] says where that stays open. Reads are free and are retried.
//!
//! Dropping the future of an operation cancels it, with its request and its timers.
//!
//! The npm package `act-one` is this crate with its JavaScript functions, the feature `exports`. A Rust program leaves
//! that out: `act-one = { version = "0.1", default-features = false }`.
//!
//! What the service says on the wire is read in [`wire`]; when the next read is worth making is decided in
//! [`schedule`]. Both are plain Rust and are tested natively, as is everything that decides anything.

// Outside of WebAssembly, what has no user is there for the tests.
#![cfg_attr(not(target_family = "wasm"), allow(dead_code))]

// What decides: plain Rust that knows no browser.
mod advice;
mod bounded;
pub mod error;
mod held;
pub mod input;
mod lost_create;
pub mod options;
pub mod pace;
mod resume;
pub mod retry;
pub mod schedule;
mod secret;
pub mod task;
pub mod wire;

// What does: one way down, from the JavaScript surface to the runtime's own fetch and timers.
#[cfg(target_family = "wasm")]
mod ask;
#[cfg(target_family = "wasm")]
mod body;
#[cfg(target_family = "wasm")]
mod client;
#[cfg(target_family = "wasm")]
mod credential;
#[cfg(target_family = "wasm")]
mod decoded;
#[cfg(target_family = "wasm")]
mod download;
#[cfg(target_family = "wasm")]
mod exchange;
#[cfg(target_family = "wasm")]
mod feed;
#[cfg(target_family = "wasm")]
mod fetch;
#[cfg(all(target_family = "wasm", feature = "exports"))]
mod js;
#[cfg(target_family = "wasm")]
mod listing;
#[cfg(target_family = "wasm")]
mod no_answer;
#[cfg(target_family = "wasm")]
#[cfg_attr(not(feature = "exports"), allow(dead_code, reason = "npm/parcel.js moves the bytes"))]
mod parcel;
#[cfg(target_family = "wasm")]
mod runtime;
#[cfg(target_family = "wasm")]
mod search;
#[cfg(target_family = "wasm")]
mod trouble;
#[cfg(target_family = "wasm")]
mod turn;
#[cfg(target_family = "wasm")]
mod wait;

pub use input::Input;
pub use options::Options;
#[cfg(target_family = "wasm")]
pub use {
    client::Client,
    decoded::{Error, Task},
    listing::{TaskFilter, TaskList},
    wait::TaskRef,
};
