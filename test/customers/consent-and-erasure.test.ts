import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readEvents } from '../../src/feed/log.ts';
import { decodeId } from '../../src/graphql/ids.ts';
import { type ContactChannel, mayContact } from '../../src/modules/customers/index.ts';
import { type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { Answers } from './answers.ts';
import { customer, newCustomer } from './customers-kit.ts';

const SET_CONSENT = `mutation ($input: SetCustomerConsentInput!) {
  setCustomerConsent(input: $input) {
    customer { consents { channel granted source changedAt } }
    userErrors { code path }
  }
}`;
const ERASE = `mutation ($input: EraseCustomerInput!) {
  eraseCustomer(input: $input) { erasedCustomerId userErrors { code path } }
}`;

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

describe('mayContact', () => {
  const needed = { consentRequired: true };
  const free = { consentRequired: false };
  const said = (channel: ContactChannel, granted: boolean) => [{ channel, granted }];

  it.each([
    ['a mail without a word', mayContact([], 'EMAIL', needed), false],
    ['a mail without a word, on another ground', mayContact([], 'EMAIL', free), true],
    ['a mail that was agreed to', mayContact(said('EMAIL', true), 'EMAIL', needed), true],
    ['a mail that was refused', mayContact(said('EMAIL', false), 'EMAIL', free), false],
    [
      'a message where a mail was agreed to',
      mayContact(said('EMAIL', true), 'WEBHOOK', needed),
      false,
    ],
    ['a link that is handed over', mayContact([], 'LINK', needed), true],
    ['a question in the app', mayContact([], 'IN_APP', needed), true],
    ['one that was refused in the app', mayContact(said('IN_APP', false), 'IN_APP', free), false],
  ])('%s', (_name, actual, expected) => {
    expect(actual).toBe(expected);
  });
});

describe('setCustomerConsent', () => {
  const set = async (input: object): Promise<Data> =>
    (await api.run(SET_CONSENT, { input })).setCustomerConsent;

  it('keeps the last word on each channel, with its source; the same again keeps the first', async () => {
    const { id } = await newCustomer(api);
    const granted = { customerId: id, channel: 'EMAIL', granted: true };
    const first = await set({ ...granted, source: ' sign-up ' });
    expect(first.customer.consents).toMatchObject([
      { channel: 'EMAIL', granted: true, source: 'sign-up' },
    ]);
    const again = await set({ ...granted, source: 'checkout' });
    expect(again.customer.consents).toEqual(first.customer.consents);
    const { customer } = await set({ ...granted, granted: false, source: null });
    expect(customer.consents).toMatchObject([{ channel: 'EMAIL', granted: false, source: null }]);
    const heard = await readEvents(api.db, api.organizationId, 0, 1_000);
    const key = decodeId('Customer', id);
    expect(heard.filter(({ customerId }) => customerId === key).map(({ kind }) => kind)).toEqual([
      'CUSTOMER_CREATED',
      'CUSTOMER_UPDATED',
      'CUSTOMER_UPDATED',
    ]);
  });

  it('says who is not there, and what is too long', async () => {
    const consent = { channel: 'EMAIL', granted: true };
    expect((await set({ ...consent, customerExternalId: 'nobody' })).userErrors).toEqual([
      { code: 'NOT_FOUND', path: ['customerExternalId'] },
    ]);
    const long = { ...consent, customerExternalId: 'nobody', source: 's'.repeat(201) };
    expect((await set(long)).userErrors).toEqual([{ code: 'LIMIT_EXCEEDED', path: ['source'] }]);
  });
});

describe('eraseCustomer', () => {
  const MARK = 'TO-BE-FORGOTTEN';
  const erase = async (input: object): Promise<Data> =>
    (await api.run(ERASE, { input })).eraseCustomer;

  async function known(): Promise<{ id: string; externalId: string; responses: string[] }> {
    const person = await newCustomer(api, {
      name: `${MARK} name`,
      email: `${MARK}@example.org`,
      phone: MARK,
      consents: { email: true, source: MARK },
    });
    await api.run(
      'mutation ($input: RecordEventInput!) { recordEvent(input: $input) { event { id } } }',
      { input: { customerId: person.id, kind: 'PURCHASE', name: MARK, externalId: MARK } },
    );
    const responses = await new Answers(api).give(person.id, [['nD', 1]]);
    await api.db.system(
      `update survey_response set params = $2::jsonb where organization_id = $1`,
      [api.organizationId, JSON.stringify({ order: MARK })],
    );
    return { ...person, responses };
  }

  it('leaves nothing of the person in any table, and the answers as nobody’s', async () => {
    const { id, externalId, responses } = await known();
    await invite(id, 'SENT');
    await invite(id, 'ANSWERED');
    expect(await tablesWith(MARK)).not.toEqual([]);
    expect(await erase({ customerId: id })).toEqual({ erasedCustomerId: id, userErrors: [] });
    expect(await customer(api, externalId, 'id')).toBeNull();
    expect(await tablesWith(MARK)).toEqual([]);
    const kept = await api.db.system(
      'select customer_id, segment from survey_response where id = any($1::uuid[])',
      [responses],
    );
    expect(kept).toEqual([{ customer_id: null, segment: 'DETRACTOR' }]);
    const states = await api.db.system<{ state: string }>(
      'select state, customer_id, next_reminder_at from invitation where organization_id = $1 order by state',
      [api.organizationId],
    );
    const gone = { customer_id: null, next_reminder_at: null };
    expect(states).toEqual([
      { state: 'ANSWERED', ...gone },
      { state: 'REVOKED', ...gone },
    ]);
  });

  it('tells the feed, and stands in the audit log', async () => {
    const { id } = await newCustomer(api);
    await erase({ customerId: id });
    const [event] = (await readEvents(api.db, api.organizationId, 0, 10_000)).slice(-1);
    expect(event).toMatchObject({
      kind: 'CUSTOMER_ERASED',
      customerId: decodeId('Customer', id),
    });
    const { auditEntries } = await api.run(
      `{ auditEntries(first: 1) { nodes { id action outcome details { name value } apiKeyId member { name } } } }`,
    );
    const [entry] = auditEntries.nodes;
    expect(entry).toMatchObject({
      action: 'customer.erase',
      outcome: 'DONE',
      details: [{ name: 'customerId', value: id }],
      apiKeyId: null,
      member: null,
    });
    const node = 'query ($id: ID!) { node(id: $id) { ... on AuditEntry { action } } }';
    expect((await api.run(node, { id: entry.id })).node).toEqual({ action: 'customer.erase' });
  });

  it('happens once: then there is nobody, and an import makes somebody new', async () => {
    const { id, externalId } = await newCustomer(api);
    const once = { customerId: id, idempotencyKey: 'erase-once' };
    const first = await erase(once);
    expect(await erase(once)).toEqual(first);
    expect(await erase({ customerId: id })).toEqual({
      erasedCustomerId: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['customerId'] }],
    });
    expect((await newCustomer(api, { externalId })).id).not.toBe(id);
  });

  async function invite(id: string, state: string): Promise<void> {
    await api.db.system(
      `insert into invitation (organization_id, id, target, customer_id, channel, occasion, locale, params,
         state, due_at, next_reminder_at, created_at)
       values ($1, gen_random_uuid(), 'REVIEW', $2, 'EMAIL', gen_random_uuid()::text, 'en', $3::jsonb,
         $4, now(), now(), now())`,
      [api.organizationId, decodeId('Customer', id), JSON.stringify({ order: MARK }), state],
    );
  }

  async function tablesWith(text: string): Promise<string[]> {
    const tables = await api.db.system<{ name: string }>(
      `select table_name as name from information_schema.columns
       where table_schema = 'public' and column_name = 'organization_id' order by 1`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const rows = await api.db.system(
        `select 1 from ${name} t where to_jsonb(t)::text like '%' || $1 || '%' limit 1`,
        [text],
      );
      if (rows.length > 0) found.push(name);
    }
    return found;
  }
});
