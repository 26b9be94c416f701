//! Two futures, of which the first to end decides. The other is dropped with the race, and dropping
//! is how everything in this crate is cancelled: requests, timers, listeners.

use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::Poll;

/// The output of `future`, unless `rival` ends before it. Both are pinned by the caller (`pin!`), and this is no async
/// function: either way room would be kept for them twice.
pub(crate) fn race<'a, T, R>(
    mut future: Pin<&'a mut dyn Future<Output = T>>,
    mut rival: Pin<&'a mut dyn Future<Output = R>>,
) -> impl Future<Output = Result<T, R>> + use<'a, T, R> {
    poll_fn(move |context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Ok(output));
        }
        rival.as_mut().poll(context).map(Err)
    })
}
