//! Lists of one's own organization as files: `GET /exports/…`, with the same sign-in, rights and filters as in GraphQL.
//!
//! What can be refused is refused before the first byte, as problem details (RFC 9457): the first page is read by then.
//! Behind it an export holds no place among the operations and, between two pages, nothing of the database.

mod activity;
mod customers;
mod given;
mod pour;
mod settings;
mod sheet;

use std::sync::Arc;

use async_graphql::Executor;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use domain::error::{Error, TimedOut};
use domain::export::Export;
pub(super) use domain::export::{ActivityList, CustomerList};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, timeout};

use self::given::Given;
pub(crate) use self::pour::Ending;
use self::pour::Pour;
pub use self::settings::ExportSettings;
use self::sheet::Sheet;
use super::access::{RequestId, Spans};
use super::admission::Place;
use super::crowd::{Crowd, Seat, Seats};
use super::details;
use super::edge::Edge;
use super::peer::Network;
use super::problem::Problem;
use crate::auth::{self, Verified};

/// Asks for a byte order mark: a spreadsheet takes a file without one for its own locale's.
const MARK: &str = "byteOrderMark";

/// Pages that are read at once, by all exports together: so many connections of the pool they leave requests short of.
const READING: usize = 1;

const TYPE: HeaderValue = HeaderValue::from_static("text/csv; charset=utf-8; header=present");

/// The exports of this process.
#[derive(Debug)]
pub(crate) struct Exports {
    crowd: Crowd,
    organizations: Seats,
    reading: Arc<Semaphore>,
}

/// A place among the exports; dropped, another may take it.
pub(super) type Held = (OwnedSemaphorePermit, [Seat; 2]);

impl Exports {
    pub(super) fn new(settings: &ExportSettings) -> Self {
        let crowd = Crowd::new(settings.exports_in_all, settings.exports_per_user);
        let organizations = Seats::new(settings.of_one_organization());
        Self { crowd, organizations, reading: Arc::new(Semaphore::new(READING)) }
    }

    fn admit(&self, who: &Verified) -> Result<Held, Problem> {
        let full = "there are too many exports at once; try again later";
        let place = self.crowd.place().ok_or_else(|| Problem::too_many(StatusCode::SERVICE_UNAVAILABLE, full))?;
        let own = "you have as many exports at once as one user may; try again when one has ended";
        let too_many = |message| Problem::too_many(StatusCode::TOO_MANY_REQUESTS, message);
        let seat = self.crowd.seat(&who.identity).ok_or_else(|| too_many(own))?;
        let all = "your organization has as many exports at once as one may; try again when one has ended";
        let of_organization = self.organizations.take(&who.identity.tenant).ok_or_else(|| too_many(all))?;
        Ok((place, [seat, of_organization]))
    }
}

/// Answers with a list.
pub(super) async fn get<E: Executor, S: Sheet>(
    State(edge): State<Arc<Edge<E>>>,
    Extension(id): Extension<RequestId>,
    Extension(spans): Extension<Spans>,
    Extension(network): Extension<Network>,
    request: Request,
) -> Response {
    let (request, _) = request.into_parts();
    match begin::<E, S>(&edge, &spans, network, &request).await {
        Ok(response) => response,
        Err(problem) => details::response(problem, &id),
    }
}

/// There is no such list.
pub(super) async fn unknown(Extension(id): Extension<RequestId>) -> Response {
    let message = "there are /exports/customers.csv and /exports/activity.csv";
    details::response(Problem::bad_request(StatusCode::NOT_FOUND, message), &id)
}

