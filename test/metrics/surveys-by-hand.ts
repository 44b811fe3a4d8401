import { v7 as uuidv7 } from 'uuid';
import type { Database, UnitOfWork } from '../../src/db/database.ts';
import { encodeId } from '../../src/graphql/ids.ts';
import { recordEvents } from '../../src/feed/events.ts';
import { touchSurveyRollup } from '../../src/modules/survey-rollups/index.ts';
import { callerOf, type Data, type TestApi } from '../testkit/api.ts';

/** What a test says of one invitation and its answer. */
export interface ByHand {
  readonly survey: string;
  readonly version?: number;
  /** Null: the answer says nothing on the scale; left out: there is no answer. */
  readonly score?: number | null;
  /** Left out: the answer came without an invitation. */
  readonly sentAt?: string;
  /** When it was begun, and completed. */
  readonly at?: string;
  /** Begun only. */
  readonly isPartial?: boolean;
  readonly channel?: string;
  readonly touchpoint?: string;
  readonly customer?: string;
}

interface Asked {
  readonly id: string;
  readonly kind: string;
  readonly scales: readonly (string | null)[];
}

const segmentOf = (score: number) =>
  score >= 9 ? 'PROMOTER' : score >= 7 ? 'PASSIVE' : 'DETRACTOR';

/** Surveys and answers of an organization, written down one by one. */
export class SurveysByHand {
  readonly #db: Database;
  readonly organizationId: string;
  readonly #surveys = new Map<string, Asked>();

  constructor(db: Database, organizationId: string) {
    this.#db = db;
    this.organizationId = organizationId;
  }

  /** `versions`: of each, the scale of its score and how many questions it has. */
  async survey(key: string, kind: string, versions: readonly [string | null, number][]) {
    const id = uuidv7();
    this.#surveys.set(key, { id, kind, scales: versions.map(([scale]) => scale) });
    await this.#unit(async (uow) => {
      await uow.execute(
        `insert into survey (organization_id, id, key, name, kind, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)`,
        [uow.organizationId, id, key, `The ${key}`, kind, uow.now],
      );
      for (const [index, [scale, count]] of versions.entries()) {
        const questions = Array.from({ length: count }, (_, n) =>
          n === 0 && scale !== null ? { kind: 'SCALE', scale } : { kind: 'TEXT' },
        );
        await uow.execute(
          `insert into survey_version
             (organization_id, id, survey_id, number, definition, question_count, created_at, published_at)
           values ($1, $2, $3, $4, $5::jsonb, $6, $7, $7)`,
          [
            ...[uow.organizationId, uuidv7(), id, index + 1],
            ...[JSON.stringify({ questions }), count, uow.now],
          ],
        );
      }
    });
    return encodeId('Survey', id);
  }

  async customers(...rows: { id: string; churnedAt: string | null }[]): Promise<void> {
    await this.#unit(async (uow) => {
      for (const { id, churnedAt } of rows) {
        await uow.execute(
          `insert into customer (organization_id, id, external_id, locale, time_zone, churned_at, created_at, updated_at)
           values ($1, $2, $3, 'en', 'UTC', $4, $5, $5)`,
          [uow.organizationId, id, id, churnedAt, uow.now],
        );
      }
    });
  }

  /** All in one unit of work, with an event for each completed answer, as answering has it. */
  async write(...rows: ByHand[]): Promise<void> {
    await this.#unit(async (uow) => {
      for (const row of rows) await this.#write(uow, row);
    });
  }

  async #write(uow: UnitOfWork, row: ByHand): Promise<void> {
    const { id: survey, kind, scales } = this.#surveys.get(row.survey)!;
    const { organizationId } = uow;
    const { version = 1, sentAt = null, channel = 'EMAIL', touchpoint = null } = row;
    const at = row.at ?? null;
    const isComplete = at !== null && row.isPartial !== true;
    const invitation = sentAt === null ? null : uuidv7();
    const response = uuidv7();
    await touchSurveyRollup(uow, {
      invitations: invitation ? [invitation] : [],
      responses: [response],
    });
    if (invitation !== null) {
      await uow.execute(
        `insert into invitation (organization_id, id, target, survey_id, survey_version, customer_id, channel,
           touchpoint, occasion, locale, state, due_at, sent_at, answered_at, created_at)
         values ($1, $2, 'SURVEY', $3, $4, $5, $6, $7, $11, 'en', $8, $9, $9, $10, $9)`,
        [
          ...[organizationId, invitation, survey, version, row.customer ?? null],
          ...[channel, touchpoint, isComplete ? 'ANSWERED' : 'SENT', sentAt],
          ...[isComplete ? at : null, invitation],
        ],
      );
    }
    if (at === null) return;
    const scale = scales[version - 1] ?? null;
    await uow.execute(
      `insert into survey_response (organization_id, id, survey_id, survey_version, invitation_id, customer_id,
         channel, touchpoint, locale, state, scale, score, segment, sentiment, started_at, completed_at,
         response_seconds, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, 'en', $9, $10, $11, $12, $13, $14, $15, $16, $14)`,
      [
        ...[organizationId, response, survey, version, invitation, row.customer ?? null],
        ...[channel, touchpoint, isComplete ? 'COMPLETED' : 'PARTIAL'],
        ...this.#scored(kind, scale, isComplete ? (row.score ?? null) : null),
        ...[at, isComplete ? at : null],
        isComplete && sentAt ? (Date.parse(at) - Date.parse(sentAt)) / 1000 : null,
      ],
    );
    if (!isComplete) return;
    if (row.customer !== undefined) {
      await uow.execute(
        'update customer set feedback_count = feedback_count + 1 where organization_id = $1 and id = $2',
        [organizationId, row.customer],
      );
    }
    recordEvents(uow, [{ kind: 'SURVEY_RESPONSE_RECEIVED', surveyResponseId: response }]);
  }

  #scored(kind: string, scale: string | null, score: number | null) {
    if (scale === null || score === null) return [null, null, null, null];
    if (kind === 'NPS') return [scale, score, segmentOf(score), null];
    const max = Number(/\d+$/.exec(scale)?.[0]);
    const share = (score - 1) / (max - 1);
    return [
      scale,
      score,
      null,
      share >= 0.75 ? 'POSITIVE' : share <= 0.25 ? 'NEGATIVE' : 'NEUTRAL',
    ];
  }

  #unit(work: (uow: UnitOfWork) => Promise<void>): Promise<void> {
    return this.#db.unitOfWork(this.organizationId, work);
  }
}

/** In an organization of its own, where metrics can be asked. */
export class AskedByHand extends SurveysByHand {
  readonly #api: TestApi;

  private constructor(api: TestApi, organizationId: string) {
    super(api.db, organizationId);
    this.#api = api;
  }

  static async begin(api: TestApi, slug: string): Promise<AskedByHand> {
    return new AskedByHand(api, await api.organization(slug));
  }

  async ask(query: object, fields = 'measure value n numerator denominator'): Promise<Data[]> {
    const { metrics } = await this.#api.run(
      `query ($query: MetricQuery!) { metrics(query: $query) {
         rows { bucket dimensions { value label } values { ${fields} } } } }`,
      { query },
      callerOf(this.organizationId, 'INTEGRATOR'),
    );
    return metrics.rows;
  }
}
