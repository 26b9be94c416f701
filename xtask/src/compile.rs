//! Rust to Wasm, by the stable toolchain's own cargo.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::run;

/// What is compiled for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// The compiled Wasm of a package of the workspace, with these features besides its default ones.
pub fn compile(root: &Path, package: &str, features: &str) -> Result<PathBuf, Box<dyn Error>> {
    let cargo = || {
        let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
        command.current_dir(root);
        command
    };
    // First, so that the folders of the dependencies are there to be named.
    run(cargo().args(["fetch", "--locked", "--target", TARGET]), "")?;
    let mut build = cargo();
    build
        .args(["build", "--release", "--lib", "--locked", "--package", package, "--target", TARGET])
        .args(["--features", features])
        .env("CARGO_ENCODED_RUSTFLAGS", without_local_paths(root)?.join("\u{1f}"));
    run(&mut build, "Is the target installed? rustup target add wasm32-unknown-unknown")?;
    Ok(output_folder(root).join("release").join(package.replace('-', "_")).with_extension("wasm"))
}

/// Where cargo puts what it has compiled.
pub fn output_folder(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from).join(TARGET)
}

fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

/// The flags that keep this machine's folders out of the panic messages in the Wasm.
fn without_local_paths(root: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let registry = home.ok_or("there is no home folder")?.join("registry/src");
    let sysroot = run(rustc().args(["--print", "sysroot"]), "")?;
    let sources = Path::new(sysroot.trim()).join("lib/rustlib/src/rust");
    let mut flags = vec![remap(root, "act-one"), remap(&sources, "rust")];
    for index in std::fs::read_dir(&registry)? {
        flags.push(remap(&index?.path(), "deps"));
    }
    Ok(flags)
}

fn remap(folder: &Path, name: &str) -> String {
    format!("--remap-path-prefix={}={name}", folder.display())
}
