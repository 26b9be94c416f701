//! What stands between JavaScript and the Wasm: wasm-bindgen writes it, `glue.js` makes it small. The names
//! by which the two find each other are in both, so they are shortened in both.

use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::path::Path;
use std::process::Command;

use walrus::ir::Value;
use walrus::{ConstExpr, ElementItems, ElementKind, FunctionId, ImportKind, Module, RefType, ValType};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

use super::run;

/// What frees a slot of the table of JavaScript's values, for `glue.js` too.
const DEALLOC: &str = "__externref_table_dealloc";

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
    let wasm = output.wasm_mut();
    empty_table(wasm);
    let dealloc = wasm.funcs.by_name(DEALLOC).ok_or_else(|| format!("The Wasm has no {DEALLOC}"))?;
    wasm.exports.add(DEALLOC, dealloc);
    walrus::passes::gc::run(wasm);
    let mut names = BTreeSet::new();
    let mut giving = Vec::new();
    for import in wasm.imports.iter() {
        names.extend([import.module.clone(), import.name.clone()]);
        if let ImportKind::Function(function) = import.kind
            && wasm.types.results(wasm.funcs.get(function).ty()) == [ValType::Ref(RefType::EXTERNREF)]
        {
            giving.push(import.name.clone());
        }
    }
    names.extend(wasm.exports.iter().map(|export| export.name.clone()).filter(|name| is_internal(name)));

    output.emit(out)?;
    let glue = out.join("act_one.js");
    let short = run(
        Command::new("node").arg(root.join("xtask/glue.js")).arg(glue).args(&names).arg("--").args(giving),
        "",
    )?;
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

/// What the linker put into the function table for wasm-bindgen alone, by parts of names: what calls Rust's closures
/// from JavaScript (where used, it is exported too), and the wakers of an experiment with suspended stacks that js-sys
/// has and wasm-bindgen has just cut off.
const LEFT_OVER: [&str; 2] = ["::convert::closures::_::invoke", "::futures::jspi::"];

/// Takes it out again: the table would keep it in the Wasm (0.6 KB).
fn empty_table(wasm: &mut Module) {
    let is_left_over = |function: &FunctionId| {
        let name = wasm.funcs.get(*function).name.as_deref().unwrap_or_default();
        LEFT_OVER.iter().any(|part| name.contains(part))
    };
    let mut kept = Vec::new();
    let mut whole = Vec::new();
    for element in wasm.elements.iter() {
        if let ElementItems::Functions(functions) = &element.items
            && let ElementKind::Active { table, offset: ConstExpr::Value(Value::I32(start)) } = element.kind
        {
            whole.push((table, element.id()));
            let places: Vec<_> = (start..).zip(functions).collect();
            for run in places.split(|(_, function)| is_left_over(function)).filter(|run| !run.is_empty()) {
                let offset = ConstExpr::Value(Value::I32(run[0].0));
                kept.push((table, offset, run.iter().map(|(_, function)| **function).collect()));
            }
        }
    }
    for (table, element) in whole {
        wasm.tables.get_mut(table).elem_segments.remove(&element);
        wasm.elements.delete(element);
    }
    for (table, offset, functions) in kept {
        let kind = ElementKind::Active { table, offset };
        let element = wasm.elements.add(kind, ElementItems::Functions(functions));
        wasm.tables.get_mut(table).elem_segments.insert(element);
    }
}

/// Whether an export is there for wasm-bindgen's glue alone. What the crate exports keeps its name, and so does
/// the memory.
fn is_internal(export: &str) -> bool {
    export.starts_with("__") || export.starts_with("wasm_bindgen_")
}
