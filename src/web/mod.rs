//! What touches the runtime: fetch, timers, decoded values. Thin on purpose; whatever decides
//! anything is outside and tested without a browser.

#[cfg_attr(not(feature = "exports"), allow(dead_code))]
pub(crate) mod bell;
pub(crate) mod body;
pub(crate) mod fetch;
#[cfg_attr(not(feature = "exports"), allow(dead_code))]
pub(crate) mod jobs;
pub(crate) mod json;
pub(crate) mod network;
pub(crate) mod race;
pub(crate) mod secret;
pub(crate) mod timer;
pub(crate) mod value;
mod wake;

use core::cell::Cell;
use core::hint::black_box;

/// The local clock, in ms since the Unix epoch: for times that are told, and compared with those of others.
pub(crate) fn wall_clock() -> f64 {
    js_sys::Date::now()
}

/// The same clock for what lasts, in ms since some moment: it stands still where the other is set back, which would
/// make a sleep or a timeout as much longer. Not `performance.now()`: that stops while the computer sleeps.
pub(crate) fn now() -> f64 {
    thread_local! {
        static SEEN: Cell<(f64, f64)> = const { Cell::new((0.0, 0.0)) };
    }
    let (latest, wall_before) = SEEN.get();
    let wall = wall_clock();
    let now = latest + (wall - wall_before).max(0.0);
    SEEN.set((now, wall));
    now
}

/// Half of the stack that the build driver gives.
const HALF_STACK: usize = 16_384;

/// Whether less than half of the stack is left: what outgrew it would trap, perhaps while something is borrowed.
#[cfg_attr(not(feature = "exports"), allow(dead_code))]
pub(crate) fn is_stack_half_full() -> bool {
    let top = 0_u8;
    // The stack lies lowest in the memory and grows downwards.
    (&raw const *black_box(&top)).addr() < HALF_STACK
}

/// A number from 0 up to 1.
pub(crate) fn random() -> f64 {
    js_sys::Math::random()
}
