import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createContext } from '../../src/graphql/context.ts';
import { createApiKey } from '../../src/modules/accounts/key.mutations.ts';
import { ensureDemoKeys } from '../../src/modules/accounts/demo-keys.ts';
import { generateKeyToken } from '../../src/modules/accounts/key-token.ts';
import { openTestDatabase } from '../testkit/database.ts';
import type { TestDatabase } from '../testkit/database.ts';
import { entities } from '../../src/modules/entities.ts';
import {
  bearer,
  closeAuthenticators,
  openAuthenticator,
  recordingLogger,
  refusalOf,
} from './accounts-kit.ts';
import { AUDIENCE, IdentityServer, makeSigningKey, signToken } from './identity-server.ts';

const recorded = recordingLogger();
let test: TestDatabase;
let server: IdentityServer;

beforeAll(async () => {
  test = await openTestDatabase({ entities, logger: recorded.logger });
  server = await new IdentityServer().start();
});
afterAll(async () => {
  await server.stop();
  await test.close();
});

/** Every row of every table as text; bytes are in hex. */
async function dump(): Promise<string> {
  const { db } = test;
  const tables = await db.system<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name
       from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const texts = await Promise.all(
    tables.map(({ name }) =>
      db.system<{ text: string | null }>(
        `select string_agg(t::text, chr(10)) as text from ${name} t`,
      ),
    ),
  );
  return texts.map(([row]) => row?.text ?? '').join('\n');
}

describe('a token', () => {
  it('is in no row and in no log, whatever became of it', async () => {
    const { db, organizationId } = test;
    const operatorToken = `ant_op_${randomBytes(20).toString('hex')}`;
    const signingKey = await makeSigningKey('ec-1', 'ES256');
    server.published = [signingKey];
    const jwt = await signToken(signingKey, { email: 'a@example.org', email_verified: true });
    const { authenticate, close } = await openAuthenticator(db, {
      logger: recorded.logger,
      operatorToken,
      oidc: { issuer: server.issuer, audience: AUDIENCE, jwksUrl: server.jwksUrl },
    });

    const demo = await ensureDemoKeys(db, organizationId, null);
    const caller = await authenticate(bearer(demo.admin));
    const created = await createApiKey(createContext({ requestId: 'r', caller, db }), {
      kind: 'SECRET',
      name: 'made by mutation',
      scopes: ['reviews:read'],
      idempotencyKey: 'once',
    });
    const unknown = generateKeyToken('SECRET');
    const mistyped = `${unknown.slice(0, -1)}!`;
    const tokens = [demo.storefront, demo.integrator, demo.admin, created.token ?? ''];
    const all = [...tokens, unknown, mistyped, operatorToken, jwt];
    for (const token of all) {
      await refusalOf(authenticate(bearer(token, { organization: 'test' })));
      await refusalOf(authenticate(bearer(token, { organization: 'elsewhere' })));
    }
    server.behaviour = 'fail';
    const foreign = await signToken(await makeSigningKey('ec-2', 'ES256'));
    await refusalOf(authenticate(bearer(foreign)));
    await close();
    await closeAuthenticators();

    const rows = await dump();
    const prefix = demo.admin.slice(0, 12);
    // The dump has what it must have, so it would have the rest too.
    expect(rows).toContain(prefix);
    expect(rows).toContain('made by mutation');
    expect(rows).toContain('once');
    for (const token of [...all, foreign]) {
      const secret = token.startsWith('ant_') ? token.slice(12) : (token.split('.')[2] ?? '');
      expect(secret.length).toBeGreaterThan(20);
      for (const form of [secret, Buffer.from(secret).toString('hex')]) {
        expect(rows).not.toContain(form);
        expect(recorded.text()).not.toContain(form);
      }
    }
  });
});
