use std::time::{Duration, Instant};

use accord_tests::{Collector, DEMO, Exported};
use axum::http::StatusCode;
use serde_json::json;
use tokio::net::TcpListener;

use super::{Accord, story, until};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

/// Waits for the spans of one trace, until they are as wanted.
async fn spans_of(collector: &Collector, trace: &str, wanted: impl Fn(&[Exported]) -> bool) -> Vec<Exported> {
    let of = || collector.spans().into_iter().filter(|span| span.trace == trace).collect::<Vec<_>>();
    until("the trace is exported", async || wanted(&of())).await;
    of()
}

/// What a span says under these names.
fn says(span: &Exported, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| span.attributes[*name].clone()).collect()
}

/// The spans of statements, each of which tells what it should.
fn statements_of(spans: &[Exported]) -> Vec<&Exported> {
    let statements: Vec<&Exported> = spans.iter().filter(|span| span.kind == 3).collect();
    for statement in &statements {
        let of = says(statement, &["db.system.name", "db.operation.name", "db.query.summary", "db.query.text"]);
        assert_eq!(
            (of[0].as_str(), &of[2], of[1].is_empty()),
            ("postgresql", &statement.name, false),
            "{statement:#?}"
        );
        assert!(!of[3].contains("binds"), "{statement:#?}");
    }
    assert!(statements.iter().any(|it| it.attributes["db.query.text"].contains("$1")), "{spans:#?}");
    statements
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_one_trace_under_its_callers_and_tells_nothing_of_what_was_asked() {
    let (collector, endpoint) = Collector::start().await;
    let accord = Accord::start(|it| it.with("ACCORD_OTLP_ENDPOINT", endpoint)).await;
    let token =
        accord.app.issuer.token(&dev::issuer::claims_for(DEMO.reseller).unwrap(), Duration::from_secs(60)).unwrap();
    let document = "query Find($id: ID!, $word: String) { node(id: $id) { __typename } viewer { partner { invitations(
        first: 1, filter: { search: $word }) { nodes { id } } } } }";
    let variables = json!({ "id": "usr_01h455vb4pex5vsknk084sn02q", "word": "needle-in-a-haystack" });
    let headers = format!("traceparent: 00-{TRACE}-{CALLER}-01\r\n");

    let answer = accord.api.ask_with(&headers, Some(&token), document, variables).await;

    assert_eq!((answer.status, answer.body.get("errors")), (StatusCode::OK, None), "{:#}", answer.body);
    let whole = |spans: &[Exported]| spans.iter().any(|span| span.parent == CALLER);
    let spans = spans_of(&collector, TRACE, whole).await;
    let named =
        |name: &str| spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("{name}: {spans:#?}"));
    let (http, graphql) = (named("POST /graphql"), named("query"));
    assert_eq!(answer.headers["traceparent"], format!("00-{TRACE}-{}-01", http.id));
    assert_eq!(http.service, ("accord-api".to_owned(), env!("CARGO_PKG_VERSION").to_owned()));
    assert_eq!((http.kind, http.status, http.parent.as_str()), (2, 0, CALLER));
    assert_eq!((graphql.kind, graphql.status, &graphql.parent), (2, 0, &http.id));
    let of_http = ["http.request.method", "http.route", "http.response.status_code"];
    assert_eq!(says(http, &of_http), ["POST", "/graphql", "200"]);
    assert_eq!(http.attributes.len(), of_http.len(), "{:?}", http.attributes);
    let of_graphql = ["graphql.operation.name", "graphql.operation.type"];
    assert_eq!(says(graphql, &of_graphql), ["Find", "query"]);
    assert_eq!(graphql.attributes.len(), of_graphql.len(), "{:?}", graphql.attributes);
    let statements = statements_of(&spans);
    assert!(statements.iter().any(|span| span.parent == graphql.id), "what resolvers ask: {spans:#?}");
    assert!(statements.iter().any(|span| span.parent == http.id), "who signs in: {spans:#?}");
    assert_eq!(statements.len() + 2, spans.len(), "{spans:#?}");
    let bytes = String::from_utf8_lossy(&collector.bytes()).into_owned();
    assert!(!bytes.contains("needle") && !bytes.contains("__typename") && !bytes.contains("contoso"));
    accord.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_exported_of_a_whole_story_holds_a_path_an_address_a_variable_or_a_token() {
    let (collector, endpoint) = Collector::start().await;
    let accord = Accord::start(|it| it.with("ACCORD_OTLP_ENDPOINT", endpoint)).await;
    accord.invite(DEMO.customer).await;
    let mail = accord.mail(1).await;
    let token = mail.token();
    accord.api.get(&format!("/invitations/{token}")).await.unwrap();
    story::accept(&accord, &token).await;
    accord.mail(2).await;

    let sent = |spans: &[Exported]| spans.iter().filter(|span| span.name == "send mail").count() >= 2;
    until("both mails are exported", async || sent(&collector.spans())).await;
    // Shutting down exports the rest.
    accord.end().await;

    let spans = collector.spans();
    let page = spans.iter().find(|span| span.name == "GET /invitations/{token}").expect("the page");
    assert_eq!(page.attributes["http.route"], "/invitations/{token}");
    let mail_span = spans.iter().find(|span| span.name == "send mail").expect("a mail");
    assert_eq!((mail_span.service.0.as_str(), mail_span.parent.as_str(), mail_span.kind), ("accord-worker", "", 5));
    assert!(mail_span.attributes["email.id"].starts_with("eml_"), "{mail_span:#?}");
    assert!(spans.iter().any(|span| span.kind == 3 && span.parent == mail_span.id), "{mail_span:#?}");
    assert!(spans.iter().all(|span| span.events == 0), "what is logged is not exported");
    let is_root = |span: &&Exported| span.parent.is_empty();
    let roots: Vec<&str> = spans.iter().filter(is_root).map(|span| span.name.as_str()).collect();
    assert!(roots.iter().all(|name| name.contains(" /") || *name == "send mail"), "polling makes no trace: {roots:?}");
    let bytes = String::from_utf8_lossy(&collector.bytes()).into_owned();
    let subject = mail.subject.as_str();
    for secret in [&token, &token[30..], "@wingtip.example", "@contoso.example", subject, "eyJ", "AQEBAQEB", "Ada"] {
        assert!(!bytes.contains(secret), "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_hangs_costs_no_request_and_holds_up_no_end() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (mut taken, hung) = (Vec::new(), tokio::sync::Notify::new());
    let hang = async {
        loop {
            taken.push(listener.accept().await.unwrap());
            hung.notify_one();
        }
    };
    let ask = async {
        let mut accord = Accord::start(|it| it.with("ACCORD_OTLP_ENDPOINT", endpoint)).await;
        accord.ask(DEMO.reseller, "{ viewer { __typename } }", json!({})).await;
        hung.notified().await;
        for _ in 0..50 {
            let answer = accord.ask(DEMO.reseller, "{ viewer { __typename } }", json!({})).await;
            assert_eq!(answer.status, StatusCode::OK);
        }
        let began = Instant::now();
        assert!(accord.api.process.terminate().await.success(), "{}", accord.api.process.log());
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
        assert!(accord.api.process.log().contains("the last spans were not exported"), "{}", accord.api.process.log());
    };
    tokio::select! {
        () = hang => {}
        () = ask => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ratio_is_of_traces_that_begin_here_and_a_caller_decides_for_its_own() {
    let (collector, endpoint) = Collector::start().await;
    let accord = Accord::start(|it| it.with("ACCORD_OTLP_ENDPOINT", endpoint).with("ACCORD_TRACE_RATIO", 0)).await;
    let ask = async |headers: &str| {
        let answer = accord.api.ask_with(headers, None, "{ __typename }", json!({})).await;
        answer.headers["traceparent"].to_str().unwrap().to_owned()
    };
    let begun = ask("").await;
    let declined = ask(&format!("traceparent: 00-{}-{CALLER}-00\r\n", TRACE.replace('4', "5"))).await;
    let wanted = ask(&format!("traceparent: 00-{TRACE}-{CALLER}-01\r\n")).await;

    assert!(
        begun.ends_with("-00") && declined.ends_with("-00") && wanted.ends_with("-01"),
        "{begun} {declined} {wanted}"
    );
    spans_of(&collector, TRACE, |spans| !spans.is_empty()).await;
    accord.end().await;
    assert!(collector.spans().iter().all(|span| span.trace == TRACE), "{:#?}", collector.spans());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_logged_while_an_operation_runs_has_its_ids_with_the_export_on_as_well() {
    let (_collector, endpoint) = Collector::start().await;
    let accord = Accord::start(|it| it.with("ACCORD_OTLP_ENDPOINT", endpoint)).await;
    accord.app.sql("alter table agreements rename to mislaid").await;
    let headers = format!("x-request-id: the-one\r\ntraceparent: 00-{TRACE}-{CALLER}-01\r\n");
    let document = "{ agreement(kind: CUSTOMER, country: \"US\") { id } }";

    let answer = accord.api.ask_with(&headers, None, document, json!({})).await;

    assert_eq!(answer.error(), "INTERNAL");
    let log = accord.api.process.log();
    let told = log.lines().find(|line| line.contains("a request failed")).unwrap_or_else(|| panic!("{log}"));
    assert!(told.contains("the-one") && told.contains(TRACE), "{told}");
    accord.app.sql("alter table mislaid rename to agreements").await;
    accord.end().await;
}
