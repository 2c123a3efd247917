// The operations that GraphiQL opens with, one a tab, in the order in which an invitation lives.
// Every name in them is in schema.graphql. Addresses are the demo world's.

const tab = (query, variables) => ({
  query: query.trim() + "\n",
  variables: variables ? JSON.stringify(variables, null, 2) : null,
});

export const examples = [
  tab(`
# Accord's API. Choose who you are at the top,
# then press the button with the triangle (or
# Ctrl-Enter, Cmd-Enter). The book at the left
# opens the documentation of every field. Each
# tab is an example; together they follow one
# invitation from draft to acceptance.

query WhoAmI {
  viewer {
    identity { email isEmailVerified name }
    user { id name roles }
    organization {
      id
      name
      domain
      country
      cloud
      partnerKind
    }
  }
}
`),

  tab(`
# The partner's customers page, as
# admin@contoso.example. partner is null for who
# is none.

query Customers($search: String, $after: String) {
  viewer {
    partner {
      kind
      customers(first: 25, after: $after, filter: { search: $search }) {
        nodes {
          id
          since
          customer { name domain country }
          adminGrants { scope roles status endsAt }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
`, { search: null, after: null }),

  tab(`
# What the partner has asked for, the newest
# first, and how the mail fared.

query Invitations($status: [InvitationStatus!]) {
  viewer {
    partner {
      invitations(first: 25, filter: { status: $status }, orderBy: CREATED_DESC) {
        nodes {
          id
          kind
          status
          recipient { email name }
          delegatedAdministration { scope roles duration autoExtend }
          expiresAt
          delivery { status attempts lastError }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
`, { status: ["DRAFT", "PENDING"] }),

  tab(`
# Writes the mail and shows it; nothing is sent
# yet. As admin@contoso.example. What is refused
# comes back in userErrors, with the path of its
# field.

mutation DraftInvitation($input: DraftInvitationInput!) {
  draftInvitation(input: $input) {
    invitation {
      id
      status
      recipient { email locale }
      message { subject text mailtoUrl }
    }
    userErrors { code field message }
  }
}
`, {
    input: {
      recipient: { email: "admin@wingtip.example", name: "Wingtip admin" },
      delegatedAdministration: {
        granular: { roles: ["HELPDESK_ADMINISTRATOR", "LICENSE_ADMINISTRATOR"], duration: "P1Y" },
      },
      expiresAfter: "P30D",
    },
  }),

  tab(`
# Sends a draft: put its id into the variables.
# The deadline counts from now. The part of link
# after /invitations/ is the token that the next
# two tabs need.

mutation SendInvitation($id: ID!) {
  sendInvitation(input: { id: $id }) {
    invitation {
      id
      status
      link
      expiresAt
      delivery { status attempts }
    }
    userErrors { code field message }
  }
}
`, { id: "inv_…" }),

  tab(`
# What the holder of the link is shown before
# signing in; it needs no sign-in. null: the
# link is not genuine, or was replaced by a
# newer one.

query OfferBehindLink($token: String!) {
  invitationByLink(token: $token) {
    kind
    status
    inviterName
    inviterCountry
    indirectProviderName
    indirectProviderCountry
    recipientHint
    delegatedAdministration { scope roles duration autoExtend }
    indirectProviderAdministration { scope roles duration autoExtend }
    authorization
    locale
    isExistingCustomer
    agreement { id title url version }
    expiresAt
    portalUrl
  }
}
`, { token: "…" }),

  tab(`
# The customer accepts: as
# admin@wingtip.example, with the agreement's id
# from the tab before. Relationship, grant and
# agreement come about together, or nothing
# does.

mutation AcceptInvitation($input: AcceptInvitationInput!) {
  acceptInvitation(input: $input) {
    invitation { id status answeredAt }
    outcome {
      __typename
      ... on Relationship { id since partner { name } }
      ... on AdminGrant { id scope roles endsAt }
      ... on Partnership { id since indirectProvider { name } }
    }
    userErrors { code field message }
  }
}
`, {
    input: {
      token: "…",
      agreementId: "agr_…",
      signer: { firstName: "Wanda", lastName: "Wing", email: "admin@wingtip.example" },
    },
  }),

  tab(`
# What partners may administer, and until when:
# as admin@fabrikam.example, who holds a grant,
# or as admin@datum.example, who gave it. Without
# endsWithin all are listed.

query AdminGrants($filter: AdminGrantFilter) {
  viewer {
    partner { adminGrants(first: 25, filter: $filter) { nodes { ...Grant } } }
    account { adminGrants(first: 25, filter: $filter) { nodes { ...Grant } } }
  }
}

fragment Grant on AdminGrant {
  id
  partner { name }
  customer { name }
  scope
  roles
  status
  grantedAt
  endsAt
  autoExtend
  endedAt
}
`, { filter: { status: "ACTIVE", endsWithin: "P1Y" } }),

  tab(`
# What can be done to a grant, with its id from
# the tab before; the button lets you choose. As
# admin@datum.example, the customer, take it
# away, or leave it fewer of its roles; as
# admin@fabrikam.example, the partner, give it
# back. Either has it extend itself, or not.

mutation RevokeAdminGrant($id: ID!) {
  revokeAdminGrant(input: { id: $id }) {
    adminGrant { id status endedAt }
    userErrors { code field message }
  }
}

mutation ChangeAdminGrantRoles($id: ID!, $roles: [DirectoryRole!]!) {
  changeAdminGrantRoles(input: { id: $id, roles: $roles }) {
    adminGrant { id roles }
    userErrors { code field message }
  }
}

mutation EndAdminGrant($id: ID!) {
  endAdminGrant(input: { id: $id }) {
    adminGrant { id status endedAt }
    userErrors { code field message }
  }
}

mutation SetAdminGrantAutoExtend($id: ID!, $autoExtend: Boolean!) {
  setAdminGrantAutoExtend(input: { id: $id, autoExtend: $autoExtend }) {
    adminGrant { id endsAt autoExtend }
    userErrors { code field message }
  }
}
`, { id: "grt_…", roles: ["USER_ADMINISTRATOR"], autoExtend: true }),

  tab(`
# The two-tier channel: as admin@contoso.example
# (an indirect reseller) or as
# admin@northwind.example (an indirect provider).
# Each page is empty for the other kind.

query Partnerships {
  viewer {
    partner {
      kind
      indirectProviders(first: 25) { nodes { ...Partnership } }
      indirectResellers(first: 25) { nodes { ...Partnership } }
    }
  }
}

fragment Partnership on Partnership {
  id
  since
  indirectProvider { id name }
  indirectReseller { id name }
  sharedCustomers(first: 10) { nodes { customer { name } } }
}
`),

  tab(`
# An indirect provider asks an indirect reseller
# to become its partner: as
# admin@northwind.example. Send it like any
# other; admin@litware.example accepts with
# authorizeIndirectProvider: true and needs no
# agreement.

mutation DraftPartnership($input: DraftInvitationInput!) {
  draftInvitation(input: $input) {
    invitation {
      id
      kind
      status
      recipient { email }
      message { subject text }
    }
    userErrors { code field message }
  }
}
`, {
    input: {
      kind: "INDIRECT_PROVIDER_PARTNERSHIP",
      recipient: { email: "admin@litware.example", name: "Litware admin" },
    },
  }),

  tab(`
# An indirect reseller and its indirect provider
# ask a customer together: as
# admin@contoso.example, with the id of Northwind
# from the tab Partnerships. One acceptance makes
# both relationships, and the two share the
# customer.

mutation DraftJointly($input: DraftInvitationInput!) {
  draftInvitation(input: $input) {
    invitation {
      id
      status
      indirectProvider { name }
      indirectProviderAdministration { scope roles duration }
      message { subject text }
    }
    userErrors { code field message }
  }
}
`, {
    input: {
      recipient: { email: "admin@wingtip.example", name: "Wingtip admin" },
      indirectProviderId: "org_…",
      delegatedAdministration: { granular: { roles: ["HELPDESK_ADMINISTRATOR"], duration: "P1Y" } },
      indirectProviderAdministration: { granular: { roles: ["LICENSE_ADMINISTRATOR"], duration: "P1Y" } },
    },
  }),

  tab(`
# Ends a partnership for both sides: as the
# administrator of either, with the id from the
# tab Partnerships. Customers stay. END takes the
# provider's access to the reseller's tenant
# away, KEEP leaves it; there is no default.

mutation EndPartnership($input: EndPartnershipInput!) {
  endPartnership(input: $input) {
    partnership { id status endedAt }
    userErrors { code field message }
  }
}
`, { input: { id: "psh_…", delegatedAdministration: "END" } }),

  tab(`
# The directory of indirect providers, for anyone
# signed in: the best come first, and misspelt
# words are found too.

query Directory($filter: DirectoryFilter, $after: String) {
  indirectProviders(first: 10, after: $after, filter: $filter) {
    nodes {
      headline
      description
      website
      countries
      languages
      services
      organization { id name domain }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`, { filter: { search: "northwnd cloud", country: "US", language: "es" }, after: null }),

  tab(`
# Every change, the newest first: as a partner's
# or as a customer's administrator.

query Activity {
  viewer {
    partner { activity(first: 20) { nodes { ...Change } } }
    account { activity(first: 20) { nodes { ...Change } } }
  }
}

fragment Change on Activity {
  id
  event
  at
  actor { name }
  actorOrganization { name }
  subject { __typename id }
  details
}
`),

  tab(`
# What happens, as it happens: leave it running,
# choose somebody else at the top and send an
# invitation. With after, the id of an activity,
# it goes on from there.

subscription Live($after: String) {
  activity(after: $after) {
    id
    event
    at
    actor { name }
    subject { __typename id }
  }
}
`),
];
