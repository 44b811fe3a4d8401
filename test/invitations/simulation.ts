import type { Database } from '../../src/db/database.ts';
import { decodeId } from '../../src/graphql/ids.ts';
import { markAnswered } from '../../src/modules/invitations/index.ts';
import { insertSurvey } from '../survey-responses/survey-kit.ts';
import type { Random } from '../testkit/random.ts';
import { insertEvent, insertPerson, insertSchedule, setSurveySettings } from './desk.ts';
import type { Fleet } from './fleet.ts';
import type { ExpectedMail, Known, ModelSchedule } from './model.ts';
import { answerTime, type World } from './world.ts';

const DAY_MINUTES = 24 * 60;
const DAY_MS = DAY_MINUTES * 60_000;

/** All kinds of triggers, as the server takes them and as the model reads them. */
const SCHEDULES: readonly {
  readonly trigger: object;
  readonly isReview?: boolean;
  readonly withinMinutes: number;
  readonly reminderDays: readonly number[];
  readonly expiresAfterDays: number;
  readonly occasions: (known: Known) => readonly { what: string; at: Date }[];
}[] = [
  {
    trigger: { kind: 'LIFECYCLE', firstAfterDays: 7, thenAfterDays: 30, everyDays: 90 },
    ...{ withinMinutes: 7 * DAY_MINUTES, reminderDays: [3, 10], expiresAfterDays: 30 },
    occasions: ({ person }) => {
      const times = [7];
      for (let day = 37; day < 800; day += 90) times.push(day);
      return times.map((day, i) => ({
        what: String(i + 1),
        at: new Date(person.signedUpAt.getTime() + day * DAY_MS),
      }));
    },
  },
  {
    trigger: { kind: 'INTERACTION', channel: null, touchpoint: null, withinMinutes: 15 },
    ...{ withinMinutes: 15, reminderDays: [1], expiresAfterDays: 7 },
    occasions: ({ events }) =>
      events.filter(({ kind }) => kind === 'INTERACTION').map(({ id, at }) => ({ what: id, at })),
  },
  {
    trigger: { kind: 'EVENT', event: 'ONBOARDED', name: null, touchpoint: null, delayMinutes: 90 },
    ...{ withinMinutes: 3 * DAY_MINUTES, reminderDays: [], expiresAfterDays: 14 },
    occasions: ({ events }) =>
      events
        .filter(({ kind }) => kind === 'ONBOARDED')
        .map(({ id, at }) => ({ what: id, at: new Date(at.getTime() + 90 * 60_000) })),
  },
  {
    trigger: {
      ...{ kind: 'EVENT_COUNT', event: 'PURCHASE', name: null, touchpoint: null },
      ...{ count: 3, delayMinutes: 0 },
    },
    ...{ withinMinutes: 5 * DAY_MINUTES, reminderDays: [4], expiresAfterDays: 30 },
    occasions: ({ events }) =>
      events
        .filter(({ kind }) => kind === 'PURCHASE')
        .slice(2, 3)
        .map(({ at }) => ({ what: 'count', at })),
  },
  {
    trigger: { kind: 'SIGN_UP_AGE', days: 60 },
    ...{ withinMinutes: 20 * DAY_MINUTES, reminderDays: [5, 9], expiresAfterDays: 20 },
    occasions: ({ person }) => [
      { what: '1', at: new Date(person.signedUpAt.getTime() + 60 * DAY_MS) },
    ],
  },
  {
    trigger: {
      ...{ kind: 'EVENT', event: 'KEY_ACTION', name: 'delivered', touchpoint: null },
      delayMinutes: 7 * DAY_MINUTES,
    },
    isReview: true,
    ...{ withinMinutes: 3 * DAY_MINUTES, reminderDays: [6], expiresAfterDays: 20 },
    occasions: ({ events }) =>
      events
        .filter(({ kind, name }) => kind === 'KEY_ACTION' && name === 'delivered')
        .map(({ id, at }) => ({ what: id, at: new Date(at.getTime() + 7 * DAY_MS) })),
  },
];

export interface Simulated {
  readonly schedules: readonly ModelSchedule[];
  /** UUIDs by the names of the people. */
  readonly customers: ReadonlyMap<string, string>;
}

/** The schedules and the people; people come one by one, as they sign up. */
export async function prepare(
  db: Database,
  organizationId: string,
  world: World,
): Promise<Pick<Simulated, 'schedules'>> {
  const reviewUrl = 'https://reviews.example/write';
  await setSurveySettings(db, organizationId, { review_invitation_url: reviewUrl });
  const schedules: ModelSchedule[] = [];
  for (const { trigger, isReview, ...own } of SCHEDULES) {
    const survey = isReview === true ? null : await insertSurvey(db, organizationId);
    const activatedAt = world.begins;
    const id = await insertSchedule(db, organizationId, survey?.id ?? null, trigger, {
      send_within_minutes: own.withinMinutes,
      reminder_days: own.reminderDays,
      expires_after_days: own.expiresAfterDays,
      ...{ activated_at: activatedAt, created_at: activatedAt, updated_at: activatedAt },
    });
    schedules.push({ id, activatedAt, ...own });
  }
  return { schedules };
}

