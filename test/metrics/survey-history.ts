import { v7 as uuidv7 } from 'uuid';
import type { UnitOfWork } from '../../src/db/database.ts';
import { touchSurveyRollup } from '../../src/modules/survey-rollups/index.ts';
import { callerOf, type TestApi } from '../testkit/api.ts';
import { createOrganization } from '../testkit/database.ts';
import type { Random } from '../testkit/random.ts';

/** On both sides of the date line, with daylight saving and with odd offsets. */
const ZONES = [
  'UTC',
  'America/New_York',
  'Asia/Kathmandu',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
];
/** Around borders of days, months and the year, and where clocks go forward. */
const MOMENTS = [
  '2024-03-31T00:30:00Z',
  '2024-03-31T01:00:00Z',
  '2024-12-31T23:30:00Z',
  '2025-01-01T00:00:00Z',
  '2024-02-29T12:00:00Z',
  '2024-07-01T03:59:59.999Z',
];
const CHANNELS = ['EMAIL', 'LINK', 'IN_APP'];
const TOUCHPOINTS = ['checkout', 'support', null];
const HOUR = 3_600_000;

/** By the key of a survey: its kind, and the scale of each of its versions. */
const SURVEYS = {
  nps: { kind: 'NPS', scales: ['NPS_10', 'NPS_10'] },
  csat: { kind: 'CSAT', scales: ['POINTS_5', 'POINTS_3'] },
  ces: { kind: 'CES', scales: ['POINTS_7', 'POINTS_5'] },
  other: { kind: 'CUSTOM', scales: [null, 'POINTS_10'] },
} as const;
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  NPS_10: [0, 10],
  POINTS_3: [1, 3],
  POINTS_5: [1, 5],
  POINTS_7: [1, 7],
  POINTS_10: [1, 10],
};

const PLACES = `mutation ($input: ImportLocationsInput!) {
  importLocations(input: $input) { rejected userErrors { message } } }`;

interface Survey {
  readonly id: string;
  readonly key: string;
  readonly kind: string;
  readonly scales: readonly (string | null)[];
}

/**
 * A random history of surveys in an organization of its own: invitations are sent, some are
 * answered, at once or in parts, others answer without one, customers churn, locations change their
 * time zones; by several writers at once.
 */
