import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { revokeKey } from '../../src/modules/accounts/key.service.ts';
import type { Revocation } from '../../src/modules/accounts/revocations.ts';
import { onPostgres } from '../testkit/database.ts';
import type { TestDatabase } from '../testkit/database.ts';
import {
  bearer,
  closeAuthenticators,
  makeKey,
  openAccountsDatabase,
  openAuthenticator,
  refusalOf,
  until,
} from './accounts-kit.ts';

let test: TestDatabase;

beforeAll(async () => {
  test = await openAccountsDatabase();
});
afterEach(closeAuthenticators);
afterAll(() => test.close());

(onPostgres ? describe : describe.skip)('when the listening connection is lost', () => {
  it('what was revoked meanwhile is told after it is back', async () => {
    const { db, organizationId, url } = test;
    const { authenticate, watchRevocations } = await openAuthenticator(db);
    const told: Revocation[] = [];
    watchRevocations((revocation) => told.push(revocation));
    const { id, token } = await makeKey(db, organizationId);
    await authenticate(bearer(token));

    const outside = new pg.Client({ connectionString: url });
    await outside.connect();
    await outside.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query like 'listen %'`,
    );
    await outside.end();
    await db.unitOfWork(organizationId, (uow) => revokeKey(uow, id));

    await until(() => told.some(({ keyId }) => keyId === id));
    expect(await refusalOf(authenticate(bearer(token)))).toBe('UNAUTHENTICATED KEY_REVOKED');
  });
});
