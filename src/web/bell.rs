//! Bells: what futures wait at until JavaScript calls back, because a promise settled, a timer ran out
//! or a signal aborted. One callback, an export of the Wasm, rings all bells of the module and is told
//! which one by arguments bound to it. A closure for each wait (as `JsFuture` and `gloo-timers` make) would
//! be created, registered for finalization and dropped again several times a poll; a single one for all
//! costs bytes on both sides and one more call for each callback.

use core::cell::{Cell, RefCell};
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::value::property;
use super::{jobs, wake};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout, catch)]
    fn set_timeout(ring: &JsValue, ms: f64, index: u32, mark: u32) -> Result<JsValue, JsValue>;

    type Callback;
    #[wasm_bindgen(method)]
    fn bind(this: &Callback, this_arg: &JsValue, index: u32, mark: u32) -> JsValue;

    type Promise;
    #[wasm_bindgen(constructor)]
    fn new(executor: &JsValue) -> Promise;
    /// A promise of whatever was given: a promise itself, a thenable, a plain value.
    #[wasm_bindgen(static_method_of = Promise, js_name = resolve, catch)]
    fn of(given: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(static_method_of = Promise, catch)]
    fn reject(reason: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, structural, catch)]
    fn then(this: &Promise, fulfilled: &JsValue, rejected: &JsValue) -> Result<JsValue, JsValue>;
}

type Outcome = Result<JsValue, JsValue>;

/// What `ring` is exported as.
const RING_EXPORT: &str = "act_one_ring";

/// In place of a bell's index: the page woke up.
const PAGE: u32 = u32::MAX;

/// In place of a bell's index: the job of the number that stands for the mark is to be run.
const JOB: u32 = u32::MAX - 1;

/// In place of a bell's index: the value is the function that resolves a new promise.
const RESOLVE: u32 = u32::MAX - 2;

thread_local! {
    static WALL: RefCell<Wall> = const { RefCell::new(Wall { hooks: Vec::new(), free: Vec::new() }) };
    static RING: JsValue = property(&wasm_bindgen::exports(), RING_EXPORT);
    static MADE: Cell<JsValue> = const { Cell::new(JsValue::UNDEFINED) };
}

/// The function that resolves a promise. The one that rejects it is not kept: it would be 80 bytes of each wait.
pub(crate) struct Settler(JsValue);

/// Where bells hang.
struct Wall {
    hooks: Vec<Hook>,
    free: Vec<u32>,
}

/// Room for one bell at a time, each of another generation: a callback that comes after its bell was
/// taken down rings nobody else's.
#[derive(Default)]
struct Hook {
    /// Even; a mark that is greater by one rings with a rejection.
    generation: u32,
    /// Whether the page's waking up rings it too.
    wakeable: bool,
    waker: Option<Waker>,
    outcome: Option<Outcome>,
}

/// A bell that hangs until it is dropped. The future ends when it has rung.
pub(crate) struct Bell {
    index: u32,
    generation: u32,
}

impl Wall {
    fn hook(&mut self, index: u32, generation: u32) -> Option<&mut Hook> {
        self.hooks.get_mut(index as usize).filter(|hook| hook.generation == generation)
    }
}