interface Happening {
  readonly at: Date;
  readonly happen: () => Promise<unknown>;
}

/** What happens to people, in its order, by the time that the world says. */
function happenings(
  db: Database,
  organizationId: string,
  world: World,
  customers: Map<string, string>,
): Happening[] {
  const all = world.people.flatMap((person) => {
    const id = () => customers.get(person.name) as string;
    const signUp = async () => {
      const row = {
        ...{ external_id: person.name, name: person.name, signed_up_at: person.signedUpAt },
        ...{ email: person.hasEmail ? `${person.name}@example.com` : null },
        ...{ locale: person.locale, time_zone: person.timeZone },
      };
      customers.set(person.name, (await insertPerson(db, organizationId, row, {})).id);
    };
    const consents = person.consents.map(({ at, granted }) => ({
      at,
      happen: () => consent(db, organizationId, id(), granted, at),
    }));
    const events = person.events.map(({ id: eventId, at, kind, name, touchpoint }) => ({
      at,
      happen: () =>
        insertEvent(db, organizationId, id(), at, { id: eventId, kind, name, touchpoint }),
    }));
    const churn =
      person.churnedAt === null
        ? []
        : [{ at: person.churnedAt, happen: () => churnOf(db, id(), person.churnedAt) }];
    return [{ at: person.signedUpAt, happen: signUp }, ...consents, ...events, ...churn];
  });
  return all.sort((a, b) => a.at.getTime() - b.at.getTime());
}

function churnOf(db: Database, id: string, at: Date | null) {
  return db.system('update customer set churned_at = $2 where id = $1', [id, at]);
}

function consent(
  db: Database,
  organizationId: string,
  customerId: string,
  granted: boolean,
  at: Date,
) {
  return db.system(
    `insert into customer_consent (organization_id, customer_id, channel, granted, changed_at)
     values ($1, $2, 'EMAIL', $3, $4)
     on conflict (organization_id, customer_id, channel) do update set granted = excluded.granted`,
    [organizationId, customerId, granted, at],
  );
}

/** Lets the time of the world pass: what happens, who answers, and the processes that send. */
export async function play(
  db: Database,
  organizationId: string,
  world: World,
  fleet: Fleet,
  options: { seed: number; random: Random; deadlyEvery: number },
): Promise<ReadonlyMap<string, string>> {
  const customers = new Map<string, string>();
  const coming = happenings(db, organizationId, world, customers);
  const answers: { at: Date; id: string }[] = [];
  let heard = 0;
  let next = 0;
  for (const now of world.instants) {
    for (; next < coming.length && (coming[next] as Happening).at <= now; next++) {
      await (coming[next] as Happening).happen();
    }
    for (const { id } of answers.filter(({ at }) => at <= now)) {
      await db.unitOfWork(organizationId, (uow) => markAnswered(uow, id));
    }
    answers.splice(0, answers.length, ...answers.filter(({ at }) => at > now));
    await fleet.work(now, options.random, options.random.below(options.deadlyEvery) === 0);
    for (; heard < fleet.arrivals.length; heard++) {
      const { messageId, at } = fleet.arrivals[heard] as (typeof fleet.arrivals)[number];
      const { id, reminder } = ofMessage(messageId);
      if (reminder > 0) continue;
      const [row] = await db.system<{ occasion: string }>(
        'select occasion from invitation where id = $1',
        [id],
      );
      const answeredAt = answerTime(options.seed, row?.occasion ?? '', at);
      if (answeredAt !== null) answers.push({ at: answeredAt, id });
    }
  }
  return customers;
}

export function ofMessage(messageId: string): { id: string; reminder: number } {
  const [, typeId, reminder] = /^<(inv_\w{26})\.(\d)@/.exec(messageId) ?? [];
  if (typeId === undefined) throw new Error(`No message of ours: ${messageId}`);
  return { id: decodeId('SurveyInvitation', typeId), reminder: Number(reminder) };
}

/** The mails that arrived, each once, at the time when it came first. */
export async function arrivedMails(
  db: Database,
  organizationId: string,
  fleet: Fleet,
): Promise<ExpectedMail[]> {
  const rows = await db.system<{ id: string; occasion: string; person: string }>(
    `select i.id, i.occasion, c.external_id as person from invitation i
     join customer c on c.organization_id = i.organization_id and c.id = i.customer_id
     where i.organization_id = $1`,
    [organizationId],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const first = new Map<string, ExpectedMail>();
  for (const { messageId, at } of fleet.arrivals) {
    if (first.has(messageId)) continue;
    const { id, reminder } = ofMessage(messageId);
    const { occasion = '', person = '' } = byId.get(id) ?? {};
    const [schedule = '', , ...what] = occasion.split(':');
    const mail = { person, schedule, what: what.join(':'), reminder, at: at.getTime() };
    first.set(messageId, mail);
  }
  return [...first.values()];
}
