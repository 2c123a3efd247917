// The offer's codes in words that a customer understands. Pure: no document, no request.

const list = new Intl.ListFormat("en", { type: "conjunction" });

const ROLES = {
  GLOBAL_ADMINISTRATOR: ["Global administrator", "everything your own global administrators can do"],
  GLOBAL_READER: ["Global reader", "see everything administrators see, change nothing"],
  USER_ADMINISTRATOR: ["User administrator", "create, change and delete users and their licenses"],
  LICENSE_ADMINISTRATOR: ["License administrator", "assign and remove licenses"],
  HELPDESK_ADMINISTRATOR: ["Helpdesk administrator", "help users who are not administrators, such as with passwords"],
  BILLING_ADMINISTRATOR: ["Billing administrator", "see and manage purchases and bills"],
  SERVICE_SUPPORT_ADMINISTRATOR: ["Service support administrator", "open and follow service requests"],
  DIRECTORY_READERS: ["Directory reader", "see your users, groups and other directory entries"],
  DIRECTORY_WRITERS: ["Directory writer", "see and change basic directory entries"],
  APPLICATION_ADMINISTRATOR: ["Application administrator", "manage every application connected to your directory"],
  CLOUD_APPLICATION_ADMINISTRATOR: [
    "Cloud application administrator",
    "manage cloud applications connected to your directory",
  ],
  PRIVILEGED_ROLE_ADMINISTRATOR: [
    "Privileged role administrator",
    "give administrator roles to others, and take them away",
  ],
  PRIVILEGED_AUTHENTICATION_ADMINISTRATOR: [
    "Privileged authentication administrator",
    "reset the ways anyone signs in, administrators included",
  ],
};

/** A directory role: its name and what it allows; a role newer than this page has its name alone. */
export function role(code) {
  if (Object.hasOwn(ROLES, code)) return { name: ROLES[code][0], allows: ROLES[code][1] };
  const words = code.toLowerCase().replaceAll("_", " ");
  return { name: words.charAt(0).toUpperCase() + words.slice(1), allows: null };
}

/** An ISO 8601 duration such as P1Y6M as "1 year and 6 months"; one of another form stays as it is. */
export function duration(iso) {
  const parts = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?$/.exec(iso);
  if (!parts) return iso;
  const units = ["year", "month", "week", "day"];
  const words = units.flatMap((unit, at) => {
    const count = Number(parts[at + 1] ?? 0);
    return count ? [`${count} ${unit}${count === 1 ? "" : "s"}`] : [];
  });
  return words.length ? list.format(words) : iso;
}

/** A country's name for its ISO 3166-1 code. */
export function country(code) {
  try {
    return new Intl.DisplayNames(["en"], { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** A moment as the reader writes dates, in the reader's own time zone, which it names; with the text's language. */
export function moment(iso) {
  const format = new Intl.DateTimeFormat(navigator.languages, {
    weekday: "long",
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  });
  return { text: format.format(new Date(iso)), locale: format.resolvedOptions().locale };
}

/** How long until then, roughly: "in 12 days". */
export function until(iso, now = Date.now()) {
  const hours = Math.floor((new Date(iso).getTime() - now) / 3_600_000);
  const relative = new Intl.RelativeTimeFormat("en");
  if (hours < 1) return "in less than an hour";
  return hours < 48 ? relative.format(hours, "hour") : relative.format(Math.floor(hours / 24), "day");
}
