//! The runtime's clock, timers and events as futures. Knows no request and no answer.

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;

use futures_channel::oneshot;
use futures_util::future::{Either, pending, select};
use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::future::TimeoutFuture;
use js_sys::Date;
use web_sys::{Document, EventTarget, VisibilityState, Window};

use crate::options::MAX_MS;

/// The local clock, in ms since the Unix epoch: for times that are told, and compared with those of others.
pub(crate) fn wall_clock() -> f64 {
    Date::now()
}

/// A clock for durations, in ms since some moment. It stands still where the wall clock is set back, which would
/// otherwise make a sleep or a timeout longer. Not `performance.now()`, which stops while the computer sleeps.
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

/// A number from 0 up to 1.
pub(crate) fn random() -> f64 {
    js_sys::Math::random()
}

/// So many random lower-case letters and digits.
pub(crate) fn random_characters(count: usize) -> String {
    let one = || char::from_digit((random() * 36.0) as u32, 36).unwrap_or('0');
    std::iter::repeat_with(one).take(count).collect()
}

/// A place where a test may ask for a panic, by its name in the global `actOnePanics`. Does nothing in other builds.
pub(crate) fn may_panic(_place: &str) {
    #[cfg(feature = "panic-on-demand")]
    {
        let asked = js_sys::Reflect::get(&js_sys::global(), &"actOnePanics".into()).unwrap_or_default();
        assert!(asked.as_string().as_deref() != Some(_place), "asked for by a test");
    }
}

/// Ends after `ms` (24 days at most, the longest that a timer can take).
pub(crate) async fn sleep(ms: f64) {
    TimeoutFuture::new(ms.clamp(0.0, MAX_MS) as u32).await;
}

thread_local! {
    /// Asked for once: outside of pages, looking for a window throws inside.
    static PAGE: Option<(Window, Document)> =
        web_sys::window().and_then(|window| Some((window.clone(), window.document()?)));
}

/// Ends after `ms`, or as soon as the tab becomes visible or the network comes back: browsers throttle the timers of
/// hidden tabs and stop them while the computer sleeps.
pub(crate) async fn sleep_unless_woken(ms: f64) {
    let woken = async {
        let Some((window, document)) = PAGE.with(Clone::clone) else { return pending().await };
        loop {
            select(pin!(next(&window, "online")), pin!(next(&document, "visibilitychange"))).await;
            if document.visibility_state() != VisibilityState::Hidden {
                return;
            }
        }
    };
    select(pin!(sleep(ms)), pin!(woken)).await;
}

/// Ends with the next event of that name. The listener lives as long as the future.
pub(crate) fn next(target: &EventTarget, event: &'static str) -> impl Future<Output = ()> + use<> {
    let (sender, receiver) = oneshot::channel();
    // Not passive, as listeners of gloo-events are by default: workerd throws at `passive: true`.
    let options = EventListenerOptions::enable_prevent_default();
    let listener = EventListener::once_with_options(target, event, options, move |_| {
        let _ = sender.send(());
    });
    async move {
        let _listener = listener;
        let _ = receiver.await;
    }
}

/// The output of `future`, unless `rival` ends before it. The loser is dropped, and dropping a future cancels what it
/// was doing.
pub(crate) async fn race<T, R>(
    future: impl Future<Output = T>,
    rival: impl Future<Output = R>,
) -> Result<T, R> {
    match select(pin!(future), pin!(rival)).await {
        Either::Left((output, _)) => Ok(output),
        Either::Right((output, _)) => Err(output),
    }
}
