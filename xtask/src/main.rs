//! The build driver: `cargo xtask build` makes `npm/wasm/` out of the crate. Three steps, each by the
//! tool that owns it: rustc, wasm-bindgen (as a library, pinned by the lock file), wasm-opt (from npm).
//! `cargo xtask example OUT` makes the Rust program of the tests, for Node.

mod compile;
mod example;
mod glue;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

/// The features that rustc's target has on by default. `--all-features` would let wasm-opt emit import
/// encodings that no runtime loads.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-reference-types",
    "--enable-multivalue",
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["build"] => root().and_then(|root| build(&root)),
        ["example", out] => root().and_then(|root| example::build(&root, Path::new(out))),
        _ => Err("usage: cargo xtask build | example OUT".into()),
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

fn build(root: &Path) -> Result<(), Box<dyn Error>> {
    let out = root.join("npm/wasm");
    std::fs::create_dir_all(&out)?;
    let (compiled, compiler) = compile::compile(root)?;
    glue::bind(root, &compiled, &out)?;
    optimize(root, &out.join("act_one_bg.wasm"))?;
    // For the test of the size, which depends on it.
    Ok(std::fs::write(out.join("built-with"), compiler)?)
}

/// Smaller Wasm.
fn optimize(root: &Path, wasm: &Path) -> Result<(), Box<dyn Error>> {
    let mut wasm_opt = Command::new("node");
    wasm_opt
        .arg(root.join("node_modules/binaryen/bin/wasm-opt"))
        .args(["--flatten", "--rereloop", "-Oz", "-Oz"])
        // The lowest addresses are the far end of the stack, which is full before anything gets there.
        .arg("--low-memory-unused")
        .args(["--strip-debug", "--strip-producers", "--strip-target-features"])
        .args(WASM_FEATURES)
        .arg(wasm)
        .arg("-o")
        .arg(wasm);
    run(&mut wasm_opt, "Are the node modules installed? npm ci").map(drop)
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
