//! What Accord is: every rule, every row.
//!
//! Five ideas carry the whole. A [`store::Store`] is the database, handed in. An [`actor::Actor`] asks. A verb, such as
//! [`invitation::accept()`], is what happens: *may I · is it valid · write · tell*, in one transaction. A
//! [`error::Refusal`] says why not. An [`outbox::Outbox`] is what happens later.
//!
//! # Words
//!
//! | word | meaning |
//! | --- | --- |
//! | [organization] | a company with a directory tenant: name, domains, country, cloud. Any can be a customer; an authorized [enrollment] makes it a partner too |
//! | direct partner | buys from the vendor itself and sells to customers |
//! | indirect provider | a distributor: buys from the vendor, sells through indirect resellers |
//! | indirect reseller | sells to customers; an indirect provider transacts for it |
//! | [unclaimed](customer) | of an organization that a partner added: nobody of its own has signed in yet |
//! | [relationship] | one partner and one customer who agreed; the core noun |
//! | [partnership] | one indirect provider and one indirect reseller who agreed |
//! | [invitation] | the request for either, by mail, with a personal link |
//! | offer | what the holder of that link is shown before signing in |
//! | [admin grant](admin_grant) | what a partner may administer in a customer's tenant, and until when |
//! | [delegation] | acting for a customer, as far as grants and the person's own role reach |
//! | FULL, GRANULAR | classic delegated administration privileges (DAP); chosen roles for a limited time (GDAP) |
//! | support profile, support contact | [how a partner's support is reached](support_profile); whose support it is for one customer |
//! | [service request](service_request) | what a partner asks of the vendor, the platform's operators, for a customer |
//! | [actor] | who is asking: a user of an organization, the platform's operator, or the system |
//! | [business profile](business_profile) | how a partner presents itself |
//! | directory | the business profiles of authorized indirect providers, for anyone signed in to search |
//! | [activity] | the written, unchangeable account of every change |
//!
//! This crate imports no GraphQL, HTTP, queue, mail or template library and reads no environment.

pub mod activity;
pub mod actor;
pub mod admin_grant;
pub mod agreement;
pub mod business_profile;
pub mod clock;
mod connection;
pub mod customer;
pub mod delegation;
pub mod email;
pub mod enrollment;
pub mod error;
pub mod export;
pub mod id;
pub mod idempotency;
pub mod invitation;
pub mod locale;
pub mod organization;
pub mod outbox;
pub mod page;
pub mod partnership;
pub mod period;
pub mod policy;
pub mod relationship;
pub mod schedule;
pub mod schema;
pub mod service_request;
pub mod settings;
mod statement;
pub mod store;
pub mod support_profile;
pub mod text;
mod text_enum;
pub mod user;
