#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

// What decides: plain Rust that knows no browser.
pub mod error;
pub mod input;
pub mod options;
pub mod pace;
pub mod retry;
pub mod schedule;
pub mod task;
pub mod wire;

// Of the npm package's Wasm only: a Rust program has its own.
#[cfg(all(feature = "exports", any(target_family = "wasm", test)))]
mod allocator;

// What does: one way down, from the JavaScript surface to the runtime's own fetch and timers.
#[cfg(target_family = "wasm")]
pub mod client;
#[cfg(target_family = "wasm")]
mod exchange;
#[cfg(all(target_family = "wasm", feature = "exports"))]
mod js;
#[cfg(target_family = "wasm")]
mod web;

#[cfg(target_family = "wasm")]
pub use client::{Client, TaskRef};
pub use input::Input;
pub use options::Options;

/// A task whose `raw` is the runtime's own value. Boxed: it is handed through every layer.
#[cfg(target_family = "wasm")]
pub type Task = Box<task::Task<wasm_bindgen::JsValue>>;

/// An error whose `cause` is the runtime's own value.
#[cfg(target_family = "wasm")]
pub type Error = error::Error<wasm_bindgen::JsValue>;
