import { DateTime } from 'luxon';

/** The hours of a customer's own day at which mail may come: from the first minute, to before the last. */
export interface SendingHours {
  /** Such as `09:00`. */
  readonly from: string;
  /** Such as `20:00`. */
  readonly until: string;
}

/**
 * The first moment, from `at` on, that lies within the hours where the customer is; `at` itself where
 * it does. A time that a change of the clock leaves out is taken an hour later.
 */
export function nextOpening(at: Date, timeZone: string, hours: SendingHours): Date {
  const local = inZone(at, timeZone);
  const opening = atTime(local, hours.from);
  if (local < opening) return opening.toJSDate();
  return local < atTime(local, hours.until)
    ? at
    : atTime(local.plus({ days: 1 }), hours.from).toJSDate();
}

/** What an import took for a zone may be none on this machine; then the day is that of Greenwich. */
function inZone(at: Date, timeZone: string): DateTime {
  const local = DateTime.fromJSDate(at, { zone: timeZone });
  return local.isValid ? local : DateTime.fromJSDate(at, { zone: 'UTC' });
}

function atTime(day: DateTime, time: string): DateTime {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return day.set({ hour, minute, second: 0, millisecond: 0 });
}
