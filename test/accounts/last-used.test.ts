import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/db/database.ts';
import { LastUsedTimes } from '../../src/modules/accounts/last-used.ts';
import { createOrganization, onPostgres } from '../testkit/database.ts';
import type { TestDatabase } from '../testkit/database.ts';
import {
  bearer,
  closeAuthenticators,
  makeKey,
  openAccountsDatabase,
  openAuthenticator,
  recordingLogger,
  refusalOf,
  silent,
  statementsOf,
  until,
} from './accounts-kit.ts';

let test: TestDatabase;
let db: Database;
let organizationId: string;

beforeAll(async () => {
  test = await openAccountsDatabase();
  ({ db, organizationId } = test);
});
afterEach(closeAuthenticators);
afterAll(() => test.close());

const gather = () => new LastUsedTimes({ db, logger: silent, flushIntervalMs: 3_600_000 });

async function lastUsed(keyId: string): Promise<Date | null> {
  const [row] = await db.system<{ at: Date | null }>(
    'select last_used_at as at from api_key where id = $1',
    [keyId],
  );
  return row?.at ?? null;
}

const age = (keyId: string, by: string) =>
  db.system('update api_key set last_used_at = last_used_at - $2::interval where id = $1', [
    keyId,
    by,
  ]);

describe('the time a key was last used', () => {
  it('is written after the request, by itself, and the rest at the end', async () => {
    const [first, second] = [await makeKey(db, organizationId), await makeKey(db, organizationId)];
    const quick = await openAuthenticator(db, { lastUsedFlushMs: 30 });
    const started = Date.now();
    await quick.authenticate(bearer(first.token));
    await until(async () => (await lastUsed(first.id)) !== null);
    expect((await lastUsed(first.id))?.getTime()).toBeGreaterThanOrEqual(started);

    const slow = await openAuthenticator(db);
    await slow.authenticate(bearer(second.token));
    expect(await lastUsed(second.id)).toBeNull();
    await slow.close();
    expect(await lastUsed(second.id)).not.toBeNull();
  });

  it('is not that of a refused request', async () => {
    const { id, token } = await makeKey(db, organizationId, {
      kind: 'PUBLISHABLE',
      origins: ['https://shop.example'],
    });
    const authenticator = await openAuthenticator(db);
    const elsewhere = bearer(token, { origin: 'https://evil.example' });
    expect(await refusalOf(authenticator.authenticate(elsewhere))).not.toBeNull();
    await authenticator.close();
    expect(await lastUsed(id)).toBeNull();
  });

  it('costs a request no statement, and a thousand requests one', async () => {
    const { token } = await makeKey(db, organizationId);
    const authenticator = await openAuthenticator(db);
    await authenticator.authenticate(bearer(token));
    const requests = async () => {
      for (let i = 0; i < 1_000; i++) await authenticator.authenticate(bearer(token));
    };
    expect(await statementsOf(db, requests)).toBe(0);
    expect(await statementsOf(db, () => authenticator.close())).toBe(1);
  });

  it('of many keys of many organizations is one statement', async () => {
    const other = await createOrganization(db, { slug: 'other' });
    const times = gather();
    const keys: string[] = [];
    for (const tenant of [organizationId, other, organizationId]) {
      const { id } = await makeKey(db, tenant);
      times.touch(tenant, id);
      keys.push(id);
    }
    expect(await statementsOf(db, () => times.close())).toBe(1);
    for (const id of keys) expect(await lastUsed(id)).not.toBeNull();
  });

  it('is written at most once a minute, by one process and by several', async () => {
    const { id } = await makeKey(db, organizationId);
    const [here, there] = [gather(), gather()];
    here.touch(organizationId, id);
    await here.flush();
    const written = await lastUsed(id);
    here.touch(organizationId, id);
    expect(await statementsOf(db, () => here.flush())).toBe(0);
    there.touch(organizationId, id);
    await there.flush();
    expect(await lastUsed(id)).toEqual(written);

    await age(id, '59 seconds');
    const later = gather();
    later.touch(organizationId, id);
    await later.close();
    expect((await lastUsed(id))?.getTime()).toBe((written?.getTime() ?? 0) - 59_000);
    await age(id, '2 seconds');
    const latest = gather();
    latest.touch(organizationId, id);
    await latest.close();
    expect((await lastUsed(id))?.getTime()).toBeGreaterThanOrEqual(written?.getTime() ?? Infinity);
    await Promise.all([here.close(), there.close()]);
  });

  it('survives a failure: it is logged, and tried again', async () => {
    const { id } = await makeKey(db, organizationId);
    const { logger, text } = recordingLogger();
    let fails = true;
    const flaky: Database = Object.create(db, {
      system: {
        value: (sql: string, values: unknown[]) =>
          fails ? Promise.reject(new Error('connection lost')) : db.system(sql, values),
      },
    });
    const times = new LastUsedTimes({ db: flaky, logger, flushIntervalMs: 3_600_000 });
    times.touch(organizationId, id);
    await times.flush();
    expect(text()).toContain('connection lost');
    expect(await lastUsed(id)).toBeNull();
    fails = false;
    await times.close();
    expect(await lastUsed(id)).not.toBeNull();
  });

  it('is written by many processes at once without a deadlock or a loss', async () => {
    const tenant = await createOrganization(db, { slug: 'busy' });
    // So many that PostgreSQL goes from the uses to the keys, in their order, not through all keys.
    const rows = await db.system<{ id: string }>(
      `insert into api_key (organization_id, id, kind, name, prefix, hash, scopes, created_at)
       select $1, gen_random_uuid(), 'SECRET', 'busy', 'ant_sec_0000', sha256(n::text::bytea), '{}', now()
         from generate_series(1, $2::int) n returning id`,
      [tenant, onPostgres ? 20_000 : 500],
    );
    await db.system('analyze api_key');
    const keys = rows.slice(0, 500).map(({ id }) => id);
    const { logger, text } = recordingLogger();
    const processes = Array.from(
      { length: 8 },
      () => new LastUsedTimes({ db, logger, flushIntervalMs: 3_600_000 }),
    );
    for (const [index, times] of processes.entries()) {
      const order = index % 2 === 0 ? keys : keys.toReversed();
      for (const id of order) times.touch(tenant, id);
    }
    await Promise.all(processes.map((times) => times.close()));
    expect(text()).toBe('');
    const [written] = await db.system<{ count: number }>(
      'select count(*)::int as count from api_key where organization_id = $1 and last_used_at is not null',
      [tenant],
    );
    expect(written?.count).toBe(keys.length);
  });
});
