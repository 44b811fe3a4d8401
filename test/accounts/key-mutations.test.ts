import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/db/database.ts';
import { encodeId } from '../../src/graphql/ids.ts';
import { createOrganization } from '../testkit/database.ts';
import { openAccountsGraph } from './accounts-graph.ts';
import type { AccountsGraph } from './accounts-graph.ts';
import {
  bearer,
  closeAuthenticators,
  makeKey,
  openAuthenticator,
  refusalOf,
} from './accounts-kit.ts';

let graph: AccountsGraph;
let db: Database;
let organizationId: string;

beforeAll(async () => {
  graph = await openAccountsGraph();
  ({ db, organizationId } = graph);
});
afterEach(closeAuthenticators);
afterAll(() => graph.close());

const CREATE = /* GraphQL */ `
  mutation ($input: CreateApiKeyInput!) {
    createApiKey(input: $input) {
      token
      apiKey {
        id
        kind
        name
        prefix
        scopes
        origins
        state
        expiresAt
        member {
          email
        }
      }
      userErrors {
        __typename
        code
        path
        message
        ... on InvalidValueError {
          allowed
        }
      }
    }
  }
`;
const REVOKE = /* GraphQL */ `
  mutation ($input: RevokeApiKeyInput!) {
    revokeApiKey(input: $input) {
      apiKey {
        id
        state
      }
      userErrors {
        code
        path
      }
    }
  }
`;

describe('createApiKey', () => {
  it('gives a token that works, and the key as it is', async () => {
    const input = {
      kind: 'PUBLISHABLE',
      name: 'Shop',
      origins: ['https://shop.example'],
      expiresAt: '2999-01-01T00:00:00Z',
    };
    const { createApiKey } = await graph.ask(graph.admin, CREATE, { input });
    expect(createApiKey.userErrors).toEqual([]);
    expect(createApiKey.apiKey).toMatchObject({
      id: expect.stringMatching(/^key_/),
      kind: 'PUBLISHABLE',
      name: 'Shop',
      scopes: [],
      origins: ['https://shop.example'],
      state: 'ACTIVE',
      expiresAt: new Date('2999-01-01T00:00:00Z'),
      member: null,
    });
    expect(createApiKey.token.startsWith(createApiKey.apiKey.prefix)).toBe(true);
    const { viewer } = await graph.ask(createApiKey.token, '{ viewer { audience } }');
    expect(viewer.audience).toBe('STOREFRONT');
  });

  it('says what is wrong, with the values that fit', async () => {
    const input = { kind: 'SECRET', name: 'X', scopes: ['everything'], memberId: 'key_1' };
    expect(await graph.ask(graph.admin, CREATE, { input })).toMatchObject({
      createApiKey: {
        token: null,
        apiKey: null,
        userErrors: [{ code: 'INVALID_ID', path: ['memberId'] }],
      },
    });
    const { memberId: _, ...rest } = input;
    expect(await graph.ask(graph.admin, CREATE, { input: rest })).toMatchObject({
      createApiKey: {
        token: null,
        apiKey: null,
        userErrors: [
          { __typename: 'InvalidValueError', code: 'INVALID_VALUE', path: ['scopes', '0'] },
        ],
      },
    });
  });

  it('does not let a key grow beyond itself', async () => {
    const limited = (await makeKey(db, organizationId, { scopes: ['keys:manage', 'reviews:read'] }))
      .token;
    const input = { kind: 'SECRET', name: 'X', scopes: ['keys:manage', 'reviews:write'] };
    expect(await graph.ask(limited, CREATE, { input })).toMatchObject({
      createApiKey: { token: null, userErrors: [{ code: 'PERMISSION_DENIED', path: ['scopes'] }] },
    });
  });

  it('with an idempotency key makes one key, and shows its token once', async () => {
    const input = { kind: 'SECRET', name: 'Once', scopes: ['reviews:read'], idempotencyKey: 'k1' };
    const first = await graph.ask(graph.admin, CREATE, { input });
    const again = await graph.ask(graph.admin, CREATE, { input });
    expect(first.createApiKey.token).toMatch(/^ant_sec_/);
    expect(again.createApiKey).toEqual({ ...first.createApiKey, token: null });
    const other = { ...input, name: 'Other' };
    expect(await graph.ask(graph.admin, CREATE, { input: other })).toMatchObject({
      createApiKey: { token: null, apiKey: null, userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }] },
    });
  });
});

describe('revokeApiKey', () => {
  it('ends a key, and again changes nothing', async () => {
    const { id } = await makeKey(db, organizationId);
    const input = { id: encodeId('ApiKey', id) };
    for (let i = 0; i < 2; i++) {
      expect(await graph.ask(graph.admin, REVOKE, { input })).toEqual({
        revokeApiKey: { apiKey: { id: input.id, state: 'REVOKED' }, userErrors: [] },
      });
    }
  });

  it('may end the key that asks', async () => {
    const own = await makeKey(db, organizationId, { scopes: ['keys:manage'] });
    await graph.ask(own.token, REVOKE, { input: { id: encodeId('ApiKey', own.id) } });
    const { authenticate } = await openAuthenticator(db);
    expect(await refusalOf(authenticate(bearer(own.token)))).toBe('UNAUTHENTICATED KEY_REVOKED');
  });

  it('does not reach a key of another organization', async () => {
    const other = await createOrganization(db, { slug: 'other' });
    const { id, token: theirs } = await makeKey(db, other);
    const input = { id: encodeId('ApiKey', id) };
    expect(await graph.ask(graph.admin, REVOKE, { input })).toEqual({
      revokeApiKey: { apiKey: null, userErrors: [{ code: 'NOT_FOUND', path: ['id'] }] },
    });
    const wrongType = { id: encodeId('Member', id) };
    expect(await graph.ask(graph.admin, REVOKE, { input: wrongType })).toEqual({
      revokeApiKey: { apiKey: null, userErrors: [{ code: 'INVALID_ID', path: ['id'] }] },
    });
    const { authenticate } = await openAuthenticator(db);
    expect(await refusalOf(authenticate(bearer(theirs)))).toBeNull();
  });
});
