import { v7 as uuidv7 } from 'uuid';
import type { Database, UnitOfWork } from '../../src/db/database.ts';
import { decodeId } from '../../src/graphql/ids.ts';
import { recordFeedback } from '../../src/modules/customers/index.ts';

/**
 * An answer in short: `nP`, `nA`, `nD` to an NPS survey, from a promoter, passive or detractor;
 * `c+`, `c0`, `c-` to a CSAT survey, positive, neutral or negative; `e-` to one of CES; `p-` a
 * negative CSAT answer that was not completed; `c?` a completed one that leaves out the score.
 */
export type Answer = 'nP' | 'nA' | 'nD' | 'c+' | 'c0' | 'c-' | 'c?' | 'e-' | 'p-';

const KINDS = { n: 'NPS', c: 'CSAT', p: 'CSAT', e: 'CES' } as const;
const SEGMENTS = { P: 'PROMOTER', A: 'PASSIVE', D: 'DETRACTOR' } as const;
const SENTIMENTS = {
  '+': 'POSITIVE',
  '0': 'NEUTRAL',
  '-': 'NEGATIVE',
  P: 'POSITIVE',
  A: 'NEUTRAL',
  D: 'NEGATIVE',
} as const;

export const dayOf = (day: number) => new Date(Date.UTC(2025, 0, day, 12));

interface Place {
  readonly db: Database;
  readonly organizationId: string;
}

/** Writes answers as rows, past the module that takes them, and what follows from them for customers. */
export class Answers {
  readonly #api: Place;
  readonly #surveys = new Map<string, string>();

  constructor(api: Place) {
    this.#api = api;
  }

  /** Of the customer (id), each completed at noon of its day of January 2025. */
  async give(customerId: string, given: readonly (readonly [Answer, number])[]): Promise<string[]> {
    const ids: string[] = [];
    await this.#api.db.unitOfWork(this.#api.organizationId, async (uow) => {
      const customer = decodeId('Customer', customerId);
      for (const [answer, day] of given) ids.push(await this.#insert(uow, customer, answer, day));
      await recordFeedback(uow, { customerIds: [customer] });
    });
    return ids;
  }

  async #insert(uow: UnitOfWork, customer: string, answer: Answer, day: number): Promise<string> {
    const [kind, mark] = [...answer] as [keyof typeof KINDS, string];
    const isComplete = kind !== 'p';
    const id = uuidv7();
    await uow.execute(
      `insert into survey_response (organization_id, id, survey_id, survey_version, customer_id,
         channel, locale, state, scale, score, segment, sentiment, started_at, completed_at, updated_at)
       values ($1, $2, $3, 1, $4, 'EMAIL', 'en', $5, null, null, $6, $7, $8, $9, $8)`,
      [
        uow.organizationId,
        id,
        await this.#survey(uow, KINDS[kind]),
        customer,
        isComplete ? 'COMPLETED' : 'PARTIAL',
        kind === 'n' ? SEGMENTS[mark as keyof typeof SEGMENTS] : null,
        SENTIMENTS[mark as keyof typeof SENTIMENTS] ?? null,
        dayOf(day),
        isComplete ? dayOf(day) : null,
      ],
    );
    return id;
  }

  async #survey(uow: UnitOfWork, kind: string): Promise<string> {
    const known = this.#surveys.get(kind);
    if (known !== undefined) return known;
    const id = uuidv7();
    await uow.execute(
      `insert into survey (organization_id, id, key, name, kind, created_at, updated_at)
       values ($1, $2, $3, $3, $4, $5, $5)`,
      [uow.organizationId, id, kind.toLowerCase(), kind, uow.now],
    );
    await uow.execute(
      `insert into survey_version (organization_id, id, survey_id, number, definition, question_count, created_at)
       values ($1, $2, $3, 1, '{}', 0, $4)`,
      [uow.organizationId, uuidv7(), id, uow.now],
    );
    this.#surveys.set(kind, id);
    return id;
  }
}
