//! How much the variables of a request hold, by themselves and wherever the document uses them.
//!
//! The library copies a variable's value for every use while it validates, so a long list that is used a thousand times
//! would cost what a thousand lists do.

use async_graphql::Variables;

use super::argument::{of_text, weight};
use super::limits::{Uses, within};

/// Values of all variables, with the names of their fields, 64 bytes of text counting as one more: 250 invitations with the
/// longest texts that fit a body.
pub(crate) const MAX_VALUES: u64 = 40_000;

/// The same, once for every use.
const MAX_WRITTEN: u64 = 200_000;

/// Refuses variables that hold too much.
pub(super) fn check(variables: &Variables, uses: &Uses) -> Result<(), String> {
    let (mut values, mut written): (u64, u64) = (0, 0);
    for (name, value) in variables.iter() {
        let held = weight(value);
        values += of_text(name) + held;
        written += held.saturating_mul(uses.get(name).copied().unwrap_or_default());
    }
    within(values, MAX_VALUES, "the variables hold", "values and names, 64 bytes of text counting as one")?;
    within(written, MAX_WRITTEN, "the variables come to", "values and names, once for every use in the document")
}

#[cfg(test)]
mod tests {
    use async_graphql::Name;
    use serde_json::{Value, json};

    use super::*;

    fn refusal(variables: Value, uses: u64) -> String {
        let uses = Uses::from([(Name::new("v"), uses)]);
        check(&Variables::from_json(variables), &uses).err().unwrap_or_else(|| "none".to_owned())
    }

    #[test]
    fn values_and_long_texts_are_bounded_together() {
        let message = "the variables hold more than 40000 values and names, 64 bytes of text counting as one";
        assert_eq!(refusal(json!({ "v": vec![1; 39_998] }), 1), "none");
        assert_eq!(refusal(json!({ "v": vec![1; 39_999] }), 1), message);
        assert_eq!(refusal(json!({ "v": [{ "a": vec![1; 20_000] }], "w": vec![vec![""]; 10_000] }), 1), message);
        assert_eq!(refusal(json!({ "v": "a".repeat(1_000_000) }), 1), "none");
        assert_eq!(refusal(json!({ "v": "a".repeat(3_000_000) }), 1), message);
        assert_eq!(refusal(json!({ "w": { "a".repeat(3_000_000): 1 } }), 1), message);
    }

    #[test]
    fn what_a_variable_holds_counts_for_every_use() {
        let value = || json!({ "v": vec![1; 999] });
        assert_eq!(refusal(value(), 200), "none");
        let message = "the variables come to more than 200000 values and names, once for every use in the document";
        assert_eq!(refusal(value(), 201), message);
    }
}