export class SurveyHistory {
  readonly #api: TestApi;
  readonly #random: Random;
  readonly organizationId: string;
  readonly surveys: Survey[] = [];
  readonly #locations: (string | null)[] = [null];
  readonly #customers: string[] = [];
  /** Sent, and not begun yet. */
  readonly #open: { id: string; survey: Survey; version: number; sentAt: Date }[] = [];
  /** Begun, and not complete. */
  readonly #begun: {
    id: string;
    invitation: string | null;
    survey: Survey;
    version: number;
    since: Date;
  }[] = [];

  private constructor(api: TestApi, random: Random, organizationId: string) {
    this.#api = api;
    this.#random = random;
    this.organizationId = organizationId;
  }

  static async begin(api: TestApi, random: Random, name: string): Promise<SurveyHistory> {
    const timeZone = random.pick(ZONES);
    const organizationId = await createOrganization(api.db, { slug: name, timeZone });
    const history = new SurveyHistory(api, random, organizationId);
    await history.#moveLocations([0, 1]);
    const rows = await api.db.read<{ id: string }>(
      organizationId,
      'select id from location where organization_id = $1 order by external_id',
    );
    history.#locations.push(...rows.map(({ id }) => id));
    await api.db.unitOfWork(organizationId, (uow) => history.#found(uow));
    return history;
  }

  /** Each writer does so many things, one after the other, beside the others. */
  async play(writers: number, steps: number): Promise<void> {
    await Promise.all(
      Array.from({ length: writers }, async () => {
        for (let i = 0; i < steps; i++) await this.#step();
      }),
    );
  }

  async #found(uow: UnitOfWork): Promise<void> {
    const { organizationId, now } = uow;
    for (const [key, { kind, scales }] of Object.entries(SURVEYS)) {
      const survey = { id: uuidv7(), key, kind, scales };
      this.surveys.push(survey);
      await uow.execute(
        `insert into survey (organization_id, id, key, name, kind, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)`,
        [organizationId, survey.id, key, `Survey ${key}`, kind, now],
      );
      for (const [index, scale] of scales.entries()) {
        const questions = [
          { key: 'words', kind: 'TEXT' },
          ...(scale === null ? [] : [{ key: 'score', kind: 'SCALE', scale }]),
          ...(index === 0 ? [] : [{ key: 'more', kind: 'SCALE', scale: 'POINTS_7' }]),
        ];
        await uow.execute(
          `insert into survey_version
             (organization_id, id, survey_id, number, definition, question_count, created_at, published_at)
           values ($1, $2, $3, $4, $5::jsonb, $6, $7, $7)`,
          [
            ...[organizationId, uuidv7(), survey.id, index + 1],
            ...[JSON.stringify({ questions }), questions.length, now],
          ],
        );
      }
    }
    for (let n = 0; n < 6; n++) {
      const id = uuidv7();
      this.#customers.push(id);
      await uow.execute(
        `insert into customer (organization_id, id, external_id, locale, time_zone, created_at, updated_at)
         values ($1, $2, $3, 'en', 'UTC', $4, $4)`,
        [organizationId, id, `customer-${n}`, now],
      );
    }
  }

  async #step(): Promise<void> {
    const dice = this.#random.next();
    if (dice < 0.06) return this.#moveLocations([this.#random.below(2)]);
    if (dice < 0.14) return this.#churn();
    if (dice < 0.45) return this.#unit((uow) => this.#send(uow, 1 + this.#random.below(3)));
    if (dice < 0.6) return this.#unit((uow) => this.#begin(uow, this.#random.chance(0.3)));
    return this.#unit((uow) => this.#complete(uow));
  }

  #unit(work: (uow: UnitOfWork) => Promise<void>): Promise<void> {
    return this.#api.db.unitOfWork(this.organizationId, work);
  }

  #moment(): Date {
    return new Date(Date.parse(this.#random.pick(MOMENTS)) + this.#random.below(3) * HOUR);
  }

  async #moveLocations(numbers: readonly number[]): Promise<void> {
    const locations = numbers.map((n) => ({
      externalId: `place-${n}`,
      name: `Place ${n}`,
      timeZone: this.#random.pick(ZONES),
      groupPath: n === 0 ? ['Region', 'City'] : ['Region'],
    }));
    const caller = callerOf(this.organizationId, 'INTEGRATOR');
    await this.#api.run(PLACES, { input: { locations } }, caller);
  }

  /** Some leave and come back; whether they had said anything is theirs to say. */
  async #churn(): Promise<void> {
    const customer = this.#random.pick(this.#customers);
    const at = this.#random.chance(0.2) ? null : this.#moment();
    await this.#unit(async (uow) => {
      await uow.execute(
        `update customer set churned_at = $3 where organization_id = $1 and id = $2`,
        [uow.organizationId, customer, at],
      );
    });
  }

  /** Some are planned in one unit and sent in another, as senders do. */
  async #send(uow: UnitOfWork, count: number): Promise<void> {
    const rows = Array.from({ length: count }, () => {
      const survey = this.#random.pick(this.surveys);
      const version = 1 + this.#random.below(survey.scales.length);
      return { id: uuidv7(), survey, version, sentAt: this.#moment() };
    });
    const reviews = new Set<string>();
    for (const { id, survey, version } of rows) {
      // Others are asked for a review, which is no survey.
      const isReview = this.#random.chance(0.1);
      await uow.execute(
        `insert into invitation (organization_id, id, target, survey_id, survey_version, customer_id,
           location_id, channel, touchpoint, occasion, locale, due_at, created_at)
         values ($1, $2, $11, $3, $4, $5, $6, $7, $8, $9, 'en', $10, $10)`,
        [
          ...[uow.organizationId, id, isReview ? null : survey.id, isReview ? null : version],
          this.#random.pick(this.#customers),
          ...[this.#random.pick(this.#locations), this.#random.pick(CHANNELS)],
          ...[this.#random.pick(TOUCHPOINTS), id, uow.now, isReview ? 'REVIEW' : 'SURVEY'],
        ],
      );
      if (isReview) reviews.add(id);
    }
    uow.afterCommit(() => this.#deliver(rows, reviews));
  }

  async #deliver(
    rows: readonly { id: string; survey: Survey; version: number; sentAt: Date }[],
    reviews: ReadonlySet<string>,
  ) {
    const sent = rows.filter(() => this.#random.chance(0.9));
    await this.#unit(async (uow) => {
      await touchSurveyRollup(uow, { invitations: sent.map(({ id }) => id) });
      for (const { id, sentAt } of sent) {
        await uow.execute(
          `update invitation set state = 'SENT', sent_at = $3 where organization_id = $1 and id = $2`,
          [uow.organizationId, id, sentAt],
        );
      }
      uow.afterCommit(() => void this.#open.push(...sent.filter(({ id }) => !reviews.has(id))));
    });
  }

  /** To an invitation, or without one. */
  async #begin(uow: UnitOfWork, isPublic: boolean): Promise<void> {
    const invitation = isPublic ? undefined : this.#open.pop();
    if (!isPublic && invitation === undefined) return;
    const survey = invitation?.survey ?? this.#random.pick(this.surveys);
    const version = invitation?.version ?? 1;
    const since = new Date(
      (invitation?.sentAt ?? this.#moment()).getTime() + this.#random.below(40) * HOUR,
    );
    const id = uuidv7();
    await touchSurveyRollup(uow, { responses: [id] });
    await uow.execute(
      `insert into survey_response (organization_id, id, survey_id, survey_version, invitation_id, customer_id,
         location_id, channel, touchpoint, locale, state, started_at, updated_at)
       select $1, $2, $3, $4, $5, i.customer_id, i.location_id, coalesce(i.channel, $6), i.touchpoint,
         'en', 'PARTIAL', $7, $7
       from (select 1) one left join invitation i on i.organization_id = $1 and i.id = $5`,
      [
        ...[uow.organizationId, id, survey.id, version, invitation?.id ?? null],
        ...[this.#random.pick(CHANNELS), since],
      ],
    );
    const begun = { id, invitation: invitation?.id ?? null, survey, version, since };
    uow.afterCommit(() => void this.#begun.push(begun));
  }

  async #complete(uow: UnitOfWork): Promise<void> {
    const begun = this.#begun.shift();
    if (begun === undefined) return;
    const { id, invitation, survey, version, since } = begun;
    const at = new Date(since.getTime() + this.#random.below(30 * HOUR));
    const scale = survey.scales[version - 1] ?? null;
    await touchSurveyRollup(uow, { responses: [id], invitations: invitation ? [invitation] : [] });
    await uow.execute(
      `update survey_response r set state = 'COMPLETED', completed_at = $3, scale = $4, score = $5, segment = $6,
         sentiment = $7, response_seconds = (
           select extract(epoch from $3 - i.sent_at) from invitation i
           where i.organization_id = $1 and i.id = r.invitation_id)
       where organization_id = $1 and id = $2`,
      [uow.organizationId, id, at, ...this.#scored(survey.kind, scale)],
    );
    await uow.execute(
      `update invitation set state = 'ANSWERED', answered_at = $3 where organization_id = $1 and id = $2`,
      [uow.organizationId, invitation, at],
    );
    // As the customer's derived state has it.
    await uow.execute(
      `update customer set feedback_count = feedback_count + 1 where organization_id = $1
       and id = (select customer_id from survey_response where organization_id = $1 and id = $2)`,
      [uow.organizationId, id],
    );
  }

  /** The scale, score, segment and sentiment, as the rules of surveys have them; some answer in words alone. */
  #scored(kind: string, scale: string | null): (string | number | null)[] {
    if (scale === null || this.#random.chance(0.1)) return [null, null, null, null];
    const [min, max] = RANGES[scale] as readonly [number, number];
    const score = min + this.#random.below(max - min + 1);
    if (kind === 'NPS') {
      if (score >= 9) return [scale, score, 'PROMOTER', 'POSITIVE'];
      return score >= 7
        ? [scale, score, 'PASSIVE', 'NEUTRAL']
        : [scale, score, 'DETRACTOR', 'NEGATIVE'];
    }
    const share = (score - min) / (max - min);
    const sentiment = share <= 0.25 ? 'NEGATIVE' : share >= 0.75 ? 'POSITIVE' : 'NEUTRAL';
    return [scale, score, null, sentiment];
  }
}