async fn begin<E: Executor, S: Sheet>(
    edge: &Arc<Edge<E>>,
    spans: &Spans,
    network: Network,
    request: &Parts,
) -> Result<Response, Problem> {
    if edge.stopping.is_cancelled() {
        return Err(Problem::stopping());
    }
    let (who, place) = admit(edge, network, &request.headers).await?;
    let known: Vec<&str> = S::PARAMETERS.iter().copied().chain([MARK]).collect();
    let given = Given::read(request.uri.query(), &known)?;
    let list = S::read(&given)?;
    let is_marked = given.boolean(MARK)? == Some(true);
    let held = edge.exports.admit(&who)?;
    let until = Instant::now() + who.remaining();
    let reading = (request.method != Method::HEAD).then(|| Arc::clone(&edge.exports.reading));

    // Invariant: a task of its own, awaited but never dropped, so that a client that hangs up leaves no connection of the
    // pool in the middle of an answer. Place and seat are the task's: who hangs up has none free before it has ended.
    let (caller, _waiting) = oneshot::channel();
    let own = Arc::clone(edge);
    let opening = async move {
        let session = auth::sign_in(&own.store, Some(who)).await?;
        let export = Export::begin(&own.store, &session.actor, list).map_err(problem)?;
        let opened = open(export, is_marked, reading, caller).await;
        drop(place);
        Ok::<_, Problem>(opened?.map(|(export, first)| (export, first, held)))
    };
    let opened = match timeout(edge.request_timeout, edge.operations.spawn(spans.around(opening))).await {
        Ok(Ok(opened)) => opened?,
        Ok(Err(panicked)) => {
            tracing::error!(error = %panicked, "an export panicked");
            return Err(Problem::internal());
        }
        Err(_elapsed) => {
            tracing::warn!("an export timed out before it began");
            return Err(Problem::timeout(StatusCode::GATEWAY_TIMEOUT, "this took too long; try again later"));
        }
    };
    let Some((export, first, held)) = opened else { return Ok(answer::<S>(edge.store.now(), Body::empty())) };
    let (reading, metrics) = (Arc::clone(&edge.exports.reading), edge.metrics.clone());
    let (body, filling) = pour::body(Pour { source: export, first, until, reading, metrics });
    edge.operations.spawn(spans.around(async move {
        let _held = held;
        filling.await;
    }));
    Ok(answer::<S>(edge.store.now(), body))
}

/// Whom a token says is asking, and a place to find out who that is.
async fn admit<E>(edge: &Edge<E>, network: Network, headers: &HeaderMap) -> Result<(Verified, Place), Problem> {
    if !headers.contains_key(header::AUTHORIZATION) {
        edge.rates.public(network, 1).map_err(Problem::too_often)?;
    }
    let place = edge.admission.enter().await.map_err(|_full| Problem::busy())?;
    let who = auth::verify(&edge.verifier, headers).await?.ok_or_else(Problem::not_signed_in)?;
    edge.rates.user(&who.identity).map_err(Problem::too_often)?;
    Ok((who, place))
}

/// The header and the first page. None: no body is wanted, or nobody waits for it any longer.
async fn open<S: Sheet>(
    mut export: Export<S>,
    is_marked: bool,
    reading: Option<Arc<Semaphore>>,
    mut caller: oneshot::Sender<()>,
) -> Result<Option<(Export<S>, Bytes)>, Problem> {
    let Some(reading) = reading else { return Ok(None) };
    let _reading = tokio::select! {
        biased;
        () = caller.closed() => return Ok(None),
        // Never closed.
        permit = reading.acquire_owned() => permit,
    };
    let rows = export.next().await.map_err(problem)?.unwrap_or_default();
    let first = sheet::header::<S>(is_marked).and_then(|header| Ok([header, sheet::lines::<S>(&rows)?].concat()));
    let first = first.map_err(|error| problem(Error::Fault(error.into())))?;
    Ok(Some((export, first.into())))
}

fn answer<S: Sheet>(now: chrono::DateTime<chrono::Utc>, body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, TYPE);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let name = format!("attachment; filename=\"{}-{}.csv\"", S::NAME, now.format("%Y-%m-%d"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// Why a list cannot be read: a refusal is of who asks.
fn problem(error: Error) -> Problem {
    match error {
        Error::Refused(refusals) => {
            let said = refusals.into_iter().next().map(|refusal| refusal.message);
            Problem::bad_request(StatusCode::FORBIDDEN, said.unwrap_or_default())
        }
        Error::Fault(fault) if TimedOut::caused(&fault) => {
            tracing::warn!(error = format!("{fault:#}"), "an export could not begin");
            Problem::unavailable()
        }
        Error::Fault(fault) => {
            tracing::error!(error = format!("{fault:#}"), "an export could not begin");
            Problem::internal()
        }
    }
}

/// An argument that GraphQL refuses, too.
fn refused_argument(error: async_graphql::Error) -> Problem {
    Problem::bad_request(StatusCode::BAD_REQUEST, error.message)
}
