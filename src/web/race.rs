//! Two futures, of which the first to end decides. The other is dropped with the race, and dropping
//! is how everything in this crate is cancelled: requests, timers, listeners.

use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::Poll;

/// The output of `future`, unless `rival` ends before it. Both are pinned by the caller (`pin!`): an async function
/// that takes a future by value keeps room for it twice.
pub(crate) async fn race<T, R>(
    mut future: Pin<&mut dyn Future<Output = T>>,
    mut rival: Pin<&mut dyn Future<Output = R>>,
) -> Result<T, R> {
    poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Ok(output));
        }
        rival.as_mut().poll(context).map(Err)
    })
    .await
}