/// Called by JavaScript alone. It may ring while it runs: what is run by it may abort.
#[wasm_bindgen(js_name = act_one_ring, skip_typescript)]
#[doc(hidden)]
pub fn ring(index: u32, mark: u32, value: JsValue) {
    match index {
        PAGE => return wake::on_event(),
        JOB => return jobs::run(mark),
        RESOLVE => return MADE.set(value),
        _ => {}
    }
    let waker = WALL.with_borrow_mut(|wall| {
        let hook = wall.hook(index, mark & !1)?;
        hook.outcome.get_or_insert(if mark & 1 == 0 { Ok(value) } else { Err(value) });
        hook.waker.take()
    });
    // With nothing borrowed: it may run anything.
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// Rings every bell that waits for the page too.
pub(super) fn ring_wakeable() {
    let mut wakers = Vec::new();
    WALL.with_borrow_mut(|wall| {
        for hook in &mut wall.hooks {
            if hook.wakeable {
                hook.outcome.get_or_insert(Ok(JsValue::UNDEFINED));
                wakers.extend(hook.waker.take());
            }
        }
    });
    for waker in wakers {
        waker.wake();
    }
}

/// What calls `wake` back when the page wakes up.
pub(super) fn page_ringer() -> JsValue {
    bound(PAGE, 0)
}

/// Runs a job in a microtask of its own.
pub(super) fn run_soon(index: u32) {
    let run = bound(JOB, index);
    // A promise that is settled does not throw.
    let _ = Promise::of(&JsValue::UNDEFINED).and_then(|settled| settled.then(&run, &run));
}

fn bound(index: u32, mark: u32) -> JsValue {
    RING.with(|ring| ring.unchecked_ref::<Callback>().bind(&JsValue::UNDEFINED, index, mark))
}

/// A promise, and what settles it.
pub(crate) fn promise() -> (js_sys::Promise, Settler) {
    // It calls back before it returns.
    let promise = Promise::new(&bound(RESOLVE, 0));
    (promise.unchecked_into(), Settler(MADE.take()))
}

impl Settler {
    pub(crate) fn settle(&self, outcome: Outcome) {
        // What is resolved with a promise that is rejected becomes so too.
        let outcome: Outcome = outcome.or_else(|reason| {
            let rejected = Promise::reject(&reason)?.into();
            // It is followed a microtask from now, too late for workerd (up to the compatibility date 2026-03-02):
            // that would report it as one that nobody handles.
            ignore(&rejected);
            Ok(rejected)
        });
        if let Ok(value) = outcome {
            // The functions of a promise do not throw.
            let _ = self.0.unchecked_ref::<Function>().call1(&JsValue::UNDEFINED, &value);
        }
    }
}

impl Bell {
    pub(crate) fn hang(wakeable: bool) -> Self {
        WALL.with_borrow_mut(|wall| {
            let index = wall.free.pop().unwrap_or(wall.hooks.len() as u32);
            if index as usize == wall.hooks.len() {
                wall.hooks.push(Hook::default());
            }
            let mut generation = 0;
            if let Some(hook) = wall.hooks.get_mut(index as usize) {
                hook.wakeable = wakeable;
                generation = hook.generation;
            }
            Bell { index, generation }
        })
    }

    /// What rings it when called.
    pub(crate) fn ringer(&self) -> JsValue {
        bound(self.index, self.generation)
    }

    /// Has it rung after `ms`, or at once in a runtime without timers: better awake than asleep for ever. Gives what
    /// the timer can be cleared by.
    pub(super) fn ring_after(&self, ms: f64) -> JsValue {
        RING.with(|ring| set_timeout(ring, ms, self.index, self.generation)).unwrap_or_else(|thrown| {
            ring(self.index, self.generation, thrown);
            JsValue::UNDEFINED
        })
    }
}

impl Future for Bell {
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, context: &mut Context) -> Poll<Outcome> {
        let waker = context.waker().clone();
        let mut unused = None;
        let outcome = WALL.with_borrow_mut(|wall| {
            let hook = wall.hook(self.index, self.generation)?;
            if hook.outcome.is_none() {
                unused = hook.waker.replace(waker);
            }
            hook.outcome.take()
        });
        // Dropping a waker can drop a task, and with it bells.
        drop(unused);
        outcome.map_or(Poll::Pending, Poll::Ready)
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        let taken = WALL.with_borrow_mut(|wall| {
            let hook = wall.hook(self.index, self.generation)?;
            hook.generation = hook.generation.wrapping_add(2);
            hook.wakeable = false;
            let taken = (hook.waker.take(), hook.outcome.take());
            wall.free.push(self.index);
            Some(taken)
        });
        drop(taken);
    }
}

/// Waits for whatever a foreign function gave, promise or not.
pub(crate) fn settle(value: &JsValue) -> Bell {
    let bell = Bell::hang(false);
    let rejected = bound(bell.index, bell.generation | 1);
    if let Err(thrown) = Promise::of(value).and_then(|promise| promise.then(&bell.ringer(), &rejected)) {
        ring(bell.index, bell.generation | 1, thrown);
    }
    bell
}

/// Keeps a rejection that nobody waits for from being reported.
pub(crate) fn ignore(value: &JsValue) {
    let nobody = Bell::hang(false).ringer();
    let _ = Promise::of(value).and_then(|promise| promise.then(&nobody, &nobody));
}
