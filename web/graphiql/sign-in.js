// The bar's sign-in: who the operations on this page are sent for.
// Where the server lends demo users (development only) it offers them by name; anywhere else, and besides, it takes
// a bearer token. What it keeps lies in sessionStorage and ends with the browser's tab.

const KEY = "accord.sign-in";
const NOBODY = "";
const OWN_TOKEN = "own";

const status = document.getElementById("status");
const personForm = document.getElementById("person-form");
const person = document.getElementById("person");
const tokenForm = document.getElementById("token-form");
const token = document.getElementById("token");
const signOut = document.getElementById("sign-out");

let current = null; // the token in use
let asked = 0; // the newest request for a token; an older answer is dropped

/** The header's value, or null: nobody is signed in. */
export function authorization() {
  return current === null ? null : `Bearer ${current}`;
}

/** Says on the bar that the server answered UNAUTHENTICATED. */
export function refused() {
  tell(
    current === null
      ? "This operation needs a sign-in."
      : "The server does not accept this sign-in. It may have ended: sign in again.",
    true,
  );
}

/** Shows the controls, and signs in again who was signed in before the page was reloaded. */
export async function start() {
  const people = await demoUsers();
  const kept = recall();
  personForm.hidden = people.length === 0;
  tokenForm.hidden = people.length > 0;
  personForm.addEventListener("submit", (event) => event.preventDefault());
  person.addEventListener("change", () => choose(person.value));
  tokenForm.addEventListener("submit", (event) => {
    event.preventDefault();
    useToken(token.value);
  });
  signOut.addEventListener("click", leave);
  list(people);

  if (kept?.email && people.some((one) => one.email === kept.email)) {
    person.value = kept.email;
    await choose(kept.email); // a fresh token: the kept one may be of an older world
  } else if (kept?.token) {
    useToken(kept.token);
  } else {
    leave();
  }
}

async function demoUsers() {
  try {
    const response = await fetch("/dev/users", { headers: { accept: "application/json" }, cache: "no-store" });
    const people = response.ok ? await response.json() : [];
    return Array.isArray(people) ? people : [];
  } catch {
    return [];
  }
}

function list(people) {
  person.replaceChildren(new Option("nobody", NOBODY));
  const organizations = new Map();
  for (const one of people) {
    if (!organizations.has(one.organization)) {
      const group = document.createElement("optgroup");
      group.label = one.organization;
      organizations.set(one.organization, group);
      person.append(group);
    }
    const roles = (one.roles ?? []).join(", ") || "no role";
    organizations.get(one.organization).append(new Option(`${one.email} (${roles})`, one.email));
  }
  person.append(new Option("a bearer token of my own…", OWN_TOKEN));
}

async function choose(value) {
  if (value === NOBODY) return leave();
  if (value === OWN_TOKEN) {
    forget();
    tokenForm.hidden = false;
    token.focus();
    return tell("Paste the token and choose Use.");
  }
  const mine = ++asked;
  current = null;
  tokenForm.hidden = true;
  tell("Signing in…");
  try {
    const response = await fetch("/dev/token", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ email: value }),
      cache: "no-store",
    });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    const answer = await response.json();
    if (mine !== asked) return;
    current = answer.token;
    remember({ email: value });
    signOut.hidden = false;
    tell("Signed in");
  } catch (error) {
    if (mine !== asked) return;
    forget();
    person.value = NOBODY;
    tell(`Could not sign in as ${value}: ${error.message}.`, true);
  }
}

function useToken(text) {
  const bare = text.trim().replace(/^(authorization:\s*)?bearer\s+/i, "");
  if (!/^[\w.~+/-]+=*$/.test(bare)) {
    forget();
    return tell("That is not a bearer token.", true);
  }
  asked += 1;
  current = bare;
  remember({ token: bare });
  if (!personForm.hidden) person.value = OWN_TOKEN;
  token.value = "";
  tokenForm.hidden = true;
  signOut.hidden = false;
  tell("Your token is sent with each operation");
}

function leave() {
  forget();
  person.value = NOBODY;
  tokenForm.hidden = !personForm.hidden;
  tell(personForm.hidden ? "Not signed in" : "");
}

function forget() {
  asked += 1;
  current = null;
  signOut.hidden = true;
  sessionStorage.removeItem(KEY);
}

function remember(what) {
  sessionStorage.setItem(KEY, JSON.stringify(what));
}

function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

function tell(text, isProblem = false) {
  status.textContent = text;
  status.classList.toggle("problem", isProblem);
}
