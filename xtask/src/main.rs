//! The build driver: `cargo xtask build` makes `npm/wasm/` out of the two crates. Three steps, each by the tool that owns
//! it: rustc, wasm-bindgen (as a library, of the version that the lock file names), wasm-opt (from npm).
//! For the tests, `cargo xtask example OUT` makes a Rust program that uses the crate, and `cargo xtask panics OUT` the
//! same Wasm as `build`, but one that panics where a test asks for it.

mod bind;
mod compile;
mod example;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["build"] => root().and_then(|root| {
            let out = root.join("npm/wasm");
            build(&root, &out, "")?;
            bind::bind(&root, &compile::compile(&root, "act-one-media", "")?, "media", &out)?;
            run(Command::new("node").arg(root.join("xtask/bundle.js")), "").map(drop)
        }),
        ["panics", out] => root().and_then(|root| build(&root, Path::new(out), "panic-on-demand")),
        ["example", out] => root().and_then(|root| example::build(&root, Path::new(out))),
        _ => Err("usage: cargo xtask build | example OUT | panics OUT".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn root() -> Result<PathBuf, Box<dyn Error>> {
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").ok_or("run this as: cargo xtask build")?;
    Ok(Path::new(&xtask).parent().ok_or("xtask has no parent folder")?.into())
}

fn build(root: &Path, out: &Path, features: &str) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(out)?;
    bind::bind(root, &compile::compile(root, "act-one", features)?, "act_one", out)
}

/// What the command has printed.
fn run(command: &mut Command, hint: &str) -> Result<String, Box<dyn Error>> {
    let name: Vec<_> = [command.get_program()].into_iter().chain(command.get_args().take(3)).collect();
    let name = name.join(" ".as_ref()).display().to_string();
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| format!("{name}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{name} failed ({}). {hint}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
