import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readEvents } from '../../src/feed/log.ts';
import { openTestApi, type TestApi } from '../testkit/api.ts';
import { customer, importCustomers } from './customers-kit.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const ANN = {
  externalId: 'ann',
  name: ' Ann Lee ',
  email: 'Ann@Example.org',
  phone: '+31 20 555 0100',
  locale: 'pt-BR',
  timeZone: 'America/Sao_Paulo',
  signedUpAt: '2025-01-02T03:04:05.678Z',
  consents: { email: true, webhook: false, source: 'checkout' },
};

const FIELDS =
  'externalId name email phone locale timeZone signedUpAt churnedAt risk atRiskSince advocate npsSegment lastFeedbackAt consents { channel granted source }';

async function feedKinds(): Promise<string[]> {
  const events = await readEvents(api.db, api.organizationId, 0, 10_000);
  return events.map(({ kind }) => kind);
}

describe('importCustomers', () => {
  it('creates, leaves unchanged, updates, and tells the feed of what it wrote', async () => {
    const counts = ({ created, updated, unchanged, rejected }: Record<string, number>) => [
      created,
      updated,
      unchanged,
      rejected,
    ];
    expect(counts(await importCustomers(api, [ANN]))).toEqual([1, 0, 0, 0]);
    expect(await customer(api, 'ann', FIELDS)).toEqual({
      externalId: 'ann',
      name: 'Ann Lee',
      email: 'Ann@Example.org',
      phone: '+31 20 555 0100',
      locale: 'pt-BR',
      timeZone: 'America/Sao_Paulo',
      signedUpAt: '2025-01-02T03:04:05.678Z',
      churnedAt: null,
      risk: 'NONE',
      atRiskSince: null,
      advocate: false,
      npsSegment: null,
      lastFeedbackAt: null,
      consents: [
        { channel: 'EMAIL', granted: true, source: 'checkout' },
        { channel: 'WEBHOOK', granted: false, source: 'checkout' },
      ],
    });
    expect(counts(await importCustomers(api, [ANN]))).toEqual([0, 0, 1, 0]);
    expect(counts(await importCustomers(api, [{ ...ANN, name: 'Ann' }]))).toEqual([0, 1, 0, 0]);
    expect(await feedKinds()).toEqual(['CUSTOMER_CREATED', 'CUSTOMER_UPDATED']);
  });

  it('keeps what a row leaves out, and removes what it has as null', async () => {
    await importCustomers(api, [{ ...ANN, externalId: 'kept' }]);
    const { results } = await importCustomers(api, [
      { externalId: 'kept', email: null, consents: { email: false } },
    ]);
    expect(results[0].outcome).toBe('UPDATED');
    expect(await customer(api, 'kept', FIELDS)).toMatchObject({
      name: 'Ann Lee',
      email: null,
      locale: 'pt-BR',
      signedUpAt: '2025-01-02T03:04:05.678Z',
      consents: [
        { channel: 'EMAIL', granted: false, source: null },
        { channel: 'WEBHOOK', granted: false, source: 'checkout' },
      ],
    });
  });

  it('gives a new customer the language and time zone of the organization', async () => {
    await importCustomers(api, [{ externalId: 'bare' }]);
    const bare = await customer(api, 'bare', 'name locale timeZone consents { channel }');
    expect(bare).toEqual({ name: null, locale: 'en', timeZone: 'UTC', consents: [] });
  });

  it('takes each row alone, and tells what is wrong with one without repeating it', async () => {
    const { created, rejected, results } = await importCustomers(api, [
      { externalId: 'good' },
      { externalId: '' },
      { externalId: 'bad', email: 'no address', signedUpAt: '2999-01-01T00:00:00Z' },
      { externalId: 'long', name: 'n'.repeat(201), churnedAt: '1066-01-01T00:00:00Z' },
      { externalId: 'nul', name: 'a\u0000b' },
    ]);
    expect({ created, rejected }).toEqual({ created: 1, rejected: 4 });
    const errors = results.map((row: { userErrors: { code: string; path: string[] }[] }) =>
      row.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`),
    );
    expect(errors).toEqual([
      [],
      ['INVALID_VALUE customers.1.externalId'],
      ['INVALID_VALUE customers.2.email', 'INVALID_VALUE customers.2.signedUpAt'],
      ['LIMIT_EXCEEDED customers.3.name', 'INVALID_VALUE customers.3.churnedAt'],
      ['INVALID_VALUE customers.4.name'],
    ]);
    expect(JSON.stringify(results)).not.toContain('no address');
  });

  it('writes rows of the same customer one after the other', async () => {
    const { results } = await importCustomers(api, [
      { externalId: 'twice', name: 'First' },
      { externalId: 'twice', phone: '1' },
    ]);
    expect(results.map((row: { outcome: string }) => row.outcome)).toEqual(['CREATED', 'UPDATED']);
    expect(await customer(api, 'twice', 'name phone')).toEqual({ name: 'First', phone: '1' });
  });

  it('changes nothing in a dry run, which says what would happen', async () => {
    const before = await feedKinds();
    const rows = [{ externalId: 'ann', name: 'Other' }, { externalId: 'would-be' }];
    const { results } = await importCustomers(api, rows, { dryRun: true });
    expect(results).toMatchObject([
      { outcome: 'UPDATED', customer: { externalId: 'ann' } },
      { outcome: 'CREATED', customer: null },
    ]);
    expect(await customer(api, 'would-be', 'id')).toBeNull();
    expect(await customer(api, 'ann', 'name')).toEqual({ name: 'Ann' });
    expect(await feedKinds()).toEqual(before);
  });

  it('does nothing twice with an idempotency key, and refuses it for another input', async () => {
    const key = { idempotencyKey: 'once' };
    const first = await importCustomers(api, [{ externalId: 'once' }], key);
    expect(await importCustomers(api, [{ externalId: 'once' }], key)).toEqual(first);
    const other = await importCustomers(api, [{ externalId: 'other' }], key);
    expect(other.userErrors).toEqual([
      { code: 'IDEMPOTENCY_KEY_REUSED', path: ['idempotencyKey'] },
    ]);
  });

  it('sends as many statements for a thousand rows as for ten', async () => {
    const rows = (count: number, name: string) =>
      Array.from({ length: count }, (_, i) => ({
        externalId: `bulk-${i}`,
        name,
        consents: { email: true },
      }));
    const ten = await api.statements(() => importCustomers(api, rows(10, 'A')));
    const all = await api.statements(() => importCustomers(api, rows(1_000, 'B')));
    const again = await api.statements(() => importCustomers(api, rows(1_000, 'B')));
    // Known ones have to be updated beside.
    expect(all.length).toBeLessThanOrEqual(ten.length + 1);
    expect(again.length).toBeLessThan(all.length);
    const tooMany = await importCustomers(api, rows(1_001, 'C'));
    expect(tooMany.userErrors).toEqual([{ code: 'LIMIT_EXCEEDED', path: ['customers'] }]);
  });
});
