//! Relay connections: the arguments of a page, and the page as clients see it.

use async_graphql::{Error, SimpleObject};
use domain::page::{Cursor, Keyed, MOST, Page, PageRequest};

use super::activity::Activity;
use super::admin_grant::AdminGrant;
use super::business_profile::BusinessProfile;
use super::error::bad_request;
use super::invitation::Invitation;
use super::partnership::Partnership;
use super::relationship::Relationship;
use super::service_request::ServiceRequest;
use super::user::User;

/// How many where the client does not say.
pub(crate) const USUAL: u32 = 25;

/// The arguments of a connection, as given.
#[derive(Debug, Default)]
pub(super) struct PageArgs {
    pub(super) first: Option<i32>,
    pub(super) after: Option<String>,
    pub(super) last: Option<i32>,
    pub(super) before: Option<String>,
}

impl PageArgs {
    /// The page asked for, in a list of `order`. `BAD_REQUEST` names the argument that cannot be taken.
    pub(super) fn request(self, order: &'static str) -> Result<PageRequest, Error> {
        match (&self.first, &self.last) {
            (Some(_), Some(_)) => return Err(bad_request("first, last: give one of them, not both")),
            (None, Some(_)) if self.after.is_some() => {
                return Err(bad_request("after: goes with first, not with last"));
            }
            (_, None) if self.before.is_some() => return Err(bad_request("before: goes with last, not with first")),
            _ => {}
        }
        let forward = self.last.is_none();
        let (name, asked) = if forward { ("first", self.first) } else { ("last", self.last) };
        let limit = match asked {
            None => USUAL,
            Some(asked) => match u32::try_from(asked) {
                Ok(asked @ 1..=MOST) => asked,
                _ => return Err(bad_request(format!("{name}: give 1 to {MOST}"))),
            },
        };
        let (name, text) = if forward { ("after", self.after) } else { ("before", self.before) };
        let cursor = match text {
            None => None,
            Some(text) => {
                let wrong = || bad_request(format!("{name}: this is no cursor of this list in this order"));
                Some(Cursor::decode(&text, order).ok_or_else(wrong)?)
            }
        };
        Ok(PageRequest { limit, forward, cursor })
    }
}

/// Where a page lies in its list.
#[derive(SimpleObject)]
pub struct PageInfo {
    /// Whether the list goes on behind this page.
    has_next_page: bool,
    /// Whether the list goes on before this page.
    has_previous_page: bool,
    /// The first row's cursor, for `before`. Null: the page is empty.
    start_cursor: Option<String>,
    /// The last row's cursor, for `after`. Null: the page is empty.
    end_cursor: Option<String>,
}

/// The page's place in its list, as clients see it.
fn page_info<R>(page: &Page<R>, cursors: &[String]) -> PageInfo {
    PageInfo {
        has_next_page: page.has_next,
        has_previous_page: page.has_previous,
        start_cursor: cursors.first().cloned(),
        end_cursor: cursors.last().cloned(),
    }
}

/// The edge and connection types of one kind of row.
macro_rules! connections {
    ($($connection:ident, $edge:ident: $node:ident;)+) => {$(
        /// A row and its place in the list.
        #[derive(SimpleObject)]
        pub struct $edge {
            /// The row's place, for `after` and `before`; opaque, and good for this list in this order only.
            cursor: String,
            /// The row.
            node: $node,
        }

        /// A page of a list.
        #[derive(SimpleObject)]
        pub struct $connection {
            /// The rows with their cursors.
            edges: Vec<$edge>,
            /// The rows alone.
            nodes: Vec<$node>,
            /// Where the page lies in the list.
            page_info: PageInfo,
        }

        impl $connection {
            /// The page as clients see it.
            pub(super) fn new<R: Keyed>(page: Page<R>, order: &'static str) -> Self
            where
                $node: From<R>,
            {
                let cursors: Vec<String> = page.items.iter().map(|row| row.cursor(order).encode()).collect();
                let page_info = page_info(&page, &cursors);
                let nodes: Vec<$node> = page.items.into_iter().map(Into::into).collect();
                let edges = cursors.into_iter().zip(nodes.iter().cloned()).map(|(cursor, node)| $edge { cursor, node });
                Self { edges: edges.collect(), nodes, page_info }
            }
        }
    )+};
}

connections! {
    RelationshipConnection, RelationshipEdge: Relationship;
    ServiceRequestConnection, ServiceRequestEdge: ServiceRequest;
    PartnershipConnection, PartnershipEdge: Partnership;
    AdminGrantConnection, AdminGrantEdge: AdminGrant;
    InvitationConnection, InvitationEdge: Invitation;
    UserConnection, UserEdge: User;
    ActivityConnection, ActivityEdge: Activity;
    BusinessProfileConnection, BusinessProfileEdge: BusinessProfile;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(args: PageArgs) -> String {
        args.request("name").unwrap_err().message
    }

    #[test]
    fn a_page_has_1_to_100_rows_and_25_where_nobody_says() {
        assert_eq!(PageArgs::default().request("name").unwrap().limit, 25);
        for count in [0, 101, -1] {
            assert_eq!(message(PageArgs { first: Some(count), ..PageArgs::default() }), "first: give 1 to 100");
            assert_eq!(message(PageArgs { last: Some(count), ..PageArgs::default() }), "last: give 1 to 100");
        }
    }

    #[test]
    fn arguments_that_contradict_each_other_are_refused() {
        let both = PageArgs { first: Some(1), last: Some(1), ..PageArgs::default() };
        assert_eq!(message(both), "first, last: give one of them, not both");
        let crossed = PageArgs { first: Some(1), before: Some(String::new()), ..PageArgs::default() };
        assert_eq!(message(crossed), "before: goes with last, not with first");
    }

    #[test]
    fn a_cursor_of_another_order_is_refused() {
        let cursor = Cursor::new("since", "1", domain::user::UserId::fresh().uuid()).encode();
        let args = PageArgs { first: Some(1), after: Some(cursor), ..PageArgs::default() };
        assert_eq!(message(args), "after: this is no cursor of this list in this order");
    }
}
