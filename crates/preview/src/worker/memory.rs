//! No memory left is an answer (exit code 14), not an abort that looks like a crash.
#![allow(unsafe_code)] // a global allocator can't be written without; each block says why it is sound

use super::confine;
use std::alloc::{GlobalAlloc, Layout, System};

/// The system's memory; when it gives none, the program ends with exit code 14.
pub struct ExitWhenFull;

// SAFETY: every call goes unchanged to `System`, which keeps the trait's promises; a null result never returns to the
// caller, since the process ends.
unsafe impl GlobalAlloc for ExitWhenFull {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps `GlobalAlloc::alloc`'s conditions, which are those of `System`.
        checked(unsafe { System.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        checked(unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above; `old` came from this allocator, that is from `System`.
        checked(unsafe { System.realloc(old, layout, size) })
    }

    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(old, layout) }
    }
}

fn checked(memory: *mut u8) -> *mut u8 {
    if memory.is_null() {
        confine::end_for_time_or_memory();
    }
    memory
}
