//! Two futures, of which the first to end decides. The other is dropped with the race, and dropping
//! is how everything in this crate is cancelled: requests, timers, listeners.

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;

/// The output of `future`, unless `rival` ends before it.
pub(crate) async fn race<F: Future, R: Future>(future: F, rival: R) -> Result<F::Output, R::Output> {
    let mut future = pin!(future);
    let mut rival = pin!(rival);
    poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Ok(output));
        }
        rival.as_mut().poll(context).map(Err)
    })
    .await
}
