//! Customers that a partner brings by itself: added where no organization is registered, or imported many at once.
//!
//! ```text
//! a row's domain is ─┬─ nobody's ────────────────────► added: an unclaimed organization, related at once
//!                    ├─ an organization's ───────────► invited: related once it accepts
//!                    └─ and loaded by the operator ──► imported: related at once
//! ```
//!
//! What is added is [unclaimed](crate::organization) until its first administrator, whom the partner names, signs in. Owns
//! what may be added and the table of what the operator loaded; never anybody's consent: whoever is registered is asked.

mod add;
mod domain;
mod import;
mod input;
mod load;
mod name;
mod plan;

pub use add::add;
pub use import::{ImportOutcome, ImportedRow, import};
pub use input::{NewAdministrator, NewCustomer};
pub use load::{Loaded, PairToLoad, Trouble, load};
