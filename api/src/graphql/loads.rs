//! The loads of one request, run in the request's own task and in turn with it.
//!
//! A load begins when the operation can go on no further without it: it has then named every key that it can name, so a
//! level of a document is one batch, whatever its rows. Tasks of their own, and a moment's delay, would split batches
//! that take longer than that to name.

use std::future::{Future, poll_fn};
use std::mem::take;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, FuturesUnordered};
use futures_util::task::AtomicWaker;
use futures_util::{Stream, StreamExt};

/// The loads of one request that have not begun.
#[derive(Clone, Default)]
pub(super) struct Loads(Arc<Mutex<Vec<BoxFuture<'static, ()>>>>);

impl Loads {
    /// Takes on a load; it begins when the operation next waits.
    pub(super) fn add(&self, load: BoxFuture<'static, ()>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(load);
    }

    /// Runs an operation and the loads it takes on, until the operation is done.
    pub(super) async fn run<T>(&self, operation: impl Future<Output = T>) -> T {
        let mut operation = pin!(operation);
        let mut running = self.running();
        poll_fn(|context| running.turn(context, |context| operation.as_mut().poll(context))).await
    }

    /// Runs an operation that has many answers, and the loads it takes on, for as long as it is polled.
    pub(super) fn drive<T>(&self, mut operation: BoxStream<'static, T>) -> impl Stream<Item = T> + Send + use<T> {
        let mut running = self.running();
        stream::poll_fn(move |context| running.turn(context, |context| operation.poll_next_unpin(context)))
    }

    fn running(&self) -> Running {
        let call = Arc::new(Call::default());
        let waker = Waker::from(Arc::clone(&call));
        Running { waiting: self.clone(), begun: FuturesUnordered::new(), call, waker }
    }
}

/// The loads of one request, and those that have begun.
struct Running {
    waiting: Loads,
    begun: FuturesUnordered<BoxFuture<'static, ()>>,
    call: Arc<Call>,
    waker: Waker,
}

impl Running {
    /// Lets the operation go on as far as it can, and then its loads.
    fn turn<T>(&mut self, context: &mut Context<'_>, operation: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        self.call.expect(context.waker());
        if let Poll::Ready(done) = operation(&mut Context::from_waker(&self.waker)) {
            return Poll::Ready(done);
        }
        // Many rows are not polled at one go: an operation that called for itself has more to say.
        if !self.call.came() {
            self.begun.extend(take(&mut *self.waiting.0.lock().unwrap_or_else(PoisonError::into_inner)));
        }
        while let Poll::Ready(Some(())) = self.begun.poll_next_unpin(context) {}
        Poll::Pending
    }
}

/// Whether the operation is to be polled again, and whose task does it.
#[derive(Default)]
struct Call {
    task: AtomicWaker,
    came: AtomicBool,
}

impl Call {
    fn expect(&self, task: &Waker) {
        self.task.register(task);
        self.came.store(false, Ordering::Release);
    }

    fn came(&self) -> bool {
        self.came.load(Ordering::Acquire)
    }
}

impl Wake for Call {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.came.store(true, Ordering::Release);
        self.task.wake();
    }
}
