/**
 * Who has to get which mail when, worked out customer by customer with plain loops: written from the
 * rules of the guide, and with nothing of the planner in it.
 */
import { DateTime } from 'luxon';
import type { SimulatedEvent, SimulatedPerson } from './world.ts';

/** A schedule, in the words of the rules. */
export interface ModelSchedule {
  readonly id: string;
  readonly activatedAt: Date;
  readonly withinMinutes: number;
  readonly reminderDays: readonly number[];
  readonly expiresAfterDays: number;
  /** What there is to ask about, and when it is due, of what is known so far. */
  readonly occasions: (known: Known) => readonly { readonly what: string; readonly at: Date }[];
}

export interface Known {
  readonly person: SimulatedPerson;
  /** That have happened by now, the earliest first. */
  readonly events: readonly SimulatedEvent[];
}

export interface ExpectedMail {
  readonly person: string;
  readonly schedule: string;
  readonly what: string;
  /** 0: the invitation itself. */
  readonly reminder: number;
  readonly at: number;
}

interface Waiting {
  readonly schedule: ModelSchedule;
  readonly what: string;
  readonly due: number;
  readonly until: number;
  notBefore: number;
}

interface Sent {
  readonly schedule: ModelSchedule;
  readonly what: string;
  readonly at: number;
  readonly expires: number;
  reminders: number;
  nextReminder: number | null;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const QUIET = 30 * DAY;

/** From nine in the morning to eight in the evening where the customer is. */
export function isDaytime(at: number, zone: string): boolean {
  const { hour } = DateTime.fromMillis(at, { zone });
  return hour >= 9 && hour < 20;
}

/** Quarter of an hour by quarter of an hour: offsets of all zones are made of them. */
function daytimeFrom(at: number, zone: string): number {
  if (isDaytime(at, zone)) return at;
  let quarter = Math.ceil(at / (15 * MINUTE)) * 15 * MINUTE;
  while (!isDaytime(quarter, zone)) quarter += 15 * MINUTE;
  return quarter;
}

/** All mails of one customer. `answered` says when something that was sent was answered. */
export function expectedMails(
  person: SimulatedPerson,
  customerId: string,
  schedules: readonly ModelSchedule[],
  instants: readonly Date[],
  answered: (occasion: string, sentAt: Date) => Date | null,
): ExpectedMail[] {
  const mails: ExpectedMail[] = [];
  const planned = new Set<string>();
  let waiting: Waiting[] = [];
  const sent: Sent[] = [];
  let lastSent = Number.NEGATIVE_INFINITY;
  const keyOf = ({ schedule, what }: { schedule: ModelSchedule; what: string }) =>
    `${schedule.id}:${customerId}:${what}`;
  const say = (of: Waiting | Sent, reminder: number, at: number) =>
    mails.push({
      person: person.name,
      schedule: of.schedule.id,
      what: of.what,
      reminder,
      at,
    });
  for (const instant of instants) {
    const now = instant.getTime();
    if (person.signedUpAt.getTime() > now) continue;
    const isGone = person.churnedAt !== null && person.churnedAt.getTime() <= now;
    const events = person.events.filter(({ at }) => at.getTime() <= now);
    const said = person.consents.filter(({ at }) => at.getTime() <= now).at(-1);
    const mayWrite = !isGone && person.hasEmail && said?.granted === true;

    if (!isGone) {
      for (const schedule of schedules) {
        for (const { what, at } of schedule.occasions({ person, events })) {
          const due = at.getTime();
          const until = due + schedule.withinMinutes * MINUTE;
          if (due > now || now > until || due < schedule.activatedAt.getTime()) continue;
          const key = keyOf({ schedule, what });
          if (planned.has(key)) continue;
          planned.add(key);
          waiting.push({ schedule, what, due, until, notBefore: due });
        }
      }
    }

    waiting.sort((a, b) => a.due - b.due || (keyOf(a) < keyOf(b) ? -1 : 1));
    const still: Waiting[] = [];
    for (const each of waiting) {
      if (each.notBefore > now) {
        still.push(each);
        continue;
      }
      if (!mayWrite || now > each.until) continue;
      const allowed = daytimeFrom(Math.max(now, lastSent + QUIET), person.timeZone);
      if (allowed <= now) {
        lastSent = now;
        say(each, 0, now);
        const { reminderDays, expiresAfterDays } = each.schedule;
        const [first] = reminderDays;
        sent.push({
          schedule: each.schedule,
          what: each.what,
          at: now,
          expires: now + expiresAfterDays * DAY,
          reminders: 0,
          nextReminder: first === undefined ? null : now + first * DAY,
        });
      } else if (allowed <= each.until) {
        each.notBefore = allowed;
        still.push(each);
      }
    }
    waiting = still;

    for (const each of sent) {
      if (each.nextReminder === null || each.nextReminder > now) continue;
      const answer = answered(keyOf(each), new Date(each.at));
      if ((answer !== null && answer.getTime() <= now) || !mayWrite || now > each.expires) {
        each.nextReminder = null;
        continue;
      }
      const allowed = daytimeFrom(now, person.timeZone);
      if (allowed > now) {
        each.nextReminder = allowed > each.expires ? null : allowed;
        continue;
      }
      each.reminders += 1;
      say(each, each.reminders, now);
      const next = each.schedule.reminderDays[each.reminders];
      each.nextReminder = next === undefined ? null : each.at + next * DAY;
    }
  }
  return mails;
}
