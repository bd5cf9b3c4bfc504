//! The walls around the worker: limits on memory and time, and an ending for every way to die.
//!
//! [`confine`] is called once, after the libraries are loaded and before the first byte of input is read; what the kernel
//! offers beyond limits (no files, no network, few system calls) belongs into the same function.

use mottaget_preview::verdict::Refusal;
use std::io::Write;

/// Whom the worker works for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// A person at a shell: one document, one answer, a sentence on standard error, and no parent to keep the time.
    Shell,
    /// The app: it keeps the time, and a crash shall look like one.
    Serve,
}

/// Exit code for a fault of our own, as sysexits' EX_SOFTWARE.
const OWN_FAULT: i32 = 70;

/// Raises all walls.
pub fn confine(duty: Duty) {
    on_panic(duty);
    system::limit(duty);
    system::end_on_signals(duty);
    if duty == Duty::Shell {
        system::end_after(mottaget_preview::limits::SHELL_WALL_SECONDS);
    }
}

/// Grants the processor time for one more request.
pub fn grant_cpu_time() {
    system::grant_cpu_time();
}

/// Ends the program: out of time or memory. Allocates nothing, so it works when there is none, and in a signal handler.
pub fn end_for_time_or_memory() -> ! {
    system::end(Refusal::TimeOrMemory.exit_code().into(), TIME_OR_MEMORY)
}

const TIME_OR_MEMORY: &[u8] = b"Showing the file took too much time or memory.\n";
#[cfg(unix)]
const BROKE_DOWN: &[u8] = b"Reading the file broke down; it is probably damaged.\n";

/// A decoder that panics met a file that it did not expect. Only the place is told: the message could quote the file.
fn on_panic(duty: Duty) {
    std::panic::set_hook(Box::new(move |panic| {
        let mut stderr = std::io::stderr();
        if let Some(place) = panic.location() {
            let _ = writeln!(stderr, "Reading the file broke down at {}:{}.", place.file(), place.line());
        }
        std::process::exit(match duty {
            Duty::Shell => Refusal::Damaged.exit_code().into(),
            Duty::Serve => OWN_FAULT,
        });
    }));
}

#[cfg(unix)]
mod system {
    #![allow(unsafe_code)] // limits and signals are C calls; each block says why it is sound

    use super::{BROKE_DOWN, Duty, Refusal, end_for_time_or_memory};
    use mottaget_preview::limits::{WORKER_CPU_SECONDS, WORKER_MEMORY_BYTES};
    use std::sync::OnceLock;

    pub fn limit(duty: Duty) {
        set_limit(libc::RLIMIT_CORE, 0);
        if cfg!(target_os = "linux") {
            set_limit(libc::RLIMIT_AS, WORKER_MEMORY_BYTES);
        }
        if duty == Duty::Serve {
            // pipes only; at a shell, standard output may be a file
            set_limit(libc::RLIMIT_FSIZE, 0);
            close_inherited();
        }
        grant_cpu_time();
    }

    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    type Resource = libc::__rlimit_resource_t;
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    type Resource = libc::c_int;

    /// Lowers a limit for good; a lower one that was inherited stays.
    fn set_limit(resource: Resource, value: u64) {
        let inherited = inherited(resource);
        let limit = libc::rlimit {
            rlim_cur: (value as libc::rlim_t).min(inherited.rlim_cur),
            rlim_max: (value as libc::rlim_t).min(inherited.rlim_max),
        };
        // SAFETY: the struct lives through the call, which only reads it. If it is refused, the old limit stays.
        unsafe { libc::setrlimit(resource, &raw const limit) };
    }

    fn inherited(resource: Resource) -> libc::rlimit {
        let mut limit = libc::rlimit { rlim_cur: libc::RLIM_INFINITY, rlim_max: libc::RLIM_INFINITY };
        // SAFETY: the struct lives through the call, which only writes it. If it is refused, there is no limit.
        unsafe { libc::getrlimit(resource, &raw mut limit) };
        limit
    }

