//! The root that tells what happens, as it happens.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    Context, ContextSelectionSet, Data, Error, OutputType, Positioned, ServerResult, Subscription, Value,
};
use domain::activity::{ActivityId, Feed, Following, Turn};
use domain::error as refusal;
use futures_util::stream::{self, Stream};

use super::activity::{self, Activity};
use super::context::ContextExt;
use super::error::{bad_request, fault};
use super::loads::Loads;
use crate::auth::Session;

/// What happens, told as it happens, over a WebSocket of protocol graphql-transport-ws.
pub struct Subscription;

/// What happens, told as it happens, over a WebSocket of protocol graphql-transport-ws.
#[Subscription]
impl Subscription {
    /// What happens in your own organization, in the order in which it was committed. GLOBAL_ADMIN of any organization,
    /// ADMIN_AGENT of a partner. Every activity comes at least once: keep the last id that came and go on `after` it.
    /// What you are shown follows your roles as they are then; once they no longer allow it, the subscription ends with a
    /// BAD_REQUEST.
    async fn activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of these events, as `Activity.event` names them; of all when left out.")] events: Option<
            Vec<String>,
        >,
        #[graphql(desc = "The id of the last activity that was told; from now on when left out.")] after: Option<
            String,
        >,
    ) -> Result<impl Stream<Item = Result<Told, Error>> + use<>, Error> {
        let session = ctx.signed_in()?.clone();
        let events = events.unwrap_or_default().into_iter().map(|name| activity::event("events", &name));
        let events = events.collect::<Result<Vec<_>, _>>()?;
        let after =
            after.map(|id| id.parse::<ActivityId>().map_err(|_| bad_request("after: this is no activity's id")));
        let feed = ctx.data_unchecked::<Feed>();
        let following = Following::begin(feed, &session.actor, events, after.transpose()?).await.map_err(refused)?;
        let loads = ctx.data_unchecked::<Loads>().clone();
        Ok(told(following, Moments { store: ctx.store().clone(), session, loads }))
    }
}

/// What is told, until it cannot be any more: then an error, and the end.
fn told(following: Following, moments: Moments) -> impl Stream<Item = Result<Told, Error>> {
    stream::unfold(Some((following, moments)), async |state| {
        let (mut following, moments) = state?;
        Some(match following.next().await {
            Ok(next) => {
                let moment = moments.at(next.actor);
                (Ok(Told { activity: next.activity.into(), moment, _turn: next.turn }), Some((following, moments)))
            }
            Err(error) => (Err(refused(error)), None),
        })
    })
}

/// A subscription is refused by an error: it has nothing else to say.
fn refused(error: refusal::Error) -> Error {
    match error {
        refusal::Error::Refused(refusals) => {
            let said = refusals.first().map(|refusal| match refusal.field.first() {
                Some(argument) => format!("{argument}: {}", refusal.message),
                None => refusal.message.clone(),
            });
            bad_request(said.unwrap_or_default())
        }
        fault_of_ours => fault(fault_of_ours),
    }
}

/// Makes what an activity is resolved with: the same that a request has.
struct Moments {
    store: domain::store::Store,
    session: Session,
    loads: Loads,
}

impl Moments {
    /// One time that all of it sees, who is told as they are now, and loaders of its own.
    fn at(&self, actor: domain::actor::Actor) -> Data {
        let session = Session { actor, ..self.session.clone() };
        let mut data = Data::default();
        super::equip(&mut data, self.store.at_one_moment(), session, &self.loads);
        data
    }
}

/// An activity that was told, resolved at its own moment and not at that of the subscription.
struct Told {
    activity: Activity,
    moment: Data,
    /// Few are resolved at once, however many are told: requests find connections, too.
    _turn: Turn,
}

impl OutputType for Told {
    fn type_name() -> Cow<'static, str> {
        <Activity as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Activity::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let mut ctx = ctx.clone();
        ctx.execute_data = Some(&self.moment);
        OutputType::resolve(&self.activity, &ctx, field).await
    }
}
