import { DateTime, IANAZone } from 'luxon';

export interface TimeOptions {
  /** IANA name; of times that do not tell their own offset. */
  readonly timeZone: string;
  /** luxon's tokens, such as `dd/MM/yyyy`; without it ISO 8601. */
  readonly format: string | null;
}

/** What most files hold; luxon takes twenty times as long. */
const IN_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/** @returns RFC 3339 in UTC; null where the text is no time of that form */
export function toUtc(text: string, { timeZone, format }: TimeOptions): string | null {
  if (format === null && IN_UTC.test(text)) {
    const time = new Date(text);
    // February 30 would become March 2.
    if (!Number.isNaN(time.getTime()) && time.getUTCDate() === Number(text.slice(8, 10))) {
      return time.toISOString();
    }
  }
  const options = { zone: timeZone, locale: 'en' };
  const trimmed = text.trim();
  if (format !== null) {
    const time = DateTime.fromFormat(trimmed, format, options);
    return time.isValid ? time.toUTC().toISO() : null;
  }
  // Without this, "2025" and "12:30" would be times too.
  if (!/^\d{4}-\d\d-\d\d/.test(trimmed)) return null;
  const iso = DateTime.fromISO(trimmed.replace(' ', 'T'), options);
  if (iso.isValid) return iso.toUTC().toISO();
  // "2025-03-03 13:42:36 UTC" and "… +02:00", as databases write them.
  const sql = DateTime.fromSQL(trimmed, options);
  return sql.isValid ? sql.toUTC().toISO() : null;
}
