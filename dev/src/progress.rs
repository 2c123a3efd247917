//! Says on stderr what a slow step is doing; a quick one goes by in silence.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a step may take before it is worth a line.
const PATIENCE: Duration = Duration::from_secs(1);

/// Does `work`, naming it on stderr while and after it takes over a second.
pub fn step<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let _step = Step::begin(what);
    work()
}

/// Awaits `work`, naming it on stderr while and after it takes over a second.
pub async fn step_async<F: Future>(what: &str, work: F) -> F::Output {
    let _step = Step::begin(what);
    work.await
}

/// A step under way; dropping it ends it.
struct Step {
    done: Option<Sender<()>>,
    watcher: Option<JoinHandle<()>>,
}

impl Step {
    fn begin(what: &str) -> Self {
        let (done, ended) = channel();
        let what = what.to_owned();
        // A thread rather than a task: it must speak up while the work blocks its runtime.
        let watcher = std::thread::spawn(move || watch(&what, PATIENCE, &ended, |line| eprintln!("{line}")));
        Self { done: Some(done), watcher: Some(watcher) }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        drop(self.done.take());
        if let Some(watcher) = self.watcher.take() {
            // A watcher panics when stderr is closed: there is nobody to tell.
            let _ = watcher.join();
        }
    }
}

/// Waits for the other end of `ended` to close, and says so once `patience` is over.
fn watch(what: &str, patience: Duration, ended: &Receiver<()>, mut say: impl FnMut(String)) {
    let began = Instant::now();
    if ended.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
        say(format!("{what} …"));
        // Nothing is ever sent: the channel closes when the step is dropped.
        let _ = ended.recv();
        say(format!("{what}: {:.1} s", began.elapsed().as_secs_f32()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quick_step_is_silent() {
        let (done, ended) = channel();
        drop(done);
        watch("Reading", PATIENCE, &ended, |line| panic!("said {line}"));
    }

    #[test]
    fn a_slow_step_is_named_when_it_drags_on_and_when_it_ends() {
        let (done, ended) = channel();
        let (say, said) = channel();
        let watcher = std::thread::spawn(move || {
            watch("Reading", Duration::ZERO, &ended, |line| drop(say.send(line)));
        });
        assert_eq!(said.recv().as_deref(), Ok("Reading …"));
        drop(done);
        assert!(said.recv().is_ok_and(|line| line.starts_with("Reading: 0.")));
        assert!(watcher.join().is_ok());
    }

    #[test]
    fn a_step_returns_what_its_work_returns() {
        assert_eq!(step("Counting", || 7), 7);
    }
}
