// The page behind an invitation's link: asks what the link offers and shows it.
// It never answers an invitation, and writes whatever came from outside as text only, since names are strangers'.

import { offerView, problemView } from "./view.js";

const PATIENCE = 15_000; // ms until an unanswered request counts as failed
const A_MOMENT = 1_000; // ms of being looked at that make a person

const OFFER = `query OfferBehindLink($token: String!) {
  invitationByLink(token: $token) {
    kind status inviterName inviterCountry indirectProviderName indirectProviderCountry recipientHint
    delegatedAdministration { scope roles duration autoExtend meanings { name meaning } }
    indirectProviderAdministration { scope roles duration autoExtend meanings { name meaning } }
    authorization locale isExistingCustomer
    agreement { title url version }
    expiresAt portalUrl
  }
}`;

const OPEN = `mutation OpenInvitation($token: String!) {
  openInvitation(input: { token: $token }) { offer { status } userErrors { code field message } }
}`;

const page = document.getElementById("page");
const announcement = document.getElementById("announcement");

/** Something the page cannot show an offer for: `kind` chooses the words, `reference` finds it in the server's log. */
class Problem extends Error {
  constructor(kind, reference = null) {
    super(kind);
    this.kind = kind;
    this.reference = reference;
  }
}

async function ask(query, token) {
  let response;
  let answer;
  try {
    response = await fetch("/graphql", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/graphql-response+json, application/json;q=0.9",
      },
      body: JSON.stringify({ query, variables: { token } }),
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    throw new Problem("UNREACHABLE");
  }
  try {
    answer = await response.json();
  } catch {
    throw new Problem(response.status === 429 ? "BUSY" : "BROKEN");
  }
  const error = answer.errors?.[0];
  if (response.status === 429 || error?.extensions?.code === "RATE_LIMITED") throw new Problem("BUSY");
  if (error || !answer.data) throw new Problem("BROKEN", error?.extensions?.requestId);
  return answer.data;
}

/** The token in this page's address; null where no link of Accord's can look like that. */
function tokenInAddress() {
  return /^\/invitations\/([\w-]+)\/?$/.exec(location.pathname)?.[1] ?? null;
}

function show(view) {
  page.replaceChildren(...view.content);
  page.removeAttribute("aria-busy");
  announcement.textContent = view.summary;
}

/** Calls `then` once, when somebody touches the page or has had it in view for a moment: a scanner does neither. */
function onceSomebodyLooks(then) {
  const done = new AbortController();
  let timer = null;
  const looked = () => {
    clearTimeout(timer);
    done.abort();
    then();
  };
  const watch = () => {
    clearTimeout(timer);
    if (document.visibilityState === "visible") timer = setTimeout(looked, A_MOMENT);
  };
  for (const event of ["pointerdown", "keydown"]) addEventListener(event, looked, { signal: done.signal });
  document.addEventListener("visibilitychange", watch, { signal: done.signal });
  watch();
}

/** Reads the offer and shows it, or why it cannot. */
async function start() {
  const token = tokenInAddress();
  try {
    const offer = token && (await ask(OFFER, token)).invitationByLink;
    if (!offer) return show(problemView("NOT_VALID"));
    show(offerView(offer));
    if (offer.status === "PENDING") {
      // That it was opened is advice to the inviter: where telling fails, the reader loses nothing.
      onceSomebodyLooks(() => ask(OPEN, token).catch(() => {}));
    }
  } catch (problem) {
    if (!(problem instanceof Problem)) console.error(problem);
    show(problemView(problem.kind ?? "BROKEN", problem.reference, retry));
  }
}

async function retry() {
  await start();
  // The button that had the focus is gone: go on reading from the top of what came instead.
  const heading = page.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus();
}

start();
