import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readEvents } from '../../src/feed/log.ts';
import { decodeId, encodeId } from '../../src/graphql/ids.ts';
import { recordFeedback } from '../../src/modules/customers/index.ts';
import { openTestApi, type TestApi } from '../testkit/api.ts';
import { onPostgres } from '../testkit/database.ts';
import { type Answer, Answers, dayOf } from './answers.ts';
import { customer, importCustomers, newCustomer } from './customers-kit.ts';

let api: TestApi;
let answers: Answers;

beforeAll(async () => {
  api = await openTestApi({ references: ['graphql-js'] });
  answers = new Answers(api);
});
afterAll(() => api.close());

interface Outcome {
  /** The day on which the risk began; null: none. */
  readonly since: number | null;
  readonly advocate: boolean;
}

const fine: Outcome = { since: null, advocate: false };
const advocate: Outcome = { since: null, advocate: true };
const atRisk = (since: number): Outcome => ({ since, advocate: false });

/** A history, an answer a day from the first of January; and what follows from it, by hand. */
const HISTORIES: [string, string, Outcome][] = [
  ['no answer', '', fine],
  ['a detractor alone', 'nD', fine],
  ['three negative answers alone', 'c- c- c-', fine],
  ['two negative answers and a detractor', 'c- c- nD', fine],
  ['three negative answers, then a detractor', 'c- c- c- nD', atRisk(4)],
  ['a detractor, then three negative answers', 'nD c- c- c-', atRisk(4)],
  ['a detractor among three negative answers', 'c- nD c- c-', atRisk(4)],
  ['four negative answers: since the third', 'nD c- c- c- c-', atRisk(4)],
  ['several detractors: since the first', 'c- c- c- nD nD', atRisk(4)],
  ['a passive is no detractor', 'c- c- c- nA', fine],
  ['a promoter is no detractor', 'c- c- c- nP', fine],
  ['a detractor who became a promoter', 'nD c- c- c- nP', fine],
  ['a promoter who became a detractor', 'nP c- c- c- nD', atRisk(5)],
  ['a detractor again: since then', 'nD c- c- c- nP nD', atRisk(6)],
  ['a positive answer resets the run', 'nD c- c- c+ c-', fine],
  ['a positive answer ends the risk', 'nD c- c- c- c+', fine],
  ['a neutral answer breaks the run', 'nD c- c- c0 c-', fine],
  ['a neutral answer ends the risk', 'nD c- c- c- c0', fine],
  ['a new run behind a positive answer', 'nD c- c- c- c+ c- c- c-', atRisk(8)],
  ['an effort score is between, and counts for nothing', 'nD c- e- c- c-', atRisk(5)],
  ['three of effort are none of satisfaction', 'nD e- e- e-', fine],
  ['what was not completed does not count', 'nD c- c- p-', fine],
  ['what leaves out the score neither counts nor breaks', 'nD c- c- c? c-', atRisk(5)],
  ['a positive answer and a promoter', 'c+ nP', advocate],
  ['a promoter and a positive answer', 'nP c+', advocate],
  ['a positive answer alone', 'c+', fine],
  ['a promoter alone', 'nP', fine],
  ['a positive answer and a passive', 'c+ nA', fine],
  ['a neutral answer and a promoter', 'c0 nP', fine],
  ['an advocate whose latest answer is negative', 'c+ nP c-', fine],
  ['an advocate whose latest answer is neutral', 'c+ nP c0', fine],
  ['an advocate who became a detractor', 'c+ nP nD', fine],
  ['at risk before, an advocate now', 'nD c- c- c- c+ nP', advocate],
];

function parsed(history: string): [Answer, number][] {
  const given = history === '' ? [] : history.split(' ');
  return given.map((answer, at) => [answer as Answer, at + 1]);
}

/** How often the feed was told that the customer is at risk. */
async function risksTold(id: string): Promise<number> {
  const events = await readEvents(api.db, api.organizationId, 0, 10_000);
  const key = decodeId('Customer', id);
  return events.filter((event) => event.kind === 'CUSTOMER_AT_RISK' && event.customerId === key)
    .length;
}

async function expectOutcome(externalId: string, { since, advocate }: Outcome): Promise<void> {
  const state = await customer(api, externalId, 'risk atRiskSince advocate');
  expect(state).toEqual({
    risk: since === null ? 'NONE' : 'AT_RISK',
    atRiskSince: since === null ? null : dayOf(since).toISOString(),
    advocate,
  });
}

