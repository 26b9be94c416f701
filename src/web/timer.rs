//! Sleeping. One callback serves all timers of the module and is told which one rang by `setTimeout`'s
//! own extra argument, because a closure per timer (as `gloo-timers` makes) is created, registered for
//! finalization and dropped again for every poll. Dropping a sleep clears its timer.

use core::cell::RefCell;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use wasm_bindgen::prelude::*;

use super::wake;
use crate::options::MAX_MS;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout, catch)]
    fn set_timeout(callback: &Closure<dyn Fn(u32)>, ms: f64, slot: u32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = clearTimeout, catch)]
    fn clear_timeout(handle: &JsValue) -> Result<(), JsValue>;
}

/// A sleep that has begun.
struct Slot {
    rung: bool,
    /// Whether the page's waking up ends it too.
    wakeable: bool,
    waker: Waker,
}

#[derive(Default)]
struct Slots {
    slots: Vec<Option<Slot>>,
    free: Vec<u32>,
}

impl Slots {
    fn insert(&mut self, slot: Slot) -> u32 {
        if let Some(index) = self.free.pop() {
            self.slots[index as usize] = Some(slot);
            return index;
        }
        self.slots.push(Some(slot));
        self.slots.len() as u32 - 1
    }

    fn get(&mut self, index: u32) -> Option<&mut Slot> {
        self.slots.get_mut(index as usize)?.as_mut()
    }

    /// Gives the slot to the caller, to be dropped with nothing borrowed: dropping a waker can drop a task.
    fn remove(&mut self, index: u32) -> Option<Slot> {
        let slot = self.slots.get_mut(index as usize)?.take()?;
        self.free.push(index);
        Some(slot)
    }
}

thread_local! {
    static SLOTS: RefCell<Slots> = RefCell::default();
    static RING: Closure<dyn Fn(u32)> = Closure::new(ring);
}

/// Ends the sleep of one slot. The waker is called with nothing borrowed: it may run anything.
fn ring(index: u32) {
    let waker = SLOTS.with_borrow_mut(|slots| {
        let slot = slots.get(index)?;
        slot.rung = true;
        Some(slot.waker.clone())
    });
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// Ends every sleep that waits for the page too.
pub(super) fn ring_wakeable() {
    let wakers: Vec<Waker> = SLOTS.with_borrow_mut(|slots| {
        let wakeable = slots.slots.iter_mut().flatten().filter(|slot| slot.wakeable);
        wakeable
            .map(|slot| {
                slot.rung = true;
                slot.waker.clone()
            })
            .collect()
    });
    for waker in wakers {
        waker.wake();
    }
}

/// See [`sleep`] and [`sleep_or_wake`].
pub(crate) struct Sleep {
    ms: f64,
    wakeable: bool,
    begun: Option<(u32, JsValue)>,
}

/// Ends after `ms` (24 days at most, the longest that a timer can).
pub(crate) fn sleep(ms: f64) -> Sleep {
    Sleep::of(ms, false)
}

/// Ends after `ms`, or as soon as the tab becomes visible again or the network comes back.
pub(crate) fn sleep_or_wake(ms: f64) -> Sleep {
    Sleep::of(ms, true)
}

impl Sleep {
    fn of(ms: f64, wakeable: bool) -> Self {
        Sleep { ms: ms.clamp(0.0, MAX_MS), wakeable, begun: None }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<()> {
        if let Some((index, _)) = &self.begun {
            return SLOTS.with_borrow_mut(|slots| match slots.get(*index) {
                Some(slot) if !slot.rung => {
                    slot.waker.clone_from(context.waker());
                    Poll::Pending
                }
                _ => Poll::Ready(()),
            });
        }
        let slot = Slot { rung: false, wakeable: self.wakeable, waker: context.waker().clone() };
        let index = SLOTS.with_borrow_mut(|slots| slots.insert(slot));
        match RING.with(|ring| set_timeout(ring, self.ms, index)) {
            Ok(handle) => {
                self.begun = Some((index, handle));
                if self.wakeable {
                    wake::listen();
                }
                Poll::Pending
            }
            // No timers in this runtime: better awake than asleep for ever.
            Err(_) => {
                drop(SLOTS.with_borrow_mut(|slots| slots.remove(index)));
                Poll::Ready(())
            }
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some((index, handle)) = self.begun.take() {
            // Clearing a timer that has rung does nothing.
            let _ = clear_timeout(&handle);
            drop(SLOTS.with_borrow_mut(|slots| slots.remove(index)));
            if self.wakeable {
                wake::unlisten();
            }
        }
    }
}
