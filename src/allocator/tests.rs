//! The allocator natively, on memory of the test's own, against what any program expects of one.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;

use proptest::prelude::*;

use super::{Blocks, Pages};

const PAGE: usize = 4_096;

/// Memory that is taken page by page, at times by somebody else too.
struct Arena<'a> {
    memory: &'a [Cell<u64>],
    used: &'a Cell<usize>,
}

impl Pages for Arena<'_> {
    fn grow(&mut self, bytes: usize) -> Option<(usize, usize)> {
        let start = self.used.get();
        let stop = start.checked_add(bytes.checked_next_multiple_of(PAGE)?)?;
        if stop > size_of_val(self.memory) {
            return None;
        }
        self.used.set(stop);
        let base = self.memory.as_ptr().expose_provenance();
        Some((base + start, base + stop))
    }
}

fn arena(bytes: usize) -> Vec<Cell<u64>> {
    vec![Cell::new(0); bytes / 8]
}

#[derive(Clone, Debug)]
enum Step {
    Alloc(Layout),
    Free(prop::sample::Index),
    Realloc(prop::sample::Index, usize),
    SomebodyElseGrows,
}

fn sizes() -> impl Strategy<Value = usize> {
    prop_oneof![8 => 1_usize..200, 3 => 1_usize..5_000, 1 => 1_usize..100_000]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let alignments = prop_oneof![12 => 0_u32..4, 1 => 4_u32..13];
    let layouts =
        (sizes(), alignments).prop_map(|(size, log2)| Layout::from_size_align(size, 1 << log2).unwrap());
    let step = prop_oneof![
        10 => layouts.prop_map(Step::Alloc),
        7 => any::<prop::sample::Index>().prop_map(Step::Free),
        5 => (any::<prop::sample::Index>(), sizes()).prop_map(|(which, size)| Step::Realloc(which, size)),
        1 => Just(Step::SomebodyElseGrows),
    ];
    prop::collection::vec(step, 1..200)
}

/// A block in use, all of whose bytes are `mark`.
struct Block {
    start: *mut u8,
    layout: Layout,
    mark: u8,
}

impl Block {
    fn new(start: *mut u8, layout: Layout, mark: u8) -> Self {
        assert_eq!(start.addr() % layout.align(), 0, "alignment");
        // SAFETY: the block has just been given for this layout.
        unsafe { start.write_bytes(mark, layout.size()) };
        Self { start, layout, mark }
    }

    fn assert_untouched(&self, bytes: usize) {
        // SAFETY: written by `new`, and still in use.
        let contents = unsafe { std::slice::from_raw_parts(self.start, bytes) };
        assert!(contents.iter().all(|byte| *byte == self.mark), "somebody else's bytes are in it");
    }
}

proptest! {
    #[test]
    fn blocks_are_aligned_keep_their_contents_and_never_overlap(steps in steps()) {
        let (memory, used) = (arena(1 << 20), Cell::new(0));
        let blocks = Blocks::new(Arena { memory: &memory, used: &used });
        let mut live: Vec<Block> = Vec::new();
        for (mark, step) in steps.into_iter().enumerate() {
            let mark = mark as u8;
            match step {
                Step::Alloc(layout) => {
                    // SAFETY: no layout here is empty.
                    let start = unsafe { blocks.alloc(layout) };
                    if !start.is_null() {
                        live.push(Block::new(start, layout, mark));
                    }
                }
                Step::Free(which) if !live.is_empty() => {
                    let block = live.swap_remove(which.index(live.len()));
                    block.assert_untouched(block.layout.size());
                    // SAFETY: taken out of `live`, so freed once.
                    unsafe { blocks.dealloc(block.start, block.layout) };
                }
                Step::Realloc(which, size) if !live.is_empty() => {
                    let index = which.index(live.len());
                    let block = &mut live[index];
                    // SAFETY: the block is in use, and `size` fits its alignment.
                    let start = unsafe { blocks.realloc(block.start, block.layout, size) };
                    if !start.is_null() {
                        block.start = start;
                        block.assert_untouched(size.min(block.layout.size()));
                        *block = Block::new(start, Layout::from_size_align(size, block.layout.align()).unwrap(), mark);
                    }
                }
                Step::SomebodyElseGrows => used.set(used.get() + PAGE),
                Step::Free(_) | Step::Realloc(..) => {}
            }
        }
        live.iter().for_each(|block| block.assert_untouched(block.layout.size()));
    }

    #[test]
    fn what_was_freed_is_used_again(layouts in prop::collection::vec((sizes(), 0_u32..6), 1..40)) {
        let (memory, used) = (arena(1 << 24), Cell::new(0));
        let blocks = Blocks::new(Arena { memory: &memory, used: &used });
        let round = || {
            let made: Vec<_> = layouts
                .iter()
                .map(|&(size, log2)| Layout::from_size_align(size, 1 << log2).unwrap())
                // SAFETY: no layout here is empty.
                .map(|layout| (unsafe { blocks.alloc(layout) }, layout))
                .collect();
            // SAFETY: each is freed once, with its layout.
            made.into_iter().for_each(|(start, layout)| unsafe { blocks.dealloc(start, layout) });
            used.get()
        };
        let after_one = round();
        prop_assert_eq!((0..10).map(|_| round()).max(), Some(after_one));
    }

    #[test]
    fn a_block_is_at_most_a_quarter_larger_than_was_asked_for(size in 33_usize..10_000_000) {
        let block = super::Size::of(Layout::from_size_align(size, 8).unwrap()).bytes;
        prop_assert!(size <= block && block <= size + size / 4, "{block} for {size}");
    }
}

#[test]
fn more_than_there_is_gives_null_and_does_no_harm() {
    let (memory, used) = (arena(1 << 16), Cell::new(0));
    let blocks = Blocks::new(Arena { memory: &memory, used: &used });
    let small = Layout::new::<u64>();
    for layout in [
        Layout::from_size_align(isize::MAX as usize, 1).unwrap(),
        Layout::from_size_align(isize::MAX as usize - 4095, 4096).unwrap(),
        Layout::from_size_align(1 << 17, 8).unwrap(),
    ] {
        // SAFETY: no layout here is empty; what is freed has just been given for the same one.
        unsafe {
            assert!(blocks.alloc(layout).is_null());
            let block = blocks.alloc(small);
            assert!(!block.is_null());
            assert!(blocks.realloc(block, small, 1 << 17).is_null());
            blocks.dealloc(block, small);
        }
    }
}
