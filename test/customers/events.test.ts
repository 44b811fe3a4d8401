import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readEvents } from '../../src/feed/log.ts';
import { type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { customer, newCustomer } from './customers-kit.ts';

const RECORD = `mutation ($input: RecordEventInput!) {
  recordEvent(input: $input) {
    event { id kind occurredAt customer { externalId } location { externalId } }
    userErrors { code path }
  }
}`;
const RECORD_ALL = `mutation ($input: RecordEventsInput!) {
  recordEvents(input: $input) {
    created unchanged rejected
    results { index outcome event { id } userErrors { code path } }
    userErrors { code path }
  }
}`;

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
  await api.run(
    'mutation { importLocations(input: { locations: [{ externalId: "dam", name: "Dam" }] }) { created } }',
  );
});
afterAll(() => api.close());

async function record(input: object): Promise<Data> {
  return (await api.run(RECORD, { input })).recordEvent;
}

async function recordAll(events: readonly object[], more: object = {}): Promise<Data> {
  return (await api.run(RECORD_ALL, { input: { events, ...more } })).recordEvents;
}

describe('recordEvent', () => {
  it('notes what happened, and shows it with the customer, the latest first', async () => {
    const { id, externalId } = await newCustomer(api);
    const { event, userErrors } = await record({
      customerId: id,
      kind: 'INTERACTION',
      name: 'complaint',
      channel: 'phone',
      touchpoint: 'delivery',
      locationExternalId: 'dam',
      occurredAt: '2025-03-01T10:00:00.000Z',
    });
    expect(userErrors).toEqual([]);
    expect(event).toMatchObject({
      occurredAt: new Date('2025-03-01T10:00:00.000Z'),
      customer: { externalId },
      location: { externalId: 'dam' },
    });
    await record({ customerExternalId: externalId, kind: 'KEY_ACTION', name: 'report' });
    const events = 'events(first: 1) { totalCount nodes { kind name } pageInfo { endCursor } }';
    const page = (await customer(api, externalId, events)).events;
    expect(page).toMatchObject({ totalCount: 2, nodes: [{ kind: 'KEY_ACTION', name: 'report' }] });
    const next = `events(first: 1, after: "${page.pageInfo.endCursor}") { nodes { kind channel touchpoint } pageInfo { hasNextPage } }`;
    expect((await customer(api, externalId, next)).events).toEqual({
      nodes: [{ kind: 'INTERACTION', channel: 'phone', touchpoint: 'delivery' }],
      pageInfo: { hasNextPage: false },
    });
  });

  it('knows an event again by its external id, and refuses it for another customer', async () => {
    const one = await newCustomer(api);
    const other = await newCustomer(api);
    const order = { kind: 'PURCHASE', externalId: 'order-1' };
    const first = await record({ customerId: one.id, ...order });
    const again = await record({ customerId: one.id, ...order });
    expect(again.event.id).toBe(first.event.id);
    expect(await record({ customerId: other.id, ...order })).toEqual({
      event: null,
      userErrors: [{ code: 'ALREADY_EXISTS', path: ['externalId'] }],
    });
  });

  it('says what of the input is wrong', async () => {
    const { id, externalId } = await newCustomer(api);
    const errorsOf = async (input: object) =>
      (await record({ kind: 'PURCHASE', ...input })).userErrors.map(
        ({ code, path }: { code: string; path: string[] }) => `${code} ${path.join('.')}`,
      );
    expect(await errorsOf({})).toEqual(['INVALID_VALUE ']);
    expect(await errorsOf({ customerId: id, customerExternalId: externalId })).toEqual([
      'INVALID_VALUE ',
    ]);
    expect(await errorsOf({ customerId: 'nonsense' })).toEqual(['INVALID_ID customerId']);
    expect(await errorsOf({ customerExternalId: 'nobody' })).toEqual([
      'NOT_FOUND customerExternalId',
    ]);
    expect(await errorsOf({ customerId: id, locationExternalId: 'nowhere' })).toEqual([
      'NOT_FOUND locationExternalId',
    ]);
    expect(await errorsOf({ customerId: id, occurredAt: '2999-01-01T00:00:00Z' })).toEqual([
      'INVALID_VALUE occurredAt',
    ]);
  });
});

describe('recordEvents', () => {
  it('takes each event alone', async () => {
    const { externalId: customerExternalId } = await newCustomer(api);
    const purchase = { customerExternalId, kind: 'PURCHASE' };
    const { created, unchanged, rejected, results } = await recordAll([
      { ...purchase, externalId: 'bulk-1' },
      { ...purchase, customerExternalId: 'nobody' },
      { ...purchase, externalId: 'bulk-1' },
      purchase,
      purchase,
    ]);
    expect({ created, unchanged, rejected }).toEqual({ created: 3, unchanged: 1, rejected: 1 });
    expect(results[1].userErrors).toEqual([
      { code: 'NOT_FOUND', path: ['events', '1', 'customerExternalId'] },
    ]);
    expect(results[2].event).toEqual(results[0].event);
    const dry = await recordAll([{ ...purchase, externalId: 'bulk-2' }], { dryRun: true });
    expect(dry.results).toMatchObject([{ outcome: 'CREATED', event: null }]);
    expect((await customer(api, customerExternalId, 'events { totalCount }')).events).toEqual({
      totalCount: 3,
    });
  });

  it('sends as many statements for five hundred customers as for one', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 500; i++) ids.push(`many-${i}`);
    const customers = ids.map((externalId) => ({ externalId }));
    await api.run(
      'mutation ($input: ImportCustomersInput!) { importCustomers(input: $input) { created } }',
      { input: { customers } },
    );
    const churns = (some: string[]) =>
      recordAll(some.map((customerExternalId) => ({ customerExternalId, kind: 'CHURN' })));
    const one = await api.statements(() => churns(ids.slice(0, 1)));
    const all = await api.statements(() => churns(ids.slice(1)));
    expect(all).toHaveLength(one.length);
  });
});

