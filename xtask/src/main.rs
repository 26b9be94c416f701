//! The build driver: `cargo xtask build` makes `npm/wasm/` out of the crate. Three steps, each by the
//! tool that owns it: rustc, wasm-bindgen (as a library, pinned by the lock file), wasm-opt (from npm).

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";

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
        ["build"] => build(),
        _ => Err("usage: cargo xtask build".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), Box<dyn Error>> {
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").ok_or("run this as: cargo xtask build")?;
    let root = Path::new(&xtask).parent().ok_or("xtask has no parent folder")?;
    let out = root.join("npm/wasm");
    let compiled = compile(root)?;
    bind(&compiled, &out)?;
    optimize(root, &out.join("act_one_bg.wasm"))
}

/// Rust to Wasm.
fn compile(root: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    // First, so that the folders of the dependencies are there to be named.
    run(Command::new(&cargo).args(["fetch", "--locked", "--target", TARGET]).current_dir(root), "")?;
    let mut cargo = Command::new(cargo);
    cargo.env("CARGO_ENCODED_RUSTFLAGS", without_local_paths(root)?.join("\u{1f}"));
    cargo.args(["build", "--release", "--lib", "--package", "act-one", "--target", TARGET]).current_dir(root);
    run(&mut cargo, "Is the target installed? rustup target add wasm32-unknown-unknown")?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join(TARGET).join("release/act_one.wasm"))
}

/// The flags that keep this machine's folders out of the panic messages in the Wasm.
fn without_local_paths(root: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let registry = home.ok_or("there is no home folder")?.join("registry/src");
    let mut flags = vec![format!("--remap-path-prefix={}=act-one", root.display())];
    for index in std::fs::read_dir(&registry)? {
        flags.push(format!("--remap-path-prefix={}=deps", index?.path().display()));
    }
    Ok(flags)
}

/// The JavaScript that the Wasm needs around it. Where the Wasm itself lies is for the loaders in `npm/`
/// to say, one a runtime, so the default address is left out.
fn bind(compiled: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .out_name("act_one")
        .typescript(false)
        .omit_default_module_path(true)
        .web(true)?;
    bindgen.generate(out)?;
    Ok(())
}

/// Smaller Wasm.
fn optimize(root: &Path, wasm: &Path) -> Result<(), Box<dyn Error>> {
    let tool = root.join("node_modules/binaryen/bin/wasm-opt");
    let mut wasm_opt = Command::new("node");
    wasm_opt
        .arg(tool)
        .args(["-Oz", "--converge", "--strip-debug", "--strip-producers", "--strip-target-features"])
        .args(WASM_FEATURES)
        .arg(wasm)
        .arg("-o")
        .arg(wasm);
    run(&mut wasm_opt, "Are the node modules installed? npm ci")
}

fn run(command: &mut Command, hint: &str) -> Result<(), Box<dyn Error>> {
    let status = command.status().map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} failed ({status}). {hint}").into()) }
}
