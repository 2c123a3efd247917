use std::fmt::Write as _;

use async_graphql::parser::parse_query;

use super::*;

fn refusal(text: &str) -> String {
    let document = parse_query(text).unwrap();
    check(&document, true).err().unwrap_or_else(|| "none".to_owned())
}

/// `fragments` fragments, each of which spreads the next twice.
fn doubling(fragments: u32) -> String {
    let mut text = "{ ...f0 }".to_owned();
    for number in 0..fragments {
        let next = number + 1;
        write!(text, " fragment f{number} on Query {{ ...f{next} ...f{next} }}").unwrap();
    }
    write!(text, " fragment f{fragments} on Query {{ a }}").unwrap();
    text
}

#[test]
fn fragments_that_spread_the_next_twice_are_refused() {
    for fragments in [13, 24, 30] {
        let message = "the document has more than 5000 fields, with its fragments written out";
        assert_eq!(refusal(&doubling(fragments)), message, "{fragments}");
    }
    assert_eq!(refusal(&doubling(5)), "none");
}

#[test]
fn a_long_chain_of_fragments_is_refused_before_it_fills_the_stack() {
    let mut text = "{ ...f0 }".to_owned();
    for number in 0..2_000 {
        write!(text, " fragment f{number} on Q {{ ...f{} }}", number + 1).unwrap();
    }
    text.push_str(" fragment f2000 on Q { a }");
    assert_eq!(refusal(&text), "the document is deeper than 32 selection sets, fragments included");
}

#[test]
fn a_fragment_that_spreads_itself_is_refused_also_where_nobody_spreads_it() {
    assert_eq!(refusal("{ ...a } fragment a on Q { b { ...a } }"), "the fragment a spreads itself");
    let message = refusal("{ c } fragment a on Q { ...b } fragment b on Q { ... on Q { ...a } }");
    assert!(message.ends_with("spreads itself"), "{message}");
}

#[test]
fn what_a_document_asks_for_is_bounded() {
    let nested = |depth: usize| format!("{}{}", "{a".repeat(depth), "}".repeat(depth));
    let many = |unit: &str, times: usize| format!("{{ root {{ {} }} }}", unit.repeat(times));
    assert_eq!(refusal(&nested(20)), "none");
    assert_eq!(refusal(&nested(21)), "the document is deeper than 20 fields");
    assert_eq!(refusal(&many("b:a ", 200)), "none");
    assert_eq!(refusal(&many("b:a ", 201)), "the document has more than 200 aliases");
    assert_eq!(refusal(&many("a @b ", 100)), "none");
    assert_eq!(refusal(&many("a @b ", 101)), "the document has more than 100 directives");
    assert_eq!(refusal(&many("a ", 4_999)), "none");
    assert_eq!(refusal(&many("a ", 5_000)), "the document has more than 5000 fields, with its fragments written out");
}

#[test]
fn introspection_as_graphiql_does_it_is_within_the_limits() {
    let types = format!("{}{}", "{ kind name ofType ".repeat(9), "{ kind name } ".to_owned() + &"}".repeat(9));
    let text = format!(
        "query IntrospectionQuery {{ __schema {{ types {{ fields(includeDeprecated: true) {{ args {{ ...I }} type {{ ...T }} }} \
         inputFields {{ ...I }} }} directives {{ args {{ ...I }} }} }} }} \
         fragment I on __InputValue {{ name type {{ ...T }} }} fragment T on __Type {types}"
    );
    assert_eq!(refusal(&text), "none");
}

#[test]
fn root_fields_are_counted_through_fragments() {
    let fifty = "a ".repeat(50);
    assert_eq!(refusal(&format!("{{ ...f }} fragment f on Query {{ {fifty} }}")), "none");
    let message = refusal(&format!("{{ a ... {{ ...f }} }} fragment f on Query {{ {fifty} }}"));
    assert_eq!(message, "the document has more than 50 fields at its root");
}

#[test]
fn a_fragment_counts_as_often_as_it_is_spread() {
    let text = format!("{{ a {{ {} }} }} fragment f on A {{ {} }}", "b { ...f } ".repeat(3), "c:d ".repeat(70));
    assert_eq!(refusal(&text), "the document has more than 200 aliases");
}

