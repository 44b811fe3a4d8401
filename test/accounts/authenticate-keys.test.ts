import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/db/database.ts';
import { generateKeyToken } from '../../src/modules/accounts/key-token.ts';
import { revokeKey } from '../../src/modules/accounts/key.service.ts';
import { updateMember } from '../../src/modules/accounts/member.service.ts';
import { revokes } from '../../src/modules/accounts/revocations.ts';
import type { Revocation } from '../../src/modules/accounts/revocations.ts';
import { createOrganization } from '../testkit/database.ts';
import type { TestDatabase } from '../testkit/database.ts';
import {
  bearer,
  closeAuthenticators,
  makeKey,
  makeMember,
  openAccountsDatabase,
  openAuthenticator,
  pause,
  refusalOf,
  statementsOf,
  undone,
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

const revoke = (keyId: string) => db.unitOfWork(organizationId, (uow) => revokeKey(uow, keyId));

describe('an API key', () => {
  it('lets a shop in as STOREFRONT, without scopes', async () => {
    const { id, token } = await makeKey(db, organizationId, {
      kind: 'PUBLISHABLE',
      origins: ['https://shop.example'],
    });
    const { authenticate } = await openAuthenticator(db);
    expect(await authenticate(bearer(token))).toEqual({
      audience: 'STOREFRONT',
      organizationId,
      scopes: new Set(),
      keyId: id,
      memberId: null,
      role: null,
      origins: ['https://shop.example'],
      expiresAt: null,
    });
  });

  it('lets an integration in with its scopes and its end', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000);
    const scopes = ['reviews:write', 'feed:read'];
    const { id, token } = await makeKey(db, organizationId, { scopes, expiresAt });
    const { authenticate } = await openAuthenticator(db);
    expect(await authenticate(bearer(token))).toEqual({
      audience: 'INTEGRATOR',
      organizationId,
      scopes: new Set(scopes),
      keyId: id,
      memberId: null,
      role: null,
      origins: null,
      expiresAt,
    });
  });

  it('that acts for a member may do what both may, and follows the role at once', async () => {
    const memberId = await makeMember(db, organizationId, { role: 'APPROVER' });
    const scopes = ['reviews:read', 'responses:publish', 'keys:manage'];
    const { token } = await makeKey(db, organizationId, { scopes, memberId });
    const { authenticate } = await openAuthenticator(db);
    expect(await authenticate(bearer(token))).toMatchObject({
      audience: 'MEMBER',
      memberId,
      role: 'APPROVER',
      scopes: new Set(['reviews:read', 'responses:publish']),
    });
    await db.unitOfWork(organizationId, (uow) =>
      updateMember(uow, { id: memberId, role: 'VIEWER' }, 'OPERATOR'),
    );
    await until(async () => (await authenticate(bearer(token))).role === 'VIEWER');
    expect((await authenticate(bearer(token))).scopes).toEqual(new Set(['reviews:read']));
  });

  it('belongs to its own organization, and says so where another one is named', async () => {
    const other = await createOrganization(db, { slug: 'other' });
    const { token } = await makeKey(db, other);
    const { authenticate } = await openAuthenticator(db);
    expect((await authenticate(bearer(token, { organization: 'other' }))).organizationId).toBe(
      other,
    );
    for (const organization of ['test', 'no-such', '']) {
      expect(await refusalOf(authenticate(bearer(token, { organization })))).toBe(
        'FORBIDDEN ORGANIZATION_NOT_ALLOWED',
      );
    }
  });

  it('with origins is taken from those and from servers, and from no other page', async () => {
    const origins = ['https://shop.example', 'http://localhost:3000'];
    const { token } = await makeKey(db, organizationId, { kind: 'PUBLISHABLE', origins });
    const { authenticate } = await openAuthenticator(db);
    for (const origin of [...origins, null]) {
      expect(await refusalOf(authenticate(bearer(token, { origin })))).toBeNull();
    }
    for (const origin of ['https://evil.example', 'https://shop.example.evil', 'null', '']) {
      expect(await refusalOf(authenticate(bearer(token, { origin })))).toBe(
        'FORBIDDEN ORIGIN_NOT_ALLOWED',
      );
    }
  });

  it('ends at its time, also while it is remembered', async () => {
    const expiresAt = new Date(Date.now() + 1_500);
    const { token } = await makeKey(db, organizationId, { expiresAt });
    const { authenticate } = await openAuthenticator(db);
    expect(await refusalOf(authenticate(bearer(token)))).toBeNull();
    await pause(expiresAt.getTime() - Date.now() + 5);
    expect(await refusalOf(authenticate(bearer(token)))).toBe('UNAUTHENTICATED KEY_EXPIRED');
  });
});