describe('what follows from the answers of a customer', () => {
  it.each(HISTORIES)('%s: %s', async (_name, history, outcome) => {
    const { id, externalId } = await newCustomer(api);
    for (const answer of parsed(history)) await answers.give(id, [answer]);
    await expectOutcome(externalId, outcome);
  });

  it.each(HISTORIES)(
    '%s: %s, whatever the order in which they come',
    async (_n, history, outcome) => {
      // One by one that takes long on the embedded database, and is the same there.
      if (onPostgres) {
        const late = await newCustomer(api);
        for (const answer of parsed(history).reverse()) await answers.give(late.id, [answer]);
        await expectOutcome(late.externalId, outcome);
      }
      const atOnce = await newCustomer(api);
      await answers.give(atOnce.id, parsed(history));
      await expectOutcome(atOnce.externalId, outcome);
    },
  );

  it('is the latest segment and time, too', async () => {
    const { id, externalId } = await newCustomer(api);
    const fields = 'npsSegment lastFeedbackAt';
    await answers.give(id, [['nP', 3]]);
    await answers.give(id, [['p-', 8]]);
    const promoter = { npsSegment: 'PROMOTER', lastFeedbackAt: dayOf(3).toISOString() };
    expect(await customer(api, externalId, fields)).toEqual(promoter);
    // An answer of before comes late.
    await answers.give(id, [['nD', 1]]);
    expect(await customer(api, externalId, fields)).toEqual(promoter);
    await answers.give(id, [['e-', 5]]);
    expect(await customer(api, externalId, fields)).toEqual({
      npsSegment: 'PROMOTER',
      lastFeedbackAt: dayOf(5).toISOString(),
    });
  });

  it('follows answers that are changed or taken away', async () => {
    const { id, externalId } = await newCustomer(api);
    const [nps = '', , , last = ''] = await answers.give(id, parsed('nD c- c- c-'));
    const again = (sql: string, response: string) =>
      api.db.unitOfWork(api.organizationId, async (uow) => {
        await uow.execute(sql, [uow.organizationId, response]);
        await recordFeedback(uow, { customerIds: [decodeId('Customer', id)] });
      });
    const edit = (to: string) =>
      `update survey_response set segment = '${to}' where organization_id = $1 and id = $2`;
    await again(edit('PASSIVE'), nps);
    await expectOutcome(externalId, fine);
    await again(edit('DETRACTOR'), nps);
    await expectOutcome(externalId, atRisk(4));
    await again('delete from survey_response where organization_id = $1 and id = $2', last);
    await expectOutcome(externalId, fine);
  });
});

describe('the feed', () => {
  it('is told once for each time that a risk begins', async () => {
    const { id } = await newCustomer(api);
    await answers.give(id, parsed('nD c- c-'));
    expect(await risksTold(id)).toBe(0);
    await answers.give(id, [['c-', 4]]);
    expect(await risksTold(id)).toBe(1);
    await answers.give(id, [['c-', 5]]);
    await answers.give(id, [['nD', 6]]);
    expect(await risksTold(id)).toBe(1);
    await answers.give(id, [['c+', 7]]);
    expect(await risksTold(id)).toBe(1);
    await answers.give(id, [
      ['c-', 8],
      ['c-', 9],
      ['c-', 10],
    ]);
    expect(await risksTold(id)).toBe(2);
  });

  it('is told once though two answers come at the same time', async () => {
    if (!onPostgres) return;
    for (let i = 0; i < 5; i++) {
      const { id, externalId } = await newCustomer(api);
      await answers.give(id, parsed('nD c-'));
      await Promise.all([answers.give(id, [['c-', 3]]), answers.give(id, [['c-', 4]])]);
      await expectOutcome(externalId, atRisk(4));
      expect(await risksTold(id)).toBe(1);
    }
  });
});

it('takes as many statements for a hundred customers as for one', async () => {
  const rows = Array.from({ length: 100 }, (_, i) => ({ externalId: `each-${i}` }));
  const { results } = await importCustomers(api, rows);
  const keys: string[] = results.map((row: { customer: { id: string } }) =>
    decodeId('Customer', row.customer.id),
  );
  for (const key of keys) await answers.give(encodeId('Customer', key), parsed('nD c- c-'));
  const update = (some: readonly string[]) =>
    api.statements(() =>
      api.db.unitOfWork(api.organizationId, (uow) => recordFeedback(uow, { customerIds: some })),
    );
  const one = await update(keys.slice(0, 1));
  expect(await update(keys)).toHaveLength(one.length);
});
