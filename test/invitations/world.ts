import { createHash } from 'node:crypto';
import type { Random } from '../testkit/random.ts';

/** What happens to customers in a simulation, by times of its own. Plain data, from a seed. */
export interface World {
  readonly begins: Date;
  readonly ends: Date;
  readonly people: readonly SimulatedPerson[];
  /** When the processes look whether there is something to do. */
  readonly instants: readonly Date[];
}

export interface SimulatedPerson {
  readonly name: string;
  readonly timeZone: string;
  readonly locale: string;
  readonly hasEmail: boolean;
  readonly signedUpAt: Date;
  readonly churnedAt: Date | null;
  readonly consents: readonly { readonly at: Date; readonly granted: boolean }[];
  readonly events: readonly SimulatedEvent[];
}

export interface SimulatedEvent {
  /** UUID. */
  readonly id: string;
  readonly at: Date;
  readonly kind: 'PURCHASE' | 'INTERACTION' | 'ONBOARDED' | 'KEY_ACTION';
  readonly name: string | null;
  readonly touchpoint: string | null;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Clocks that are put forward in March, in October, by half an hour, or never. */
const ZONES = [
  'Europe/Amsterdam',
  'Europe/London',
  'America/New_York',
  'America/Sao_Paulo',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Asia/Tokyo',
  'Asia/Kolkata',
];

export function makeWorld(
  random: Random,
  customers: number,
  days: number,
  stepHours: number,
): World {
  const begins = new Date('2024-01-05T00:00:00Z');
  const ends = new Date(begins.getTime() + days * DAY_MS);
  const people = Array.from({ length: customers }, (_, i) => makePerson(random, i, begins, days));
  return { begins, ends, people, instants: makeInstants(random, begins, ends, people, stepHours) };
}

/** To the minute, as people do things; never on the full hour, where the processes look. */
function someTime(random: Random, from: Date, days: number): Date {
  const minutes = 1 + random.below(Math.max(1, Math.floor(days * 24 * 60)));
  return new Date(from.getTime() + minutes * 60_000 + 1_000 * (1 + random.below(50)));
}

function makePerson(random: Random, index: number, begins: Date, days: number): SimulatedPerson {
  const signedUpAt = someTime(random, begins, days * 0.7);
  const left = (begins.getTime() + days * DAY_MS - signedUpAt.getTime()) / DAY_MS;
  const churnedAt = random.chance(0.2) ? someTime(random, signedUpAt, left) : null;
  const consents = random.chance(0.92) ? [{ at: signedUpAt, granted: true }] : [];
  if (random.chance(0.1)) consents.push({ at: someTime(random, signedUpAt, left), granted: false });
  const events: SimulatedEvent[] = [];
  const happen = (
    count: number,
    kind: SimulatedEvent['kind'],
    names: readonly (string | null)[],
  ) => {
    for (let i = 0; i < count; i++) {
      const at = someTime(random, signedUpAt, left);
      const touchpoint = kind === 'INTERACTION' ? random.pick(['desk', 'phone']) : null;
      const id = uuidOf(`${index} ${kind} ${i}`);
      if (churnedAt === null || at < churnedAt) {
        events.push({ id, at, kind, name: random.pick(names), touchpoint });
      }
    }
  };
  happen(Math.round((left / 30) * random.next() * 1.5), 'PURCHASE', [null]);
  happen(Math.round((left / 90) * random.next() * 2), 'INTERACTION', [null]);
  happen(random.below(2), 'ONBOARDED', [null]);
  happen(Math.round((left / 60) * random.next()), 'KEY_ACTION', ['delivered', 'opened']);
  return {
    name: `person-${index}`,
    timeZone: random.pick(ZONES),
    locale: random.pick(['nl', 'en', 'pt-BR', 'ja']),
    hasEmail: random.chance(0.97),
    signedUpAt,
    churnedAt,
    consents,
    events: events.sort((a, b) => a.at.getTime() - b.at.getTime()),
  };
}

/** Now and then, and soon after most of the interactions; some of them are looked at too late. */
function makeInstants(
  random: Random,
  begins: Date,
  ends: Date,
  people: readonly SimulatedPerson[],
  stepHours: number,
): Date[] {
  const times = new Set<number>();
  for (let at = begins.getTime(); at <= ends.getTime();) {
    times.add(at);
    at += (1 + random.below(2 * stepHours - 1)) * HOUR_MS;
  }
  for (const { events } of people) {
    for (const { kind, at } of events) {
      if (kind === 'INTERACTION' && random.chance(0.85)) {
        times.add(at.getTime() + (1 + random.below(14)) * 60_000);
      }
    }
  }
  return [...times].sort((a, b) => a - b).map((time) => new Date(time));
}

export function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** When somebody answers what they got: by what it was, so that a run can be repeated. Null: never. */
export function answerTime(seed: number, occasion: string, sentAt: Date): Date | null {
  const draw = Number.parseInt(
    createHash('sha256').update(`${seed} ${occasion}`).digest('hex').slice(0, 8),
    16,
  );
  if (draw % 100 >= 45) return null;
  return new Date(sentAt.getTime() + (1 + (draw % 1_009)) * 977_000);
}
