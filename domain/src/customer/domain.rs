//! What is a domain of a company.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::error::{Code, Refusal};

/// Domains under which anybody can have a mailbox; the file names its source.
static WEBMAIL: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("webmail.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
});

/// The domain as the DNS has it: lower case, other letters than ASCII's in Punycode, without a trailing dot.
///
/// Refuses with `REQUIRED`, with `INVALID` what is no name of a host, a bare top-level domain and a public suffix, under
/// which anybody registers, and with `WEBMAIL_NOT_ALLOWED` what anybody has an address at.
pub(super) fn check(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Code::Required.on("domain"));
    }
    let no_host =
        || Code::Invalid.on("domain").saying("give a domain name such as contoso.com, without www or https://");
    let domain = idna::domain_to_ascii_strict(text.strip_suffix('.').unwrap_or(text)).map_err(|_| no_host())?;
    let (_, top) = domain.rsplit_once('.').ok_or_else(no_host)?;
    if top.chars().all(|c| c.is_ascii_digit()) {
        return Err(no_host());
    }
    // Of a public suffix itself there is no domain below it.
    let Some(registered) = psl::domain_str(&domain) else {
        let message = format!("anybody may register under {domain}: give the organization's own domain");
        return Err(Code::Invalid.on("domain").saying(message));
    };
    if WEBMAIL.contains(registered) || WEBMAIL.contains(domain.as_str()) {
        return Err(Code::WebmailNotAllowed.on("domain"));
    }
    Ok(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_kept_as_the_dns_has_it() {
        for (given, kept) in [
            ("contoso.com", "contoso.com"),
            (" Contoso.COM. ", "contoso.com"),
            ("eu.contoso.co.uk", "eu.contoso.co.uk"),
            ("BÜCHER.example", "xn--bcher-kva.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("例え.jp", "xn--r8jz45g.jp"),
            ("3m.com", "3m.com"),
        ] {
            assert_eq!(check(given).as_deref(), Ok(kept), "{given}");
        }
    }

    #[test]
    fn what_is_no_companys_domain_is_refused() {
        let long = format!("{}.example", "a".repeat(64));
        let longer = format!("{}.example", vec!["abcdefgh"; 30].join("."));
        for (given, code) in [
            ("", Code::Required),
            (" ", Code::Required),
            ("contoso", Code::Invalid),
            ("com", Code::Invalid),
            ("co.uk", Code::Invalid),
            ("CO.UK.", Code::Invalid),
            ("github.io", Code::Invalid),
            ("https://contoso.com", Code::Invalid),
            ("contoso.com/", Code::Invalid),
            ("a@contoso.com", Code::Invalid),
            ("*.contoso.com", Code::Invalid),
            ("con toso.com", Code::Invalid),
            ("con_toso.com", Code::Invalid),
            ("-contoso.com", Code::Invalid),
            ("contoso..com", Code::Invalid),
            (".contoso.com", Code::Invalid),
            ("contoso.com..", Code::Invalid),
            ("127.0.0.1", Code::Invalid),
            ("[::1]", Code::Invalid),
            ("contoso.com\0", Code::Invalid),
            ("contoso\u{202e}.com", Code::Invalid),
            (&long, Code::Invalid),
            (&longer, Code::Invalid),
            ("gmail.com", Code::WebmailNotAllowed),
            ("GMail.com.", Code::WebmailNotAllowed),
            ("mail.gmx.de", Code::WebmailNotAllowed),
            ("qq.com", Code::WebmailNotAllowed),
        ] {
            let refused = check(given).map_err(|refusal| (refusal.code, refusal.field));
            assert_eq!(refused, Err((code, vec!["domain".to_owned()])), "{given}");
        }
    }

    #[test]
    fn the_list_of_web_mail_is_in_lower_case_and_names_no_top_level_domain() {
        assert!(WEBMAIL.len() > 10_000);
        let odd: Vec<_> =
            WEBMAIL.iter().filter(|domain| !domain.contains('.') || **domain != domain.to_lowercase()).collect();
        assert_eq!(odd, Vec::<&&str>::new());
    }
}
