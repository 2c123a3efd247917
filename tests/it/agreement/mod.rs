//! Versions of the agreements, who accepted which, and what partners attest.

mod attest;
mod load;
mod seen;
mod told;
mod version;

/// Datum's partner: ADMIN_AGENT.
const PARTNER: &str = "agent@fabrikam.example";

/// Fabrikam's customer: GLOBAL_ADMIN.
const CUSTOMER: &str = "admin@datum.example";

/// Fabrikam's customer: no role.
const COLLEAGUE: &str = "user@datum.example";
