//! For tests of the address policy: connections are counted, none is opened.

use std::future::{Ready, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use tower::{BoxError, Layer, Service};

/// Stands before the connector and lets nothing through.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorder(Arc<AtomicUsize>);

impl Recorder {
    /// How many connections would have been opened.
    pub(crate) fn dialled(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl<S> Layer<S> for Recorder {
    type Service = Recording<S>;

    fn layer(&self, inner: S) -> Recording<S> {
        Recording { recorder: self.clone(), inner }
    }
}

/// A connector that counts instead of connecting; what it stands for is only asked whether it is ready.
#[derive(Clone)]
pub(crate) struct Recording<S> {
    recorder: Recorder,
    inner: S,
}

impl<S, R> Service<R> for Recording<S>
where
    S: Service<R, Error = BoxError>,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Ready<Result<S::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, _: R) -> Self::Future {
        self.recorder.0.fetch_add(1, Ordering::Relaxed);
        ready(Err("this connection is recorded, not opened".into()))
    }
}
