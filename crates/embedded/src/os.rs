//! The calls of the operating system that the standard library does not offer.

use std::{io, os::unix::process::CommandExt, process::Command};

/// The user this process acts as.
pub(crate) fn our_user() -> u32 {
    // SAFETY: geteuid has no preconditions and cannot fail.
    unsafe { libc::geteuid() }
}

pub(crate) fn runs_as_root() -> bool {
    our_user() == 0
}

/// A signal that ends a PostgreSQL server, from the gentlest to the last.
#[derive(Clone, Copy)]
pub(crate) enum Ending {
    /// Sessions are cut, everything is written, the next start is quick.
    Fast,
    /// Nothing is written; the next start recovers from the log.
    Immediate,
    Killed,
}

impl Ending {
    fn signal(self) -> libc::c_int {
        match self {
            Ending::Fast => libc::SIGINT,
            Ending::Immediate => libc::SIGQUIT,
            Ending::Killed => libc::SIGKILL,
        }
    }
}

/// Sends the signal. A process that is already gone is no error: it is what was wanted.
pub(crate) fn end(pid: u32, ending: Ending) {
    if let Ok(pid) = libc::pid_t::try_from(pid) {
        // SAFETY: kill takes any number; ours is positive, hence one process and never a group.
        unsafe { libc::kill(pid, ending.signal()) };
    }
}

/// The child leads a session of its own: no terminal, and no signal sent to the client's group reaches it.
pub(crate) fn detach(command: &mut Command) {
    // SAFETY: between fork and exec only setsid is called, which is async-signal-safe.
    unsafe {
        command.pre_exec(|| if libc::setsid() == -1 { Err(io::Error::last_os_error()) } else { Ok(()) });
    }
}

/// The child gets this signal when the thread that spawned it ends, even by SIGKILL. The caller must
/// therefore spawn from a thread that lives as long as the child should.
#[cfg(target_os = "linux")]
pub(crate) fn end_with_parent(command: &mut Command, ending: Ending) {
    let parent = std::process::id();
    let signal = ending.signal();
    // SAFETY: only prctl and getppid are called between fork and exec; both are async-signal-safe.
    unsafe {
        command.pre_exec(move || {
            let signal = libc::c_ulong::from(signal.unsigned_abs());
            if libc::prctl(libc::PR_SET_PDEATHSIG, signal) == -1 {
                return Err(io::Error::last_os_error());
            }
            // The parent may have died before the kernel was told to watch it.
            if u32::try_from(libc::getppid()).is_ok_and(|now| now == parent) {
                Ok(())
            } else {
                Err(io::Error::from_raw_os_error(libc::ESRCH))
            }
        });
    }
}

/// Other systems have no such call: an orphan lives on until the next guardian ends it.
#[cfg(not(target_os = "linux"))]
pub(crate) fn end_with_parent(_command: &mut Command, _ending: Ending) {}

/// The process outlives requests to end, which it gets with everybody else when a machine or a service
/// stops: it is the locks of the clients that tell it when to go. A handler that does nothing, rather
/// than "ignore", because children inherit the latter.
pub(crate) fn outlive_requests_to_end() {
    extern "C" fn nothing(_signal: libc::c_int) {}
    for signal in [libc::SIGTERM, libc::SIGINT, libc::SIGHUP, libc::SIGQUIT] {
        // SAFETY: the handler does nothing, which is async-signal-safe.
        unsafe { libc::signal(signal, nothing as *const () as libc::sighandler_t) };
    }
}

/// Lifts what a person may have set on the command (`ulimit`), as far as this is allowed: it was meant for
/// the command, and a server that starts within it may fall over it later.
pub(crate) fn lift_limits() {
    const FILES: libc::rlim_t = 4096;
    for (resource, wanted) in [(libc::RLIMIT_NOFILE, FILES), (libc::RLIMIT_AS, libc::RLIM_INFINITY)] {
        let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: both calls read or write the one structure that they are given.
        unsafe {
            if libc::getrlimit(resource, &raw mut limit) == 0 && limit.rlim_cur < wanted {
                let lifted = libc::rlimit { rlim_cur: wanted, rlim_max: limit.rlim_max.max(wanted) };
                if libc::setrlimit(resource, &raw const lifted) != 0 {
                    limit.rlim_cur = limit.rlim_max;
                    libc::setrlimit(resource, &raw const limit);
                }
            }
        }
    }
}
