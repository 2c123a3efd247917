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
    /// The subject of a draft that asks an existing customer for delegated administration alone.
    pub(super) customer_subject: &'static str,
    /// The text of such a draft.
    pub(super) customer_usual: &'static str,
    /// The subject of a joint draft.
    pub(super) joint_subject: &'static str,
    /// The text of a joint draft; `{administration}` is one of the three below, or nothing.
    pub(super) joint_usual: &'static str,
    /// That the reseller asks for delegated administration, as a paragraph more.
    pub(super) joint_administration: &'static str,
    /// That its indirect provider does.
    pub(super) joint_administration_of_provider: &'static str,
    /// That both do.
    pub(super) joint_administration_of_both: &'static str,
    /// The subject of a partnership's draft.
    pub(super) partnership_subject: &'static str,
    /// The text of a partnership's draft.
    pub(super) partnership_usual: &'static str,
    /// The frame's first line: who asks for what.
    pub(super) asks: &'static str,
    /// The same with delegated administration, classic.
    pub(super) asks_full: &'static str,
    /// The same with delegated administration, granular.
    pub(super) asks_granular: &'static str,
    /// The frame's first line where an existing customer is asked, for classic delegated administration.
    pub(super) customer_asks_full: &'static str,
    /// The same for granular.
    pub(super) customer_asks_granular: &'static str,
    /// The frame's first line in a joint invitation: who `{provider}` of `{provider_domain}` in `{provider_country}` is. What
    /// each asks for follows.
    pub(super) asks_joint: &'static str,
    /// What the reseller asks for: the relationship alone.
    pub(super) reseller_asks: &'static str,
    /// The same with delegated administration, classic.
    pub(super) reseller_asks_full: &'static str,
    /// The same with delegated administration, granular.
    pub(super) reseller_asks_granular: &'static str,
    /// What `{provider}` asks for: the relationship alone.
    pub(super) provider_asks: &'static str,
    /// The same with delegated administration, classic.
    pub(super) provider_asks_full: &'static str,
    /// The same with delegated administration, granular.
    pub(super) provider_asks_granular: &'static str,
    /// How a joint invitation is answered.
    pub(super) both_or_neither: &'static str,
    /// The frame's first line of a partnership's invitation; what it means follows.
    pub(super) asks_partnership: &'static str,
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
    /// The same where an existing customer is asked.
    pub(super) customer_short: &'static str,
    /// The same of a joint invitation.
    pub(super) joint_short: &'static str,
    /// The same of a partnership's invitation.
    pub(super) partnership_short: &'static str,
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
    customer_subject: "{inviter} asks for administrator access",
    customer_usual: "{greeting}\n\n\
        As your reseller, {inviter} would like to administer your cloud services on your behalf. Whatever you answer, we stay \
        your reseller.\n\n\
        To see what we ask for and to answer, a global administrator of your organization follows this personal link:\n\n\
        {{link}}\n\n\
        Kind regards\n{inviter}",
    joint_subject: "{inviter} and {provider} ask to be your reseller and its indirect provider",
    joint_usual: "{greeting}\n\n\
        {inviter} and {provider} would like to look after your cloud subscriptions together: {inviter} as your reseller, \
        and {provider}, the indirect provider we buy from, placing the orders and managing the \
        subscriptions.{administration}\n\n\
        We ask together, and you answer once: both of us, or neither.\n\n\
        To see what each of us asks for and to answer, a global administrator of your organization follows this personal \
        link:\n\n\
        {{link}}\n\n\
        Kind regards\n{inviter}",
    joint_administration: "\n\n{inviter} would also administer your cloud services on your behalf.",
    joint_administration_of_provider: "\n\n{provider} would also administer your cloud services on your behalf.",
    joint_administration_of_both: "\n\n{inviter} and {provider} would also administer your cloud services on your behalf.",
    partnership_subject: "{inviter} asks to be your indirect provider",
    partnership_usual: "{greeting}\n\n\
        {inviter} would like to be your organization's indirect provider: you sell cloud subscriptions to your customers, \
        and we place the orders for you. What authorizing us allows is written above.\n\n\
        Your customers stay yours, and none is moved. Either of us can end the partnership at any time.\n\n\
        A global administrator of your organization authorizes us, or declines, under this personal link:\n\n\
        {{link}}\n\n\
        Kind regards\n{inviter}",
    asks: "{inviter} ({domain}, {country}) asks to become your organization's reseller.",
    asks_full: "{inviter} ({domain}, {country}) asks to become your organization's reseller and for full delegated \
        administration of your cloud services.",
    asks_granular: "{inviter} ({domain}, {country}) asks to become your organization's reseller and for delegated \
        administration of your cloud services, in chosen roles and for a limited time.",
    customer_asks_full: "{inviter} ({domain}, {country}) is your organization's reseller, and asks for full delegated \
        administration of your cloud services.",
    customer_asks_granular: "{inviter} ({domain}, {country}) is your organization's reseller, and asks for delegated \
        administration of your cloud services, in chosen roles and for a limited time.",
    asks_joint: "{inviter} ({domain}, {country}) and its indirect provider {provider} ({provider_domain}, \
        {provider_country}) ask together to be your organization's reseller and its provider.",
    reseller_asks: "{inviter}, as your reseller, asks for no delegated administration of your cloud services.",
    reseller_asks_full: "{inviter}, as your reseller, asks for full delegated administration of your cloud services.",
    reseller_asks_granular: "{inviter}, as your reseller, asks for delegated administration of your cloud services, in \
        chosen roles and for a limited time.",
    provider_asks: "{provider} places the orders and manages the subscriptions that {inviter} sells you, and asks for no \
        delegated administration of your cloud services.",
    provider_asks_full: "{provider} places the orders and manages the subscriptions that {inviter} sells you, and asks for \
        full delegated administration of your cloud services.",
    provider_asks_granular: "{provider} places the orders and manages the subscriptions that {inviter} sells you, and asks \
        for delegated administration of your cloud services, in chosen roles and for a limited time.",
    both_or_neither: "One answer decides for both of them.",
    asks_partnership: "{inviter} ({domain}, {country}) asks your organization to authorize it as indirect provider. If a \
        global administrator of your organization does:",
    authorization: &[
        "{inviter} may place orders and manage subscriptions on behalf of those of your customers that have a relationship \
            with it too.",
        "{inviter} gets full administrator access to your organization's own tenant, with no end date. Either side can end \
            the partnership at any time, and have this access end with it.",
    ],
    from: "This request was sent through Accord on behalf of {inviter} ({domain}).",
    unknown: "If you do not know {inviter}, ignore it: nothing happens unless your organization accepts.",
    review: "Review the request",
    short: "{inviter} asks to become your organization's reseller.\n\
        A global administrator of your organization can see what is asked and answer under this personal link:\n\n{link}\n",
    customer_short: "{inviter}, your organization's reseller, asks for administrator access to your cloud services.\n\
        A global administrator of your organization can see what is asked and answer under this personal link:\n\n{link}\n",
    joint_short: "{inviter} and its indirect provider {provider} ask together to be your organization's reseller and its \
        provider.\n\
        A global administrator of your organization can see what each asks for and answer under this personal link:\n\n\
        {link}\n",
    partnership_short: "{inviter} asks your organization to authorize it as indirect provider.\n\
        A global administrator of your organization can see what that allows and answer under this personal link:\n\n\
        {link}\n",
};

/// The words in the nearest language there is; English so far.
pub(super) fn texts_in(_locale: &str) -> &'static Texts {
    &EN
}
