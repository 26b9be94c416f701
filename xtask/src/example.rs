//! The Rust programs of the tests: compiled and bound as the author of such a program would do it, with nothing of
//! what makes the package's own Wasm small.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use wasm_bindgen_cli_support::Bindgen;

use super::compile::{TARGET, output_folder};
use super::run;

/// Writes `wait.js` and its Wasm, for Node.
pub fn build(root: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root).args(["build", "--quiet", "--package", "act-one", "--example", "wait"]);
    // And the one of the crate's documentation, to see that it compiles.
    run(cargo.args(["--example", "animate", "--target", TARGET, "--no-default-features"]), "")?;
    let compiled = output_folder(root).join("debug/examples/wait.wasm");
    Ok(Bindgen::new().input_path(compiled).typescript(false).nodejs_module(true)?.generate(out)?)
}
