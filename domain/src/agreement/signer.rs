//! Who signs.

use crate::text::Checks;

/// The longest name and telephone number of a signer, in characters.
const LONGEST_NAME: usize = 100;
const LONGEST_PHONE: usize = 40;

/// Who signs for an organization, unchecked.
#[derive(Debug, Clone)]
pub struct NewSigner {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Where to reach them.
    pub email: String,
    /// Where to reach them.
    pub phone: Option<String>,
}

impl NewSigner {
    pub(super) fn check(&self, checks: &mut Checks) -> Self {
        Self {
            first_name: checks.required_line("signer.firstName", &self.first_name, LONGEST_NAME),
            last_name: checks.required_line("signer.lastName", &self.last_name, LONGEST_NAME),
            email: checks.email("signer.email", &self.email),
            phone: self
                .phone
                .as_ref()
                .map(|phone| checks.line("signer.phone", phone, LONGEST_PHONE))
                .filter(|phone| !phone.is_empty()),
        }
    }
}
