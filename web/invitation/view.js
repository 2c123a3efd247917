// What the page says about an offer, as elements. It asks nothing and decides nothing.

import * as words from "./words.js";

/** An element with attributes and children; strings become text, never markup. */
function el(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const p = (...children) => el("p", null, ...children);

/** A stranger's words without the control characters that could reorder or hide what is read. */
const plain = (text) => text.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, " ").trim();

/** A name that strangers chose, kept from turning the direction of the text around it. */
const named = (text) => el("bdi", null, plain(text));

/** The address as a URL if it leads to the web, else null. */
function webAddress(address) {
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url : null;
  } catch {
    return null;
  }
}

/** A link to a web address; anything else is plain text. */
function link(address, text) {
  const url = webAddress(address);
  return url ? el("a", { href: url.href, rel: "noopener noreferrer", target: "_blank" }, text) : text;
}

function section(title, ...children) {
  return el("section", null, el("h2", null, title), ...children);
}

const isPartnership = (offer) => offer.kind === "INDIRECT_PROVIDER_PARTNERSHIP";
const isJoint = (offer) => Boolean(offer.indirectProviderName);

/** The page for an offer: its content, and one sentence for who hears rather than sees it. */
export function offerView(offer) {
  return offer.status === "PENDING" ? pendingView(offer) : closedView(offer);
}

function pendingView(offer) {
  const heading = el("h1", null, ...headline(offer));
  const content = [heading, facts(offer), section("What it means", ...meaning(offer))];
  if (!isPartnership(offer)) content.push(section("Access to your directory", ...access(offer)));
  if (offer.agreement) content.push(section("Agreement", agreement(offer.agreement)));
  content.push(section("How to answer", ...answering(offer)));
  return { content, summary: `${heading.textContent}.` };
}

function headline(offer) {
  const inviter = named(offer.inviterName);
  if (isPartnership(offer)) return [inviter, " asks to be your organization’s indirect provider"];
  if (offer.isExistingCustomer) return [inviter, " asks for administrator access"];
  if (!isJoint(offer)) return [inviter, " asks to be your organization’s reseller"];
  return [inviter, " and its indirect provider ", named(offer.indirectProviderName),
    " ask together to be your organization’s reseller and its provider"];
}

function facts(offer) {
  const rows = el("dl", { class: "facts" });
  const row = (term, ...value) => rows.append(el("div", null, el("dt", null, term), el("dd", null, ...value)));
  row("From", named(offer.inviterName), `, ${words.country(offer.inviterCountry)}`);
  if (isJoint(offer)) {
    row("Together with", named(offer.indirectProviderName), `, ${words.country(offer.indirectProviderCountry)}, `,
      "its indirect provider");
  }
  row("Sent to", named(offer.recipientHint));
  if (offer.expiresAt) {
    const { text, locale } = words.moment(offer.expiresAt);
    const when = el("time", { datetime: offer.expiresAt, lang: locale }, text);
    row("Answer by", el("strong", null, when), el("span", { class: "soft" }, ` (${words.until(offer.expiresAt)})`));
  }
  return rows;
}

function meaning(offer) {
  if (isPartnership(offer)) return partnership(offer);
  if (offer.isExistingCustomer) return moreAccess(offer);
  return isJoint(offer) ? relationships(offer) : relationship(offer);
}

function relationship(offer) {
  return [
    p("If you accept, ", named(offer.inviterName), " may sell you cloud subscriptions and is there for your support. ",
      "You can have other resellers as well. A global administrator of your organization can end the relationship at ",
      "any time; any administrator access that was given with it ends then, too."),
  ];
}

function moreAccess(offer) {
  return [
    p(named(offer.inviterName), " is your organization’s reseller already, and stays so whatever you answer. If you ",
      "accept, it may administer your cloud services as written below."),
  ];
}

function relationships(offer) {
  return [
    p("If you accept, you have a relationship with both:"),
    el("ul", null,
      el("li", null, el("strong", null, named(offer.inviterName)),
        " may sell you cloud subscriptions and is there for your support."),
      el("li", null, el("strong", null, named(offer.indirectProviderName)),
        " is the indirect provider it buys from: it may place your orders and manage those subscriptions.")),
    p(el("strong", null, "One answer decides for both:"), " you accept the two of them, or neither. You can have other ",
      "resellers as well. A global administrator of your organization can end either relationship at any time; any ",
      "administrator access that was given with it ends then, too."),
  ];
}

function partnership(offer) {
  return [
    p("If you accept, you authorize ", named(offer.inviterName),
      " as the indirect provider through which your organization sells:"),
    el("ul", { lang: offer.locale }, ...offer.authorization.map((point) => el("li", null, plain(point)))),
    p("Your customers stay yours, and none is moved."),
  ];
}

/** What each of those who ask may administer. */
function access(offer) {
  const own = administration(offer.delegatedAdministration, offer.inviterName, "sells you");
  if (!isJoint(offer)) return own;
  const theirs = administration(offer.indirectProviderAdministration, offer.indirectProviderName, "supplies");
  return [
    el("h3", null, named(offer.inviterName)), ...own,
    el("h3", null, named(offer.indirectProviderName)), ...theirs,
  ];
}

