// Starts GraphiQL on this page: where it sends operations, with which sign-in, what it opens with.
// It holds no operation (examples.js) and no token (sign-in.js).

import { examples } from "./examples.js";
import * as signIn from "./sign-in.js";

const ENDPOINT = "/graphql";

/** Keeps tabs, history and theme apart from those of another GraphiQL under the same origin. */
const storage = {
  prefix: "accord:",
  keys() {
    return Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
  },
  getItem(key) {
    return localStorage.getItem(this.prefix + key);
  },
  setItem(key, value) {
    localStorage.setItem(this.prefix + key, value);
  },
  removeItem(key) {
    localStorage.removeItem(this.prefix + key);
  },
  clear() {
    for (const key of this.keys()) localStorage.removeItem(key);
  },
  get length() {
    return this.keys().length;
  },
};

/** Sends one operation; an `authorization` in the headers editor wins over the bar's. */
async function send(url, init) {
  const headers = new Headers(init.headers);
  headers.set("accept", "application/graphql-response+json, application/json;q=0.9");
  const own = headers.has("authorization");
  if (!own && signIn.authorization()) headers.set("authorization", signIn.authorization());

  const response = await fetch(url, { ...init, headers, credentials: "omit", cache: "no-store" });
  const type = response.headers.get("content-type") ?? "";
  if (!type.includes("json")) {
    throw new Error(`The server answered ${response.status} ${response.statusText}, not JSON.`.replace("  ", " "));
  }
  if (!own) {
    const answer = await response.clone().json().catch(() => null);
    const codes = (answer?.errors ?? []).map((error) => error.extensions?.code);
    if (response.status === 401 || codes.includes("UNAUTHENTICATED")) signIn.refused();
  }
  return response;
}

const socket = new URL(ENDPOINT, location.href);
socket.protocol = socket.protocol === "https:" ? "wss:" : "ws:";

const transport = {
  url: ENDPOINT,
  fetch: send,
  enableIncrementalDelivery: false,
  subscriptionUrl: socket.href,
  // Read when a socket opens: who is signed in then, not who was when the page loaded.
  get wsConnectionParams() {
    const authorization = signIn.authorization();
    return authorization ? { authorization } : {};
  },
};

function restoreExamples() {
  if (!confirm("Close your tabs and open the examples again?")) return;
  const theme = storage.getItem("graphiql:theme");
  storage.clear();
  if (theme) storage.setItem("graphiql:theme", theme);
  location.reload();
}

async function start() {
  document.getElementById("restore").addEventListener("click", restoreExamples);
  const page = document.getElementById("graphiql");
  if (typeof GraphiQL === "undefined" || typeof ReactDOM === "undefined") {
    document.getElementById("loading").textContent =
      "GraphiQL could not be loaded. Is it installed? Run: npm ci --prefix web";
    return;
  }
  await signIn.start();
  const element = React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher(transport),
    defaultTabs: examples,
    defaultEditorToolsVisibility: "variables",
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: false,
    showPersistHeadersSettings: false,
    storage,
  });
  ReactDOM.createRoot(page).render(element);
}

start();