describe('what is no API key', () => {
  it('is refused with what to do about it', async () => {
    const { authenticate } = await openAuthenticator(db);
    const { token } = await makeKey(db, organizationId);
    const attempts: [string | null, string][] = [
      [null, 'CREDENTIALS_MISSING'],
      ['', 'CREDENTIALS_MISSING'],
      ['  ', 'CREDENTIALS_MISSING'],
      ['Bearer', 'CREDENTIALS_MALFORMED'],
      [token, 'CREDENTIALS_MALFORMED'],
      [`Basic ${token}`, 'CREDENTIALS_MALFORMED'],
      [`Bearer ${token} ${token}`, 'CREDENTIALS_MALFORMED'],
      [`Bearer ${token},Bearer ${token}`, 'CREDENTIALS_MALFORMED'],
      ['Bearer ant_', 'KEY_MISTYPED'],
      ['Bearer ant_key_0123', 'KEY_MISTYPED'],
      [`Bearer ${token.slice(0, -1)}`, 'KEY_MISTYPED'],
      [`Bearer ${generateKeyToken('SECRET')}`, 'KEY_UNKNOWN'],
      [`Bearer ${generateKeyToken('PUBLISHABLE')}`, 'KEY_UNKNOWN'],
      ['Bearer a.b.c', 'TOKENS_NOT_ACCEPTED'],
    ];
    for (const [authorization, reason] of attempts) {
      const credentials = { ...bearer(''), authorization };
      expect([authorization, await refusalOf(authenticate(credentials))]).toEqual([
        authorization,
        `UNAUTHENTICATED ${reason}`,
      ]);
    }
    expect(
      await refusalOf(authenticate({ ...bearer(''), authorization: `bearer  ${token}` })),
    ).toBe(null);
  });

  it('is never asked of the database where its checksum is broken', async () => {
    const { authenticate } = await openAuthenticator(db);
    const { token } = await makeKey(db, organizationId);
    const digits = '0123456789abcdefghjkmnpqrstvwxyz';
    const random = (below: number) => Math.floor(Math.random() * below);
    const sent = await statementsOf(db, async () => {
      for (let i = 0; i < 2_000; i++) {
        const at = 8 + random(token.length - 8);
        const broken = token.slice(0, at) + digits[random(32)] + token.slice(at + 1);
        if (broken === token) continue;
        expect(await refusalOf(authenticate(bearer(broken)))).toBe('UNAUTHENTICATED KEY_MISTYPED');
      }
    });
    expect(sent).toBe(0);
    expect(await statementsOf(db, () => authenticate(bearer(token)))).toBe(1);
  });

  it('costs one statement, whoever repeats it and however often', async () => {
    const { authenticate } = await openAuthenticator(db);
    const invented = generateKeyToken('SECRET');
    const sent = await statementsOf(db, async () => {
      await Promise.all(
        Array.from({ length: 50 }, () => refusalOf(authenticate(bearer(invented)))),
      );
      await refusalOf(authenticate(bearer(invented)));
    });
    expect(sent).toBe(1);
  });

  it('is told the same whichever it is, and nothing of it is repeated', async () => {
    const { authenticate } = await openAuthenticator(db);
    const tokens = [generateKeyToken('SECRET'), generateKeyToken('SECRET')];
    const [first, second] = await Promise.all(
      tokens.map((token) =>
        authenticate(bearer(token)).then(String, (error: Error) => error.message),
      ),
    );
    expect(first).toBe(second);
    expect(first).not.toContain(tokens[0]?.slice(8, 20));
  });
});

