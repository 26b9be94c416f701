//! The memory of the Wasm, in little code: the standard library's own allocator is five times as large. Every
//! block has one of a few sizes, and a freed one waits in the list of its size. Nothing is split or joined: the
//! memory becomes as large as the most that was in use at once, size by size, and no larger.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::{null_mut, with_exposed_provenance_mut};

/// Where memory comes from.
pub trait Pages {
    /// Makes the memory larger by at least so many bytes; gives the address of what is new and the one after
    /// it, both multiples of 8, or nothing if there is no more.
    fn grow(&mut self, bytes: usize) -> Option<(usize, usize)>;
}

/// The smallest block has room for a link of its list, and is aligned for any number.
const SMALLEST: usize = 8;

/// Four for each power of two, and that with its own alignment.
const SIZES: usize = 5 * usize::BITS as usize;

/// What blocks there are: those of one kind can stand for each other.
#[derive(Clone, Copy, PartialEq)]
struct Size {
    bytes: usize,
    alignment: usize,
    list: usize,
}

impl Size {
    const fn of(layout: Layout) -> Self {
        if layout.align() > SMALLEST { Self::aligned(layout) } else { Self::at_least(layout.size()) }
    }

    /// Four sizes from a power of two to the next, so that a fifth of a block is wasted at most.
    const fn at_least(bytes: usize) -> Self {
        let last = if bytes > SMALLEST { bytes - 1 } else { SMALLEST - 1 };
        let log2 = last.ilog2();
        let step = if log2 > 5 { 1 << (log2 - 2) } else { SMALLEST };
        let last = last | (step - 1);
        let list = 4 * log2 as usize + ((last >> (log2 - 2)) & 3);
        Self { bytes: last + 1, alignment: SMALLEST, list }
    }

    /// For alignments that are rare: a power of two, at multiples of it.
    const fn aligned(layout: Layout) -> Self {
        let bytes = layout.pad_to_align().size().next_power_of_two();
        let list = 4 * usize::BITS as usize + bytes.trailing_zeros() as usize;
        Self { bytes, alignment: bytes, list }
    }
}

struct Lists<P> {
    /// For each size the block freed last, which holds the address of the one freed before.
    freed: [*mut u8; SIZES],
    /// What has never been a block yet.
    next: usize,
    end: usize,
    pages: P,
}

impl<P: Pages> Lists<P> {
    fn take(&mut self, size: Size) -> Option<*mut u8> {
        let block = self.freed[size.list];
        if block.is_null() {
            return self.carve(size);
        }
        // SAFETY: a block in a list is nobody's, is at least as large as a link, and has got one from `put`.
        self.freed[size.list] = unsafe { block.cast::<*mut u8>().read() };
        Some(block)
    }

    /// `block` is of that size and nobody's any more.
    unsafe fn put(&mut self, block: *mut u8, size: Size) {
        // SAFETY: the smallest block has room for a link and its alignment.
        unsafe { block.cast::<*mut u8>().write(self.freed[size.list]) };
        self.freed[size.list] = block;
    }

    fn carve(&mut self, size: Size) -> Option<*mut u8> {
        loop {
            let start = self.next.checked_next_multiple_of(size.alignment)?;
            let stop = start.checked_add(size.bytes)?;
            if stop <= self.end {
                self.free_until(start);
                self.next = stop;
                return Some(with_exposed_provenance_mut(start));
            }
            let (from, to) = self.pages.grow(stop - self.end)?;
            // At first, and if somebody else has made the memory larger too.
            if from != self.end {
                self.next = from;
            }
            self.end = to;
        }
    }

    /// Makes free blocks of what alignment leaves out, each as large as its address allows.
    fn free_until(&mut self, start: usize) {
        while self.next < start {
            let size = Size::at_least(1 << self.next.trailing_zeros());
            // SAFETY: this memory has never been anybody's, and `next` leaves it behind.
            unsafe { self.put(with_exposed_provenance_mut(self.next), size) };
            self.next += size.bytes;
        }
    }
}

/// An allocator for one thread.
pub struct Blocks<P>(UnsafeCell<Lists<P>>);

impl<P> Blocks<P> {
    /// With nothing taken from `pages` yet.
    pub const fn new(pages: P) -> Self {
        Self(UnsafeCell::new(Lists { freed: [null_mut(); SIZES], next: 0, end: 0, pages }))
    }
}

// SAFETY: no block is given twice before it is freed, each is as large and aligned as its layout wants, and
// nothing here panics. The lists are borrowed inside of these functions only, and nothing that runs meanwhile
// allocates.
unsafe impl<P: Pages> GlobalAlloc for Blocks<P> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: see above.
        unsafe { &mut *self.0.get() }.take(Size::of(layout)).unwrap_or(null_mut())
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: see above; the caller gives a block that is theirs, with the layout that it was made for.
        unsafe { (*self.0.get()).put(block, Size::of(layout)) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // SAFETY: the caller has checked that this is a layout.
        let wanted = unsafe { Layout::from_size_align_unchecked(bytes, layout.align()) };
        if Size::of(wanted) == Size::of(layout) {
            return block;
        }
        // SAFETY: as `GlobalAlloc` asks of the caller; the two blocks are not the same.
        unsafe {
            let moved = self.alloc(wanted);
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(block, bytes.min(layout.size()));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

#[cfg(target_family = "wasm")]
mod wasm {
    use super::{Blocks, Pages};
    use core::arch::wasm32::{memory_grow, memory_size};

    const PAGE: usize = 65_536;

    struct Memory;

    impl Pages for Memory {
        fn grow(&mut self, bytes: usize) -> Option<(usize, usize)> {
            let before = memory_grow::<0>(bytes.div_ceil(PAGE));
            // The last page would end at an address that does not fit.
            (before != usize::MAX && memory_size::<0>() <= usize::MAX / PAGE)
                .then(|| (before * PAGE, memory_size::<0>() * PAGE))
        }
    }

    // SAFETY: the Wasm has one thread.
    unsafe impl Sync for Blocks<Memory> {}

    #[global_allocator]
    static BLOCKS: Blocks<Memory> = Blocks::new(Memory);
}

#[cfg(test)]
mod tests;
