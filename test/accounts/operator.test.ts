import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SCOPES } from '../../src/graphql/caller.ts';
import type { TestDatabase } from '../testkit/database.ts';
import {
  bearer,
  closeAuthenticators,
  openAccountsDatabase,
  openAuthenticator,
  refusalOf,
} from './accounts-kit.ts';

let test: TestDatabase;
const operatorToken = `ant_op_${randomBytes(20).toString('hex')}`;
const here = { remoteAddress: '127.0.0.1', organization: 'test' };

beforeAll(async () => {
  test = await openAccountsDatabase();
});
afterEach(closeAuthenticators);
afterAll(() => test.close());

describe('the operator token of the lock file', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', '::FFFF:127.0.0.1'])(
    'is ADMIN of the named organization from %s',
    async (remoteAddress) => {
      const { authenticate } = await openAuthenticator(test.db, { operatorToken });
      expect(await authenticate(bearer(operatorToken, { ...here, remoteAddress }))).toEqual({
        audience: 'MEMBER',
        organizationId: test.organizationId,
        scopes: new Set(SCOPES),
        keyId: null,
        memberId: null,
        role: 'ADMIN',
        origins: null,
        expiresAt: null,
      });
    },
  );

  it.each([
    '203.0.113.7',
    '10.0.0.1',
    '::2',
    '::ffff:10.0.0.1',
    '127.0.0.1.evil.example',
    '1127.0.0.1',
    '127.1',
    '',
    null,
  ])('is refused from %p', async (remoteAddress) => {
    const { authenticate } = await openAuthenticator(test.db, { operatorToken });
    const credentials = bearer(operatorToken, { ...here, remoteAddress });
    expect(await refusalOf(authenticate(credentials))).toBe(
      'UNAUTHENTICATED OPERATOR_TOKEN_REFUSED',
    );
  });

  it('is refused where it is wrong, or where the server has none', async () => {
    const { authenticate } = await openAuthenticator(test.db, { operatorToken });
    for (const wrong of ['ant_op_', operatorToken.slice(0, -1), `${operatorToken}0`]) {
      expect(await refusalOf(authenticate(bearer(wrong, here)))).toBe(
        'UNAUTHENTICATED OPERATOR_TOKEN_REFUSED',
      );
    }
    const without = await openAuthenticator(test.db);
    for (const any of ['ant_op_', operatorToken, 'ant_op_undefined']) {
      expect(await refusalOf(without.authenticate(bearer(any, here)))).toBe(
        'UNAUTHENTICATED OPERATOR_TOKEN_REFUSED',
      );
    }
  });

  it('needs an organization that exists', async () => {
    const { authenticate } = await openAuthenticator(test.db, { operatorToken });
    for (const organization of [null, '', 'no-such', 'TEST']) {
      expect(await refusalOf(authenticate(bearer(operatorToken, { ...here, organization })))).toBe(
        'UNAUTHENTICATED ORGANIZATION_REQUIRED',
      );
    }
  });
});