/** What happened on which days of March, in the order in which it came here; and what follows. */
const LIVES: [string, [string, number][], { signedUp: number | null; churned: number | null }][] = [
  ['nothing', [], { signedUp: null, churned: null }],
  ['a sign-up', [['SIGN_UP', 3]], { signedUp: 3, churned: null }],
  [
    'two sign-ups',
    [
      ['SIGN_UP', 3],
      ['SIGN_UP', 9],
    ],
    { signedUp: 3, churned: null },
  ],
  [
    'a churn',
    [
      ['SIGN_UP', 3],
      ['CHURN', 5],
    ],
    { signedUp: 3, churned: 5 },
  ],
  [
    'two churns',
    [
      ['CHURN', 5],
      ['CHURN', 8],
    ],
    { signedUp: null, churned: 5 },
  ],
  [
    'two churns, the later one first',
    [
      ['CHURN', 8],
      ['CHURN', 5],
    ],
    { signedUp: null, churned: 5 },
  ],
  [
    'a return by a purchase',
    [
      ['CHURN', 5],
      ['PURCHASE', 6],
    ],
    { signedUp: null, churned: null },
  ],
  [
    'a return by a sign-up',
    [
      ['CHURN', 5],
      ['SIGN_UP', 6],
    ],
    { signedUp: 6, churned: null },
  ],
  [
    'a purchase before the churn, told late',
    [
      ['CHURN', 5],
      ['PURCHASE', 4],
    ],
    { signedUp: null, churned: 5 },
  ],
  [
    'a churn before the purchase, told late',
    [
      ['PURCHASE', 6],
      ['CHURN', 5],
    ],
    { signedUp: null, churned: null },
  ],
  [
    'another churn behind the return',
    [
      ['CHURN', 5],
      ['PURCHASE', 6],
      ['CHURN', 9],
    ],
    { signedUp: null, churned: 9 },
  ],
  [
    'a return between two churns, told last',
    [
      ['CHURN', 5],
      ['CHURN', 9],
      ['PURCHASE', 6],
    ],
    { signedUp: null, churned: 9 },
  ],
  [
    'an interaction after the churn',
    [
      ['CHURN', 5],
      ['INTERACTION', 6],
    ],
    { signedUp: null, churned: 5 },
  ],
];

describe('what events say of a customer’s life', () => {
  const day = (of: number | null) =>
    of === null ? null : new Date(Date.UTC(2025, 2, of)).toISOString();

  it.each(LIVES)('%s', async (_name, events, { signedUp, churned }) => {
    const { id, externalId } = await newCustomer(api);
    for (const [kind, of] of events) await record({ customerId: id, kind, occurredAt: day(of) });
    expect(await customer(api, externalId, 'signedUpAt churnedAt')).toEqual({
      signedUpAt: day(signedUp),
      churnedAt: day(churned),
    });
  });

  it.each(LIVES)('%s, all at once', async (_name, events, { signedUp, churned }) => {
    const { id, externalId } = await newCustomer(api);
    await recordAll(events.map(([kind, of]) => ({ customerId: id, kind, occurredAt: day(of) })));
    expect(await customer(api, externalId, 'signedUpAt churnedAt')).toEqual({
      signedUpAt: day(signedUp),
      churnedAt: day(churned),
    });
  });

  it('keeps what was imported where no event says otherwise', async () => {
    const { id, externalId } = await newCustomer(api, {
      signedUpAt: day(1),
      churnedAt: day(7),
    });
    await record({ customerId: id, kind: 'SIGN_UP', occurredAt: day(2) });
    expect(await customer(api, externalId, 'signedUpAt churnedAt')).toEqual({
      signedUpAt: day(1),
      churnedAt: day(7),
    });
    await record({ customerId: id, kind: 'PURCHASE', occurredAt: day(8) });
    expect(await customer(api, externalId, 'churnedAt')).toEqual({ churnedAt: null });
  });

  it('tells the feed of a customer who has changed, and only then', async () => {
    const { id } = await newCustomer(api);
    const heard = async () =>
      (await readEvents(api.db, api.organizationId, 0, 10_000)).filter(
        ({ kind }) => kind === 'CUSTOMER_UPDATED',
      ).length;
    const before = await heard();
    await record({ customerId: id, kind: 'INTERACTION' });
    await record({ customerId: id, kind: 'PURCHASE' });
    expect(await heard()).toBe(before);
    await record({ customerId: id, kind: 'SIGN_UP' });
    expect(await heard()).toBe(before + 1);
  });
});
