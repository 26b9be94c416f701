//! Rust to Wasm, with the standard library compiled along where its sources are there: the one that comes
//! with the toolchain is made for speed and carries the formatting of every panic.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::run;

/// What is compiled for.
pub const TARGET: &str = "wasm32-unknown-unknown";

const SMALL_CODE: [&str; 7] = [
    "-Zunstable-options",
    // A panic traps at once, without a message: nobody reads it in a page.
    "-Cpanic=immediate-abort",
    "-Zlocation-detail=none",
    "-Zfmt-debug=none",
    // What rustc has put together before LLVM sees it comes out 0.7 KB smaller (brotli); twice as much inlined is more.
    "-Zmir-opt-level=3",
    "-Zinline-mir-threshold=100",
    // Branches with the same end in different places compress better than one with what differs passed to it.
    "-Cllvm-args=-simplifycfg-sink-common=0",
];

/// The deepest that the client goes is a few hundred bytes; LLVM's megabyte would be kept, and every address in the
/// Wasm would be longer for it. The stack lies lowest, so what outgrew it would trap: a call that finds
/// it half full is refused (`is_stack_half_full`).
const SMALL_STACK: &str = "-Clink-arg=-zstack-size=32768";

const OWN_STD: [&str; 2] = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];

/// The compiled Wasm, and what compiled it.
pub fn compile(root: &Path) -> Result<(PathBuf, String), Box<dyn Error>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let cargo = || {
        let mut command = Command::new(&cargo);
        command.current_dir(root);
        command
    };
    // First, so that the folders of the dependencies are there to be named.
    run(cargo().args(["fetch", "--locked", "--target", TARGET]), "")?;
    let obstacle = obstacle_to_own_std(cargo());
    let mut flags = without_local_paths(root)?;
    flags.push(SMALL_STACK.into());
    let mut build = cargo();
    build.args(["build", "--release", "--lib", "--package", "act-one", "--target", TARGET]);
    if let Some(obstacle) = &obstacle {
        eprintln!(
            "xtask: {obstacle}: the Wasm gets the toolchain's own standard library and is larger for it."
        );
    } else {
        flags.extend(SMALL_CODE.map(String::from));
        build.args(OWN_STD).env("RUSTC_BOOTSTRAP", "1");
    }
    build.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    run(&mut build, "Is the target installed? rustup target add wasm32-unknown-unknown")?;
    let kind = if obstacle.is_some() { "the toolchain's own std" } else { "std compiled along" };
    let compiler = format!("{}, {kind}\n", run(rustc().arg("--version"), "")?.trim());
    Ok((output_folder(root).join("release/act_one.wasm"), compiler))
}

/// Where cargo puts what it has compiled.
pub fn output_folder(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from).join(TARGET)
}

/// Why the standard library cannot be compiled along; nothing if it can.
fn obstacle_to_own_std(mut cargo: Command) -> Option<&'static str> {
    let succeeds = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
    // The flags are a stable compiler's only by request, and have had other names.
    let mut asks = rustc();
    asks.env("RUSTC_BOOTSTRAP", "1").args(SMALL_CODE).args(["--target", TARGET, "--print", "cfg"]);
    if !succeeds(&mut asks) {
        return Some("This rustc does not know the flags for small code");
    }
    if !std_sources().is_some_and(|sources| sources.join("library/std").is_dir()) {
        return Some("The standard library's sources are missing (rustup component add rust-src)");
    }
    let fetch =
        cargo.env("RUSTC_BOOTSTRAP", "1").args(["fetch", "--locked", "--target", TARGET]).args(OWN_STD);
    (!succeeds(fetch)).then_some("The standard library's dependencies cannot be fetched")
}

fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

fn std_sources() -> Option<PathBuf> {
    let sysroot = run(rustc().args(["--print", "sysroot"]), "").ok()?;
    Some(Path::new(sysroot.trim()).join("lib/rustlib/src/rust"))
}

/// The flags that keep this machine's folders out of the panic messages in the Wasm.
fn without_local_paths(root: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let registry = home.ok_or("there is no home folder")?.join("registry/src");
    let mut flags = vec![remap(root, "act-one")];
    flags.extend(std_sources().map(|sources| remap(&sources, "rust")));
    for index in std::fs::read_dir(&registry)? {
        flags.push(remap(&index?.path(), "deps"));
    }
    Ok(flags)
}

fn remap(folder: &Path, name: &str) -> String {
    format!("--remap-path-prefix={}={name}", folder.display())
}
