//! What operators ask, and what a request tells of itself.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;

use super::app::App;

/// The samples of a family, with its labels; a line is `name{labels} value`.
async fn samples(app: &App, family: &str) -> Vec<String> {
    let answer = app.monitor("/metrics").await;
    assert_eq!(answer.status, StatusCode::OK);
    let of = |line: &&str| line.starts_with(&format!("{family}{{")) || line.starts_with(&format!("{family} "));
    let mut samples: Vec<String> = answer.text.lines().filter(of).map(str::to_owned).collect();
    samples.sort();
    samples
}

#[tokio::test]
async fn health_tells_a_process_that_lives_from_one_that_can_answer() {
    let app = App::new(&[]);
    assert_eq!(app.monitor("/health/live").await.status, StatusCode::OK);
    let unready = app.monitor("/health/ready").await;
    assert_eq!(unready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(unready.header("cache-control"), "no-store");
    let reason = "the database does not answer, or was never migrated";
    assert_eq!(unready.json(), json!({ "ready": false, "reason": reason }));

    app.edge.stopping.cancel();
    assert_eq!(app.monitor("/health/ready").await.json()["reason"], "shutting down");
}

#[tokio::test]
async fn the_public_port_answers_none_of_what_operators_ask() {
    let app = App::new(&[]);
    for path in ["/metrics", "/health/live", "/health/ready"] {
        assert_eq!(app.get(path, "*/*").await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn metrics_are_openmetrics_with_a_type_and_a_help_for_each_family() {
    let app = App::new(&[]);
    app.query("{ hello }").await;

    let answer = app.monitor("/metrics").await;

    assert_eq!(answer.header("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert!(answer.text.ends_with("# EOF\n"), "{}", answer.text);
    let named = |kind: &str| {
        let names = answer.text.lines().filter_map(|line| line.strip_prefix(kind)?.split(' ').next());
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let (helps, types) = (named("# HELP "), named("# TYPE "));
    assert_eq!(helps, types);
    let mut distinct = types.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), types.len(), "{types:?}");
    let samples = answer.text.lines().filter(|line| !line.starts_with('#'));
    for line in samples {
        let (sample, value) = line.rsplit_once(' ').unwrap();
        let name = sample.split('{').next().unwrap();
        assert!(types.iter().any(|family| name.starts_with(family.as_str())), "{line}");
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
    assert!(
        answer.text.contains("accord_build_info{service=\"accord-test\",version=\"1.2.3\"} 1\n"),
        "{}",
        answer.text
    );
    assert!(answer.text.contains("\nprocess_start_time_seconds "), "{}", answer.text);
}

#[tokio::test]
async fn operations_and_requests_are_counted_by_what_became_of_them() {
    let app = App::new(&[]);
    app.query("{ hello }").await;
    app.query("query Named { hello }").await;
    app.query("{ fault }").await;
    app.query("{ panic }").await;
    app.query("{ nothing }").await;
    app.query("{ unreadable").await;
    app.get("/invitations/secret-token", "text/html").await;
    app.get("/nowhere/secret-token", "*/*").await;

    let operations = samples(&app, "accord_api_graphql_operations_total").await;
    let of = |outcome: &str, count: u32| {
        format!("accord_api_graphql_operations_total{{operation=\"query\",outcome=\"{outcome}\"}} {count}")
    };
    assert_eq!(operations, [of("BAD_REQUEST", 1), of("INTERNAL", 2), of("OK", 2)]);
    let errors = samples(&app, "accord_api_graphql_errors_total").await;
    let of = |code: &str, count: u32| format!("accord_api_graphql_errors_total{{code=\"{code}\"}} {count}");
    assert_eq!(errors, [of("BAD_REQUEST", 2), of("INTERNAL", 2)]);
    let took = samples(&app, "accord_api_graphql_operation_duration_seconds_count").await;
    assert_eq!(took, ["accord_api_graphql_operation_duration_seconds_count{operation=\"query\"} 5"]);
    let requests = samples(&app, "accord_api_http_requests_total").await;
    let of = |route: &str, method: &str, status: &str, count: u32| {
        format!("accord_api_http_requests_total{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}} {count}")
    };
    assert_eq!(
        requests,
        [
            of("/graphql", "POST", "2xx", 3),
            of("/graphql", "POST", "4xx", 2),
            of("/graphql", "POST", "5xx", 1),
            of("/invitations/{token}", "GET", "2xx", 1),
            of("none", "GET", "4xx", 1),
        ]
    );
    assert_eq!(samples(&app, "accord_api_http_requests_in_flight").await, ["accord_api_http_requests_in_flight 0"]);
}

#[tokio::test]
async fn what_callers_write_makes_no_more_series() {
    let app = App::new(&["--address-rate=0", "--public-rate=0"]);
    for n in 0..1_000 {
        let body = json!({ "query": format!("query Op{n} {{ a{n}: hello }}"), "operationName": format!("Op{n}") });
        assert_eq!(app.post(&[], body.to_string()).await.status, StatusCode::OK);
        app.query(&format!("{{ unknown{n} }}")).await;
        let request = Request::builder().method(format!("X{n}").as_str()).uri(format!("/nowhere/{n}"));
        app.send(request.body(Body::empty()).unwrap()).await;
    }

    let answer = app.monitor("/metrics").await;

    let series = answer.text.lines().filter(|line| !line.starts_with('#')).count();
    assert!(series < 60, "{series} series: {}", answer.text);
    assert!(!answer.text.contains("Op9") && !answer.text.contains("unknown9") && !answer.text.contains("nowhere"));
}

#[tokio::test]
async fn the_callers_trace_is_continued_and_every_answer_has_one() {
    let app = App::new(&[]);
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let ask = async |traceparent: &str| {
        let answer = app.post(&[("traceparent", traceparent)], r#"{"query":"{ hello }"}"#).await;
        answer.header("traceparent").to_owned()
    };
    let continued = ask(&format!("00-{trace}-00f067aa0ba902b7-01")).await;
    assert!(continued.starts_with(&format!("00-{trace}-")) && continued.len() == 55, "{continued}");

    let (first, second) = (ask("00-nonsense").await, app.get("/nowhere", "*/*").await);
    let second = second.header("traceparent");
    for begun in [first.as_str(), second] {
        assert!(begun.len() == 55 && begun.starts_with("00-") && !begun.contains(trace), "{begun}");
    }
    assert_ne!(first[3..35], second[3..35]);
}

#[tokio::test]
async fn a_caller_who_hangs_up_is_counted() {
    let app = App::new(&[]);
    tokio::select! {
        _ = app.query("{ slow }") => panic!("nobody let it finish"),
        () = app.gate.entered.notified() => {}
    }
    let counted = samples(&app, "accord_api_http_requests_total").await;
    assert_eq!(counted, [r#"accord_api_http_requests_total{route="/graphql",method="POST",status="4xx"} 1"#]);
    assert_eq!(samples(&app, "accord_api_http_requests_in_flight").await, ["accord_api_http_requests_in_flight 0"]);
}
