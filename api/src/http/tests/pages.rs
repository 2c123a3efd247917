//! Pages and files.

use std::path::Path;

use axum::body::Body;
use axum::http::{Request, StatusCode};

use super::app::App;

const WEB: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../web");
const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

#[tokio::test]
async fn graphiql_is_a_page_where_it_is_on_and_installed() {
    assert_eq!(App::new(&[]).get("/graphql", BROWSER).await.status, StatusCode::NOT_FOUND);

    let missing = App::new(&["--graphiql"]).get("/graphql", BROWSER).await;
    assert_eq!(missing.status, StatusCode::OK);
    assert!(missing.text.contains("GraphiQL is not installed"));
    let policy = missing.header("content-security-policy");
    assert!(policy.starts_with("default-src 'self';"), "{policy}");
    assert!(policy.ends_with("base-uri 'none'; form-action 'none'; frame-ancestors 'none'"), "{policy}");

    let installed = Path::new(WEB).join("node_modules/graphiql").is_dir();
    let page = App::new(&["--graphiql", "--web-dir", WEB]).get("/graphql", BROWSER).await;
    assert_eq!(page.text.contains("<main id=\"graphiql\">"), installed);
}

#[tokio::test]
async fn the_invitations_page_is_the_same_for_every_token() {
    let app = App::new(&[]);
    let page = app.get("/invitations/a-token", BROWSER).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("/assets/invitation/page.js"));
    assert!(page.header("content-security-policy").ends_with("trusted-types 'none'"));
    for (name, value) in
        [("cache-control", "no-store"), ("referrer-policy", "no-referrer"), ("x-robots-tag", "noindex")]
    {
        assert_eq!(page.header(name), value);
    }
    let other = app.get("/invitations/..%2F..%2Fetc%2Fpasswd", "*/*").await;
    assert_eq!((other.status, other.text), (StatusCode::OK, page.text));
    let posted = app.send(Request::post("/invitations/a").body(Body::empty()).unwrap()).await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn every_file_a_page_names_is_served() {
    let app = App::new(&["--web-dir", WEB]);
    for folder in ["graphiql", "invitation"] {
        let page = std::fs::read_to_string(Path::new(WEB).join(folder).join("index.html")).unwrap();
        let named = page.split('"').filter(|part| part.starts_with("/assets/"));
        for path in named.filter(|path| !path.contains("node_modules")) {
            let file = app.get(path, "*/*").await;
            assert_eq!((file.status, file.header("cache-control")), (StatusCode::OK, "no-cache"), "{path}");
            assert_eq!(file.header("x-content-type-options"), "nosniff");
        }
    }
}

#[tokio::test]
async fn every_file_a_script_imports_is_served() {
    let app = App::new(&[]);
    for path in ["graphiql/boot.js", "invitation/page.js", "invitation/view.js"] {
        let (folder, _) = path.split_once('/').unwrap();
        let script = app.get(&format!("/assets/{path}"), "*/*").await;
        assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
        for imported in script.text.lines().filter(|line| line.starts_with("import ")) {
            let name = imported.split('"').nth(1).unwrap().trim_start_matches("./");
            let file = app.get(&format!("/assets/{folder}/{name}"), "*/*").await;
            assert_eq!(file.status, StatusCode::OK, "{name}");
        }
    }
}

#[tokio::test]
async fn no_other_file_is_served() {
    let app = App::new(&["--web-dir", WEB]);
    for path in [
        "package.json",
        "graphiql/index.html",
        "../Cargo.toml",
        "..%2FCargo.toml",
        "graphiql/%2e%2e/package.json",
        "node_modules/react/package.json",
        "node_modules/react/umd/../package.json",
        "/etc/passwd",
        "graphiql",
        "",
    ] {
        assert_eq!(app.get(&format!("/assets/{path}"), "*/*").await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