function administration(asked, name, deals) {
  const takeBack = "You can take this access back at any time; the relationship goes on without it.";
  if (!asked) {
    return [
      p(el("strong", null, "None is asked for."), " ", named(name),
        ` would manage only the subscriptions it ${deals}, not your users or settings.`),
    ];
  }
  // In the words of the mail.
  const allowed = el("ul", null, ...asked.meanings.map(({ name, meaning }) =>
    el("li", null, el("strong", null, name), `: ${meaning}`)));
  if (asked.scope === "FULL") {
    return [p(el("strong", null, "Full administration, with no end date:")), allowed, p(takeBack)];
  }
  const time = asked.duration ? `for ${words.duration(asked.duration)}` : "until you take it back";
  return [
    p("Only these roles, ", el("strong", null, time), ":"),
    allowed,
    p(asked.autoExtend
      ? "When that time is over, the access is extended by 180 days, again and again, until one of you ends it. "
      : asked.duration ? `When that time is over, the access ends by itself${unless(asked)}. ` : "", takeBack),
  ];
}

/** Either side may have a grant extended, unless it has the role that rules this out. */
const unless = (asked) => asked.roles.includes("GLOBAL_ADMINISTRATOR") ? "" : ", unless one of you has it extended";

function agreement(terms) {
  return p("Accepting includes agreeing to ", link(terms.url, plain(terms.title)),
    ` (version ${plain(terms.version)}). Read it before you accept.`);
}

function answering(offer) {
  const portal = webAddress(offer.portalUrl);
  // A portal at this very address is this page, which cannot be signed in to.
  const isElsewhere = portal !== null && portal.host !== location.host;
  const where = isElsewhere
    ? link(portal.href, portal.host)
    : `the portal where your organization manages its ${isPartnership(offer) ? "customers" : "subscriptions"}`;
  const answer = isPartnership(offer)
    ? ["Authorize ", named(offer.inviterName), " as your indirect provider there, or decline."]
    : ["Accept or decline the invitation there", isJoint(offer) ? ", for both at once." : "."];
  return [
    el("ol", null,
      el("li", null, "Sign in to ", where, " as a global administrator of your organization. Nobody else can accept ",
        "for it; if you are not one, pass the message on to one."),
      el("li", null, ...answer)),
    p("This page only shows the invitation; it cannot take your answer yet. The service’s GraphQL mutation for ",
      "accepting is for the developers of portals: you do not need it."),
    p("You do not know the sender? Then do nothing: without an answer the invitation ends by itself",
      offer.expiresAt ? " on the date above" : "", ", and nothing changes for you."),
  ];
}

const CLOSED = {
  ACCEPTED: ["This invitation was accepted", (who) => [
    p("Your organization has agreed with ", who, ". Nothing more is needed here."),
    p("Was that not intended? In the portal, a global administrator of your organization can see and end what was ",
      "agreed."),
  ]],
  DECLINED: ["This invitation was declined", (who) => [
    p("Nothing was agreed, and the link is used up. Have you changed your mind? Ask ", who, " for a new invitation."),
  ]],
  REVOKED: ["This invitation was withdrawn", (who) => [
    p("The request of ", who, " was taken back, so it can no longer be accepted. If you were expecting it, ask ",
      who.cloneNode(true), " for a new one."),
  ]],
  EXPIRED: ["This invitation has expired", (who) => [
    p("Its deadline has passed, so it can no longer be accepted; nothing was agreed. Do you still want it? Ask ", who,
      " to send it again: you get a new link."),
  ]],
};

function closedView(offer) {
  const [title, text] = CLOSED[offer.status] ?? ["This invitation is closed", (who) => [
    p("It can no longer be answered. Ask ", who, " for a new one if you need it."),
  ]];
  const content = [
    el("p", { class: "badge" }, offer.status.toLowerCase()),
    el("h1", null, title),
    p("It came from ", named(offer.inviterName), `, ${words.country(offer.inviterCountry)}, and was sent to `,
      named(offer.recipientHint), "."),
    ...text(named(offer.inviterName)),
  ];
  return { content, summary: `${title}.` };
}

const PROBLEMS = {
  NOT_VALID: ["This link is not valid", [
    "It may be incomplete, or a newer mail has replaced it.",
    "Open the link in the most recent mail, and see that all of it is in the address bar: some mail programs cut " +
      "long links in two. If that does not help, ask whoever invited you to send the invitation again.",
  ]],
  UNREACHABLE: ["The invitation could not be read", [
    "The service did not answer. Check your connection to the internet, then try again. Your invitation stays as it " +
      "is.",
  ]],
  BUSY: ["Too many requests at the moment", ["Wait a minute, then try again. Your invitation stays as it is."]],
  BROKEN: ["The invitation could not be read", [
    "Something went wrong on our side. Try again in a few minutes. Your invitation stays as it is.",
  ]],
};

/** The page where there is no offer to show. `retry`, if given, is what a button for trying again does. */
export function problemView(kind, reference = null, retry = null) {
  const [title, text] = PROBLEMS[kind] ?? PROBLEMS.BROKEN;
  const content = [el("h1", null, title), ...text.map((paragraph) => p(paragraph))];
  if (reference) content.push(p("If it goes on, tell your contact this reference: ", el("code", null, reference)));
  if (retry) {
    const button = el("button", { type: "button" }, "Try again");
    button.addEventListener("click", () => {
      button.disabled = true;
      button.textContent = "Trying…";
      retry();
    });
    content.push(p(button));
  }
  return { content, summary: `${title}. ${text[0]}` };
}
