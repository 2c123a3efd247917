//! What must go on working.

/// The introspection of GraphiQL and code generators, as `graphql-js` 16 writes it with everything on.
#[must_use]
pub fn graphiql() -> String {
    let of_type = "ofType { kind name ".repeat(9) + &"}".repeat(9);
    format!(
        "query IntrospectionQuery {{ __schema {{ description queryType {{ name }} mutationType {{ name }} subscriptionType {{ name }} \
         types {{ ...FullType }} directives {{ name description isRepeatable locations args(includeDeprecated: true) {{ ...InputValue }} }} }} }} \
         fragment FullType on __Type {{ kind name description specifiedByURL isOneOf fields(includeDeprecated: true) {{ name description \
         args(includeDeprecated: true) {{ ...InputValue }} type {{ ...TypeRef }} isDeprecated deprecationReason }} \
         inputFields(includeDeprecated: true) {{ ...InputValue }} interfaces {{ ...TypeRef }} \
         enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }} possibleTypes {{ ...TypeRef }} }} \
         fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} defaultValue isDeprecated deprecationReason }} \
         fragment TypeRef on __Type {{ kind name {of_type} }}"
    )
}

/// A partner's overview, as a frontend asks for it: some sixty fields, in fragments inside fragments.
#[must_use]
pub fn frontend() -> String {
    "query Overview($first: Int = 25) {
        viewer {
            identity { ...Person }
            organization { ...Company }
            partner {
                id kind
                organization { ...Company }
                customers(first: $first, orderBy: SINCE_DESC) { nodes { ...Customer } pageInfo { ...Page } }
                invitations(first: $first) { nodes { ...Sent } pageInfo { ...Page } }
                users(first: $first) { nodes { ...User } pageInfo { ...Page } }
            }
        }
        regions { code name countries }
    }
    fragment Person on Identity { email isEmailVerified name }
    fragment User on User { id name email locale roles status deletedAt organization { ...Short } }
    fragment Short on Organization { id name domain }
    fragment Company on Organization { ...Short domains country region { code name } cloud partnerKind partnerId }
    fragment Customer on Relationship {
        id status since removedAt removedBy
        customer { ...Company }
        partner { ...Short }
        invitation { id status }
        adminGrants { id scope status roles grantedAt endsAt }
    }
    fragment Sent on Invitation {
        id kind status createdAt sentAt openedAt expiresAt answeredAt
        message { subject } delivery { status attempts messageId } recipient { email name }
    }
    fragment Page on PageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
        .to_owned()
}
