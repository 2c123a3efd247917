// The offer's codes in words that a customer understands. Pure: no document, no request.

const list = new Intl.ListFormat("en", { type: "conjunction" });

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
