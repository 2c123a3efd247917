//! The clock is handed in, never read: rules see the time of the Store they are given.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// The system's clock, moved by an offset: none in production, some in development and tests.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_micros: Arc<AtomicI64>,
    stopped: Option<DateTime<Utc>>,
}

impl Clock {
    /// The system's time plus `offset`.
    #[must_use]
    pub fn moved_by(offset: TimeDelta) -> Self {
        let clock = Self::default();
        clock.advance(offset);
        clock
    }

    /// Now, to the microsecond, as PostgreSQL keeps times.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        if let Some(moment) = self.stopped {
            return moment;
        }
        let offset = TimeDelta::microseconds(self.offset_micros.load(Ordering::Relaxed));
        (Utc::now() + offset).trunc_subsecs(6)
    }

    /// A clock that stands at this moment, so that all that one verb writes bears one time.
    #[must_use]
    pub fn stopped(&self) -> Self {
        Self { offset_micros: Arc::clone(&self.offset_micros), stopped: Some(self.now()) }
    }

    /// Moves the clock and all its clones but those that stand.
    pub fn advance(&self, by: TimeDelta) {
        let micros = by.num_microseconds().unwrap_or(0);
        self.offset_micros.fetch_add(micros, Ordering::Relaxed);
    }
}
