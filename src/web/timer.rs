//! Sleeping. Dropping a sleep clears its timer.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use wasm_bindgen::prelude::*;

use super::bell::Bell;
use super::wake;
use crate::options::MAX_MS;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = clearTimeout, catch)]
    fn clear_timeout(handle: &JsValue) -> Result<JsValue, JsValue>;
}

/// See [`sleep`].
pub(crate) struct Sleep {
    bell: Bell,
    handle: JsValue,
    wakeable: bool,
}

/// Ends after `ms` (24 days at most, the longest that a timer can); if `wakeable`, also as soon as the tab
/// becomes visible again or the network comes back.
pub(crate) fn sleep(ms: f64, wakeable: bool) -> Sleep {
    if wakeable {
        wake::listen();
    }
    let bell = Bell::hang(wakeable);
    let handle = bell.ring_after(ms.clamp(0.0, MAX_MS));
    Sleep { bell, handle, wakeable }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<()> {
        Pin::new(&mut self.bell).poll(context).map(drop)
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        // Clearing a timer that has rung, or none, does nothing.
        let _ = clear_timeout(&self.handle);
        if self.wakeable {
            wake::unlisten();
        }
    }
}