    /// The soft limit moves ahead of what is used up, so a long document may be read to its end, page by page.
    pub fn grant_cpu_time() {
        static INHERITED: OnceLock<libc::rlimit> = OnceLock::new();
        let inherited = INHERITED.get_or_init(|| inherited(libc::RLIMIT_CPU));
        // SAFETY: all-zero bytes are a valid rusage, and the call fills it.
        let used = unsafe {
            let mut usage: libc::rusage = std::mem::zeroed();
            libc::getrusage(libc::RUSAGE_SELF, &raw mut usage);
            usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        };
        // one more second: what is used is rounded down
        let granted = u64::try_from(used).unwrap_or(0) + WORKER_CPU_SECONDS + 1;
        let limit =
            libc::rlimit { rlim_cur: (granted as libc::rlim_t).min(inherited.rlim_cur), rlim_max: inherited.rlim_max };
        // SAFETY: as in `set_limit`.
        unsafe { libc::setrlimit(libc::RLIMIT_CPU, &raw const limit) };
    }

    /// Whatever another library of the app left open is none of the worker's business.
    fn close_inherited() {
        #[cfg(target_os = "linux")]
        // SAFETY: nothing in this program holds a descriptor above 2 here: the PDF library is mapped and its file closed,
        // and no thread has been started. An old kernel refuses the call, which changes nothing.
        unsafe {
            libc::syscall(libc::SYS_close_range, 3_u32, u32::MAX, 0_u32);
        }
    }

    pub fn end_on_signals(duty: Duty) {
        handle(libc::SIGXCPU, out_of_time_or_memory);
        handle(libc::SIGALRM, out_of_time_or_memory);
        // what the PDF library and the C++ runtime do when an allocation fails
        for signal in [libc::SIGABRT, libc::SIGTRAP, libc::SIGILL] {
            handle(signal, out_of_time_or_memory);
        }
        if duty == Duty::Shell {
            // to the app a crash shall be a crash; a person gets a sentence and a code that the table knows
            for signal in [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE] {
                handle(signal, broke_down);
            }
        }
    }

    fn handle(signal: libc::c_int, handler: extern "C" fn(libc::c_int)) {
        // SAFETY: the handlers only call write and _exit, which are async-signal-safe, and never return. The struct is
        // valid when zeroed. SA_ONSTACK: Rust gives the main thread a second stack, so an overflow can be reported.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = handler as *const () as libc::sighandler_t;
            action.sa_flags = libc::SA_ONSTACK;
            libc::sigaction(signal, &raw const action, std::ptr::null_mut());
        }
    }

    extern "C" fn out_of_time_or_memory(_: libc::c_int) {
        end_for_time_or_memory();
    }

    extern "C" fn broke_down(_: libc::c_int) {
        end(Refusal::Damaged.exit_code().into(), BROKE_DOWN);
    }

    pub fn end_after(seconds: u32) {
        // SAFETY: no memory is involved.
        unsafe { libc::alarm(seconds) };
    }

    pub fn end(code: i32, words: &[u8]) -> ! {
        // SAFETY: the buffer lives through the call; both calls are async-signal-safe; nothing needs to be unwound.
        unsafe {
            libc::write(2, words.as_ptr().cast(), words.len());
            libc::_exit(code)
        }
    }
}

#[cfg(not(unix))]
mod system {
    use super::{Duty, end_for_time_or_memory};
    use std::io::Write;

    pub fn limit(_: Duty) {}
    pub fn grant_cpu_time() {}
    pub fn end_on_signals(_: Duty) {}

    pub fn end_after(seconds: u32) {
        std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_secs(seconds.into()));
            end_for_time_or_memory();
        });
    }

    pub fn end(code: i32, words: &[u8]) -> ! {
        let _ = std::io::stderr().write_all(words);
        std::process::exit(code)
    }
}
