//! What asks for the schema.

use super::{Hostile, times};

pub(super) fn all() -> Vec<Hostile> {
    let deep = |times: usize| {
        format!(
            "{{ __schema {{ types {}name{} }} }}",
            "{ fields { type ".repeat(times) + "{ ",
            "} ".to_owned() + &"} } ".repeat(times)
        )
    };
    let wide = times(190, |n| format!("a{n}: name "));
    let of_type = |depth: usize| format!("{}name{}", "ofType { ".repeat(depth), " }".repeat(depth));
    vec![
        Hostile::new("types of fields of types, 3 deep", deep(3)),
        Hostile::new("types of fields of types, 8 deep", deep(8)),
        Hostile::new("190 names of types of fields of types", format!("{{ __schema {{ types {{ fields {{ type {{ fields {{ type {{ {wide} }} }} }} }} }} }} }}")),
        Hostile::new("45 schemas", format!("{{ {} }}", times(45, |n| format!("s{n}: __schema {{ types {{ name fields {{ name args {{ name }} }} }} }} ")))),
        Hostile::new("ofType of ofType, under 190 names", format!("{{ __schema {{ types {{ fields {{ type {{ {} }} }} }} }} }}", times(190, |n| format!("a{n}: {} ", of_type(12))))),
        Hostile::new("what every type may be, of each", "{ __schema { types { possibleTypes { interfaces { possibleTypes { interfaces { possibleTypes { name } } } } } } } }".to_owned()),
    ]
}
