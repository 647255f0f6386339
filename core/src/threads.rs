//! Work on several threads, where this process has them.

use std::sync::OnceLock;

use rayon::prelude::*;

/// The most threads of one engine: more than this help nobody and cost memory.
const MOST: usize = 256;

/// Whether threads that were started here still run: a child that was forked has none of its parent's, and to wait for
/// them would be to wait for ever.
#[must_use]
pub fn has_threads() -> bool {
    static PROCESS: OnceLock<u32> = OnceLock::new();
    *PROCESS.get_or_init(std::process::id) == std::process::id()
}

/// The threads of an engine that may use `threads`; nothing for those that the whole process shares.
pub(crate) fn pool(threads: Option<usize>) -> Option<rayon::ThreadPool> {
    match threads {
        Some(threads @ 2..) if has_threads() => {
            rayon::ThreadPoolBuilder::new().num_threads(threads.min(MOST)).build().ok()
        }
        _ => None,
    }
}

/// `one` of each item, in their order, on the threads of `pool`.
pub(crate) fn on_all<T: Send, R: Send>(
    pool: Option<&rayon::ThreadPool>,
    items: Vec<T>,
    one: impl Fn(T) -> R + Sync + Send,
) -> Vec<R> {
    let work = || items.into_par_iter().map(one).collect();
    match pool {
        Some(pool) => pool.install(work),
        None => work(),
    }
}
