//! The function that the package calls. It returns nothing and tells what it has found to a listener; the crate `act-one`
//! says why.

use wasm_bindgen::prelude::*;

use crate::{Answer, Outcome, Source};

#[wasm_bindgen]
extern "C" {
    /// What is told of a file.
    pub type Listener;

    #[wasm_bindgen(method)]
    fn need(this: &Listener, offset: f64, length: f64);

    #[wasm_bindgen(method)]
    fn answer(
        this: &Listener,
        format: Option<&str>,
        kind: &str,
        name: &str,
        width: Option<u32>,
        height: Option<u32>,
        duration: Option<f64>,
        trouble: Option<&str>,
    );
}

/// Tells the listener what a file of that length is, or which piece to read next. `offsets` says where each piece
/// begins, `lengths` how long it is, and `bytes` holds them one behind the other.
#[wasm_bindgen]
pub fn examine(listener: &Listener, length: Option<f64>, offsets: &[f64], lengths: &[u32], bytes: &[u8]) {
    // Whole numbers that a float holds exactly.
    let mut source = Source::new(length.map(|length| length as u64));
    let mut rest = bytes;
    for (offset, length) in offsets.iter().zip(lengths) {
        let Some((piece, behind)) = rest.split_at_checked(*length as usize) else { break };
        source.add(*offset as u64, piece);
        rest = behind;
    }
    match crate::examine(&source) {
        Outcome::Need { offset, length } => listener.need(offset as f64, length as f64),
        Outcome::Answer(Answer { format, kind, name, frame, duration, trouble }) => listener.answer(
            format.map(|format| format.name()),
            kind.name(),
            name,
            frame.map(|frame| frame.width),
            frame.map(|frame| frame.height),
            duration,
            trouble,
        ),
    }
}

/// Has the next call run on a fresh instance, after one that has ended in a trap.
#[wasm_bindgen(js_name = startOver)]
pub fn start_over() {
    wasm_bindgen::handler::schedule_reinit();
}
