//! Compiled Wasm to a module that JavaScript can load: wasm-bindgen writes the glue, wasm-opt makes the Wasm smaller,
//! esbuild the glue. Each is used by its own options; nothing rewrites what they wrote.

use std::error::Error;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;
use std::process::Command;

use wasm_bindgen_cli_support::Bindgen;

use super::run;

/// The features that rustc's target has on by default. `--all-features` would let wasm-opt emit import encodings that
/// no runtime loads.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The custom section that says which build a Wasm is of. Wasm and glue of two builds must not be linked: the same
/// short name may mean something else in each.
const BUILD_SECTION: &str = "act-one-build";

/// Writes `NAME.js` and `NAME_bg.wasm` into `out`.
pub fn bind(root: &Path, compiled: &Path, name: &str, out: &Path) -> Result<(), Box<dyn Error>> {
    Bindgen::new()
        .input_path(compiled)
        .out_name(name)
        .typescript(false)
        .omit_default_module_path(true)
        .web(true)?
        .generate(out)?;
    let wasm = out.join(name.to_owned() + "_bg.wasm");
    let glue = out.join(name.to_owned() + ".js");
    // wasm-opt prints what it has shortened.
    let names = run(
        Command::new("node")
            .arg(root.join("node_modules/binaryen/bin/wasm-opt"))
            .args(["--flatten", "--rereloop", "-Oz", "-Oz", "--minify-imports-and-exports-and-modules"])
            .args(["--strip-debug", "--strip-producers", "--strip-target-features"])
            .args(WASM_FEATURES)
            .arg(&wasm)
            .arg("-o")
            .arg(&wasm),
        "Are the node modules installed? npm ci",
    )?;
    let mut bytes = std::fs::read(&wasm)?;
    let build = fingerprint(&[&bytes, &std::fs::read(&glue)?]);
    append_section(&mut bytes, BUILD_SECTION, &build)?;
    std::fs::write(&wasm, bytes)?;
    let mut minify = Command::new("node");
    minify.arg(root.join("xtask/minify.js")).arg(&glue).arg(&build).arg(&names);
    run(&mut minify, "Are the node modules installed? npm ci").map(drop)
}

fn fingerprint(parts: &[&[u8]]) -> String {
    let mut hasher = DefaultHasher::new();
    parts.iter().for_each(|part| hasher.write(part));
    format!("{:016x}", hasher.finish())
}

/// Appends a custom section: <https://webassembly.github.io/spec/core/binary/modules.html#custom-section>.
fn append_section(wasm: &mut Vec<u8>, name: &str, content: &str) -> Result<(), Box<dyn Error>> {
    // One byte for each length, which LEB128 encodes numbers up to 127 in.
    let length = |length: usize| u8::try_from(length).ok().filter(|length| *length < 128).ok_or("too long");
    wasm.extend([0, length(1 + name.len() + content.len())?, length(name.len())?]);
    wasm.extend(name.bytes().chain(content.bytes()));
    Ok(())
}