describe('a revoked key', () => {
  it('is refused at once by every process, and its sockets are told to close', async () => {
    const { id, token } = await makeKey(db, organizationId);
    const { token: staying } = await makeKey(db, organizationId);
    const first = await openAuthenticator(db);
    const second = await openAuthenticator(db);
    const told: Revocation[][] = [[], []];
    first.watchRevocations(() => {
      throw new Error('a broken watcher');
    });
    first.watchRevocations((revocation) => told[0]?.push(revocation));
    second.watchRevocations((revocation) => told[1]?.push(revocation));
    const caller = await first.authenticate(bearer(token));
    const other = await first.authenticate(bearer(staying));
    await second.authenticate(bearer(token));

    await revoke(id);
    await until(() => told.every((each) => each.length === 1));
    for (const { authenticate } of [first, second]) {
      expect(await refusalOf(authenticate(bearer(token)))).toBe('UNAUTHENTICATED KEY_REVOKED');
    }
    expect(told).toEqual([[{ keyId: id, memberId: null }], [{ keyId: id, memberId: null }]]);
    const [revocation] = told[0] as [Revocation];
    expect(revokes(revocation, caller)).toBe(true);
    expect(revokes(revocation, other)).toBe(false);
    expect(await statementsOf(db, () => first.authenticate(bearer(staying)))).toBe(0);
  });

  it('whose revocation is rolled back goes on', async () => {
    const { id, token } = await makeKey(db, organizationId);
    const { authenticate, watchRevocations } = await openAuthenticator(db);
    const told: Revocation[] = [];
    watchRevocations((revocation) => told.push(revocation));
    await undone(db, organizationId, (uow) => revokeKey(uow, id));
    await pause(100);
    expect(told).toEqual([]);
    expect(await refusalOf(authenticate(bearer(token)))).toBeNull();
  });

  it('is found in the table where its notification was lost', async () => {
    const { id, token } = await makeKey(db, organizationId);
    const { authenticate, watchRevocations } = await openAuthenticator(db, {
      revocationPollMs: 50,
    });
    const told: Revocation[] = [];
    watchRevocations((revocation) => told.push(revocation));
    await authenticate(bearer(token));
    await db.system('update api_key set revoked_at = clock_timestamp() where id = $1', [id]);
    await until(() => told.some(({ keyId }) => keyId === id));
    expect(await refusalOf(authenticate(bearer(token)))).toBe('UNAUTHENTICATED KEY_REVOKED');
    const before = told.length;
    await pause(200);
    expect(told.length).toBe(before);
  });

  it('is not told any more to who has stopped watching', async () => {
    const { id } = await makeKey(db, organizationId);
    const { watchRevocations } = await openAuthenticator(db);
    let stopped = 0;
    let going = 0;
    watchRevocations(() => void stopped++)();
    watchRevocations(() => void going++);
    await revoke(id);
    await until(() => going === 1);
    expect(stopped).toBe(0);
  });

  it('revoked while it is being looked up does not stay remembered as good', async () => {
    const { authenticate, watchRevocations } = await openAuthenticator(db);
    let told = 0;
    watchRevocations(() => void told++);
    for (let i = 0; i < 20; i++) {
      const { id, token } = await makeKey(db, organizationId);
      const before = told;
      await Promise.all([refusalOf(authenticate(bearer(token))), revoke(id)]);
      await until(() => told > before);
      expect(await refusalOf(authenticate(bearer(token)))).toBe('UNAUTHENTICATED KEY_REVOKED');
    }
  });
});
