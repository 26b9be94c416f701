//! Runs futures to their end: what the exports have started, and what nobody waits for. Not by wasm-bindgen-futures,
//! whose queue, reference counts and search for the global object are 1.2 KB more; both run a woken future in a
//! microtask.

use core::cell::RefCell;
use core::future::Future;
use core::pin::Pin;
use core::ptr::without_provenance;
use core::task::{Context, RawWaker, RawWakerVTable, Waker};

use super::bell::run_soon;

type Job = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    static JOBS: RefCell<Jobs> = const { RefCell::new(Jobs { all: Vec::new(), free: Vec::new() }) };
}

struct Jobs {
    /// None where a job has ended, or is being polled.
    all: Vec<Option<Job>>,
    free: Vec<u32>,
}

/// Runs a future, from the next microtask on.
pub(crate) fn spawn(job: impl Future<Output = ()> + 'static) {
    let job: Job = Box::pin(job);
    let index = JOBS.with_borrow_mut(|jobs| {
        let index = jobs.free.pop().unwrap_or(jobs.all.len() as u32);
        match jobs.all.get_mut(index as usize) {
            Some(place) => *place = Some(job),
            None => jobs.all.push(Some(job)),
        }
        index
    });
    run_soon(index);
}

/// Polls the job of that number, if there is one. Nothing is borrowed meanwhile: a future may run anything.
pub(super) fn run(index: u32) {
    let Some(mut job) = JOBS.with_borrow_mut(|jobs| jobs.all.get_mut(index as usize)?.take()) else { return };
    // SAFETY: the functions below take the pointer for a number.
    let waker = unsafe { Waker::from_raw(waker_of(without_provenance(index as usize))) };
    let is_pending = job.as_mut().poll(&mut Context::from_waker(&waker)).is_pending();
    let ended = JOBS.with_borrow_mut(|jobs| {
        if !is_pending {
            jobs.free.push(index);
            return Some(job);
        }
        if let Some(place) = jobs.all.get_mut(index as usize) {
            *place = Some(job);
        }
        None
    });
    drop(ended);
}

/// A waker that outlives its job may wake the next of that number, which does no harm.
const fn waker_of(index: *const ()) -> RawWaker {
    RawWaker::new(index, &WAKER)
}

static WAKER: RawWakerVTable = RawWakerVTable::new(waker_of, wake, wake, |_| {});

fn wake(index: *const ()) {
    run_soon(index.addr() as u32);
}
