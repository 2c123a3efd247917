//! What a subscription may select (GraphQL specification, section 5.2.3.1): one field. The library checks it nowhere, and
//! passes over fragments and conditions there, so that a subscription of them would end before it began, or begin anyway.

use async_graphql::ServerError;
use async_graphql::parser::types::{OperationDefinition, OperationType, Selection};

/// Refuses a subscription that does not select one field, written at its root and under no condition.
pub(super) fn check(operation: &OperationDefinition) -> Result<(), ServerError> {
    let set = &operation.selection_set;
    if operation.ty != OperationType::Subscription {
        return Ok(());
    }
    match set.node.items.as_slice() {
        [item] if matches!(&item.node, Selection::Field(field) if field.node.directives.is_empty()) => Ok(()),
        _ => {
            let remedy = "a subscription selects one field, in no fragment and without a directive";
            Err(ServerError::new(remedy, Some(set.pos)))
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn a_subscription_selects_one_field() {
        for (text, taken) in [
            ("subscription { a }", true),
            ("subscription { a { b c } }", true),
            ("{ a b }", true),
            ("mutation { a ...f } fragment f on Mutation { b }", true),
            ("subscription { a b }", false),
            ("subscription { a b: a }", false),
            ("subscription { __typename a }", false),
            ("subscription { ...f } fragment f on Subscription { a }", false),
            ("subscription { ... { a } }", false),
            ("subscription { a @skip(if: true) }", false),
            ("subscription { a { b @skip(if: true) } }", true),
        ] {
            let document = parse_query(text).unwrap();
            let operation = document.operations.iter().next().unwrap().1;
            assert_eq!(check(&operation.node).is_ok(), taken, "{text}");
        }
    }
}
