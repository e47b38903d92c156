//! What the operating system says about this process. Linux only; elsewhere there is no figure.

use std::{fs, time::Instant};

/// What something took, in seconds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Time {
    pub(crate) wall: f64,
    /// Of the processor: the load of others does not count. The same as `wall` where nobody knows.
    pub(crate) cpu: f64,
}

/// Does something on this thread and takes the time.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Time) {
    let (start, before) = (Instant::now(), thread_cpu_seconds());
    let done = work();
    let wall = start.elapsed().as_secs_f64();
    let cpu = thread_cpu_seconds().zip(before).map_or(wall, |(now, before)| now - before);
    (done, Time { wall, cpu })
}

fn thread_cpu_seconds() -> Option<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split(' ').next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

/// The most memory that was resident, in MB, since [`forget_peak`].
pub(crate) fn peak_megabytes() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}

/// Lets the peak start again. Where that cannot be done the peak only grows, which is no flattery.
pub(crate) fn forget_peak() {
    fs::write("/proc/self/clear_refs", "5").ok();
}
