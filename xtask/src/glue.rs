//! What stands between JavaScript and the Wasm: wasm-bindgen writes it, `glue.js` makes it small. The names
//! by which the two find each other are in both, so they are shortened in both.

use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::path::Path;
use std::process::Command;

use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

use super::run;

/// Writes the Wasm and its glue.
pub fn bind(root: &Path, compiled: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .out_name("act_one")
        .typescript(false)
        .omit_default_module_path(true)
        .encode_into(EncodeInto::Always)
        .web(true)?;
    let mut output = bindgen.generate_output()?;
    let wasm = output.wasm();
    let mut names = BTreeSet::new();
    for import in wasm.imports.iter() {
        names.extend([import.module.clone(), import.name.clone()]);
    }
    names.extend(wasm.exports.iter().map(|export| export.name.clone()).filter(|name| is_internal(name)));

    output.emit(out)?;
    let glue = out.join("act_one.js");
    let short = run(Command::new("node").arg(root.join("xtask/glue.js")).arg(glue).args(&names), "")?;
    let short: HashMap<&str, &str> = short.lines().filter_map(|line| line.split_once(' ')).collect();

    let wasm = output.wasm_mut();
    for import in wasm.imports.iter_mut() {
        for name in [&mut import.module, &mut import.name] {
            *name = short.get(name.as_str()).ok_or_else(|| format!("The glue has no {name}"))?.to_string();
        }
    }
    let mut unused = Vec::new();
    for export in wasm.exports.iter_mut().filter(|export| is_internal(&export.name)) {
        match short.get(export.name.as_str()) {
            Some(name) => export.name = name.to_string(),
            None => unused.push(export.id()),
        }
    }
    unused.into_iter().for_each(|export| wasm.exports.delete(export));
    std::fs::write(out.join("act_one_bg.wasm"), wasm.emit_wasm())?;
    Ok(())
}

/// Whether an export is there for wasm-bindgen's glue alone. What the crate exports keeps its name, and so does
/// the memory.
fn is_internal(export: &str) -> bool {
    export.starts_with("__") || export.starts_with("wasm_bindgen_")
}
