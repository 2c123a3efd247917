//! Accord's own words around and in an invitation, a set a language.

/// The words of one language; `{name}` is filled in, `{{link}}` stays for the link.
pub(super) struct Texts {
    /// The language, BCP 47.
    pub(super) locale: &'static str,
    /// Greets nobody by name.
    pub(super) hello: &'static str,
    /// Greets `{name}`.
    pub(super) hello_name: &'static str,
    /// A draft's subject.
    pub(super) usual_subject: &'static str,
    /// A draft's text.
    pub(super) usual: &'static str,
    /// A draft's text where delegated administration is asked for.
    pub(super) usual_with_administration: &'static str,
    /// The frame's first line: who asks for what.
    pub(super) asks: &'static str,
    /// The same with delegated administration, classic.
    pub(super) asks_full: &'static str,
    /// The same with delegated administration, granular.
    pub(super) asks_granular: &'static str,
    /// What authorizing `{inviter}` as indirect provider allows it.
    pub(super) authorization: &'static [&'static str],
    /// The frame's last lines: on whose behalf.
    pub(super) from: &'static str,
    /// What to do about a stranger.
    pub(super) unknown: &'static str,
    /// On the link in HTML.
    pub(super) review: &'static str,
    /// The whole body where a `mailto:` address would grow too long: two sentences and the link.
    pub(super) short: &'static str,
}

const EN: Texts = Texts {
    locale: "en",
    hello: "Hello,",
    hello_name: "Hello {name},",
    usual_subject: "{inviter} asks to be your reseller",
    usual: "{greeting}\n\n\
        {inviter} would like to manage your cloud subscriptions with you as your reseller.\n\n\
        To see what we ask for and to answer, a global administrator of your organization follows this personal link:\n\n\
        {{link}}\n\n\
        Kind regards\n{inviter}",
    usual_with_administration: "{greeting}\n\n\
        {inviter} would like to manage your cloud subscriptions with you as your reseller, and to administer your \
        cloud services on your behalf.\n\n\
        To see what we ask for and to answer, a global administrator of your organization follows this personal link:\n\n\
        {{link}}\n\n\
        Kind regards\n{inviter}",
    asks: "{inviter} ({domain}, {country}) asks to become your organization's reseller.",
    asks_full: "{inviter} ({domain}, {country}) asks to become your organization's reseller and for full delegated \
        administration of your cloud services.",
    asks_granular: "{inviter} ({domain}, {country}) asks to become your organization's reseller and for delegated \
        administration of your cloud services, in chosen roles and for a limited time.",
    authorization: &[
        "{inviter} may place orders and manage subscriptions on behalf of your customers that it has a relationship with too.",
        "{inviter} gets administrator access to your organization's own tenant, until you revoke it.",
    ],
    from: "This request was sent through Accord on behalf of {inviter} ({domain}).",
    unknown: "If you do not know {inviter}, ignore it: nothing happens unless your organization accepts.",
    review: "Review the request",
    short: "{inviter} asks to become your organization's reseller.\n\
        A global administrator of your organization can see what is asked and answer under this personal link:\n\n{link}\n",
};

/// The words in the nearest language there is; English so far.
pub(super) fn texts_in(_locale: &str) -> &'static Texts {
    &EN
}