#[test]
fn operations_of_one_document_count_together() {
    let mut text = format!("fragment f on A {{ {} }}", "a ".repeat(2_000));
    for number in 0..3 {
        write!(text, " query q{number} {{ b {{ ...f }} }}").unwrap();
    }
    assert_eq!(refusal(&text), "the document has more than 5000 fields, with its fragments written out");
}

#[test]
fn introspection_is_refused_where_it_is_off() {
    for text in ["{ __schema { types { name } } }", "{ ...f } fragment f on Query { x: __type(name: \"A\") { name } }"]
    {
        let document = parse_query(text).unwrap();
        assert!(check(&document, false).is_err(), "{text}");
        assert!(check(&document, true).is_ok());
    }
    let document = parse_query("{ __typename }").unwrap();
    assert!(check(&document, false).is_ok());
}

#[test]
fn arguments_and_values_count_with_what_is_inside() {
    let list = |values: usize| format!("{{ a(b: [{}]) }}", "1 ".repeat(values));
    let message = "the document has more than 5000 arguments and values, with its fragments written out";
    assert_eq!(refusal(&list(4_999)), "none");
    assert_eq!(refusal(&list(5_000)), message);
    assert_eq!(refusal(&format!("{{ a(b: {{ c: [{}] }}) }}", "1 ".repeat(4_999))), message);
    assert_eq!(refusal(&format!("{{ a @b(c: [{}]) }}", "1 ".repeat(5_000))), message);
    let spread = format!("{{ {} }} fragment f on Q {{ a(b: [{}]) }}", "...f ".repeat(3), "1 ".repeat(2_000));
    assert_eq!(refusal(&spread), message);
}

#[test]
fn a_field_has_thirty_arguments_at_most() {
    let with = |count: usize| {
        let arguments: String = (0..count).map(|number| format!("a{number}: 1 ")).collect();
        refusal(&format!("{{ f({arguments}) }}"))
    };
    assert_eq!(with(30), "none");
    assert_eq!(with(31), "the document has more than 30 arguments at one place");
}

#[test]
fn an_operation_has_a_hundred_variables_and_a_document_fifty_operations_at_most() {
    let variables = |count: usize| {
        let variables: String = (0..count).map(|number| format!("$v{number}: ID ")).collect();
        refusal(&format!("query({variables}) {{ a }}"))
    };
    assert_eq!(variables(100), "none");
    assert_eq!(variables(101), "an operation has more than 100 variables");
    let operations = |count: usize| refusal(&(0..count).map(|n| format!("query q{n} {{ a }} ")).collect::<String>());
    assert_eq!(operations(50), "none");
    assert_eq!(operations(51), "the document has more than 50 operations");
}

#[test]
fn fields_count_once_for_every_inline_fragment_around_them() {
    let around = |sets: usize| {
        let inside = "{ ...".repeat(sets) + "{" + &"a ".repeat(2_000) + &"}".repeat(sets + 1);
        refusal(&format!("{{ root {inside} }}"))
    };
    assert_eq!(around(20), "none");
    let message = "the document has more than 50000 fields to compare, by its fragments and inline fragments";
    assert_eq!(around(28), message);
    let unspread: String = (0..60).map(|n| format!("fragment f{n} on Q {{ ...l }} ")).collect();
    assert_eq!(refusal(&format!("{{ a }} {unspread} fragment l on Q {{ {} }}", "a ".repeat(1_000))), message);
}

#[test]
fn a_fragment_that_was_measured_counts_the_sets_around_each_spread() {
    let deep = |before: &str| {
        let inner = format!("fragment f on Q {{ {} }}", "... { ".repeat(20) + "a" + &" }".repeat(20));
        refusal(&format!("{{ {before} {} }} {inner}", "... { ".repeat(12) + "...f" + &" }".repeat(12)))
    };
    assert_eq!(deep(""), deep("...f"));
    assert_eq!(deep("...f"), "the document is deeper than 32 selection sets, fragments included");
}

#[test]
fn every_use_of_a_variable_in_the_text_is_counted() {
    let text = "query($a: A) { f(a: $a, b: [$a { c: $a }]) @d(e: $a) ...g ...g } fragment g on Q { h(a: $a) }";
    let document = parse_query(text).unwrap();
    assert_eq!(check(&document, true).unwrap(), HashMap::from([(Name::new("a"), 5)]));
}
