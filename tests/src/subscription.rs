//! Subscriptions, as a client has them: one answer after the other.

use std::time::Duration;

use api::auth::Session;
use async_graphql::{Executor, Request, Response, Variables};
use dev::issuer::{ISSUER, claims_for};
use domain::activity::Feed;
use domain::actor::{Actor, Identity};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::TestApp;

/// How often a test's feed looks for news.
const EVERY: Duration = Duration::from_millis(20);

/// How long a test waits for what should come.
const PATIENCE: Duration = Duration::from_secs(30);

/// The answers to one subscription.
pub struct Subscription(BoxStream<'static, Response>);

impl TestApp {
    /// A feed of this app's database.
    #[must_use]
    pub fn feed(&self) -> Feed {
        Feed::new(self.store.clone(), EVERY)
    }

    /// Subscribes as somebody of the demo world. It begins when it is first waited for.
    pub async fn subscribe(&self, who: &str, document: &str, variables: Value) -> Subscription {
        self.subscribe_to(&self.feed(), Some(who), document, variables).await
    }

    /// Subscribes to a feed that is shared with others; nobody: without signing in.
    pub async fn subscribe_to(&self, feed: &Feed, who: Option<&str>, document: &str, variables: Value) -> Subscription {
        let session = match who {
            Some(who) => self.session(who).await,
            None => Session { actor: Actor::Visitor, identity: None },
        };
        let request = Request::new(document).variables(Variables::from_json(variables));
        let request = api::graphql::prepare_subscription(request, &self.store, session, feed);
        Subscription(api::graphql::schema(true).execute_stream(request, None))
    }

    /// What signing in makes of somebody of the demo world.
    pub async fn session(&self, who: &str) -> Session {
        let claims = claims_for(who).expect("an address");
        let identity = Identity {
            issuer: ISSUER.to_owned(),
            tenant: claims.tid,
            subject: claims.sub,
            email: Some(claims.email),
            email_verified: claims.email_verified,
            name: Some(claims.name),
            may_claim: true,
        };
        let actor = domain::user::sign_in(&self.store, &identity).await.expect("a session");
        Session { actor, identity: Some(identity) }
    }
}

impl Subscription {
    /// The next answer; none: it has ended. Stops the test where nothing comes.
    pub async fn answer(&mut self) -> Option<Value> {
        let answer = timeout(PATIENCE, self.0.next()).await.expect("an answer in time");
        answer.map(|answer| serde_json::to_value(answer).expect("JSON"))
    }

    /// The next activity. Stops the test at an error, or the end.
    pub async fn told(&mut self) -> Value {
        let answer = self.answer().await.expect("more to be told");
        assert!(answer.get("errors").is_none(), "errors: {answer:#}");
        answer["data"]["activity"].clone()
    }

    /// The ids of the next activities.
    pub async fn ids(&mut self, count: usize) -> Vec<String> {
        let mut ids = Vec::new();
        for _ in 0..count {
            ids.push(self.told().await["id"].as_str().expect("an id").to_owned());
        }
        ids
    }

    /// The code and message of the error it ends with.
    pub async fn refusal(&mut self) -> (String, String) {
        let answer = self.answer().await.expect("an error");
        let errors = answer["errors"].as_array().unwrap_or_else(|| panic!("no errors: {answer:#}"));
        assert_eq!((errors.len(), &answer["data"]), (1, &json!(null)), "{answer:#}");
        assert_eq!(self.answer().await, None, "an error is the end");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (text(&errors[0]["extensions"]["code"]), text(&errors[0]["message"]))
    }
}
