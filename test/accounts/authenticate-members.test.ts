import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JWTPayload } from 'jose';
import type { Database } from '../../src/db/database.ts';
import type { AuthenticatorOptions } from '../../src/modules/accounts/authenticate.ts';
import type { AuthenticationError } from '../../src/modules/accounts/authentication-error.ts';
import { updateMember } from '../../src/modules/accounts/member.service.ts';
import type { MemberChange } from '../../src/modules/accounts/member.service.ts';
import { revokes } from '../../src/modules/accounts/revocations.ts';
import { scopesOfRole } from '../../src/modules/accounts/roles.ts';
import { createOrganization } from '../testkit/database.ts';
import type { TestDatabase } from '../testkit/database.ts';
import {
  bearer,
  closeAuthenticators,
  makeMember,
  openAccountsDatabase,
  openAuthenticator,
  refusalOf,
  statementsOf,
  until,
} from './accounts-kit.ts';
import { AUDIENCE, IdentityServer, makeSigningKey, signToken } from './identity-server.ts';
import type { SigningKey } from './identity-server.ts';

let test: TestDatabase;
let db: Database;
let south: string, north: string;
let server: IdentityServer;
let key: SigningKey;
let subjects = 0;
let subject: string;

beforeAll(async () => {
  test = await openAccountsDatabase();
  ({ db, organizationId: south } = test);
  north = await createOrganization(db, { slug: 'north' });
  key = await makeSigningKey('ec-1', 'ES256');
  server = await new IdentityServer().start();
  server.published = [key];
});
beforeEach(() => {
  subject = `subject-${++subjects}`;
});
afterEach(closeAuthenticators);
afterAll(async () => {
  await server.stop();
  await test.close();
});

const openWithOidc = (options: Partial<AuthenticatorOptions> = {}) =>
  openAuthenticator(db, {
    oidc: { issuer: server.issuer, audience: AUDIENCE, jwksUrl: server.jwksUrl },
    ...options,
  });
const token = (claims: JWTPayload = {}) => signToken(key, { sub: subject, ...claims });
const account = () => ({ issuer: server.issuer, subject });
const verified = (email: string) => ({ email, email_verified: true });
const change = (memberId: string, to: Omit<MemberChange, 'id'>) =>
  db.unitOfWork(south, (uow) => updateMember(uow, { id: memberId, ...to }, 'OPERATOR'));

describe('a member with a token of the identity provider', () => {
  it('is let in with the scopes of the role, until the token ends', async () => {
    const memberId = await makeMember(db, south, { ...account(), role: 'RESPONDER' });
    const { authenticate } = await openWithOidc();
    const exp = Math.floor(Date.now() / 1000) + 120;
    expect(await authenticate(bearer(await token({ exp })))).toEqual({
      audience: 'MEMBER',
      organizationId: south,
      scopes: scopesOfRole('RESPONDER'),
      keyId: null,
      memberId,
      role: 'RESPONDER',
      origins: null,
      expiresAt: new Date(exp * 1000),
    });
  });

  it('costs one statement, however many tokens the member brings', async () => {
    await makeMember(db, south, account());
    const { authenticate } = await openWithOidc();
    const sent = await statementsOf(db, async () => {
      for (let i = 0; i < 5; i++)
        await authenticate(bearer(await token({ iat: 1_700_000_000 + i })));
    });
    expect(sent).toBe(1);
  });

  it('is a member of nothing where issuer or subject is another one', async () => {
    await makeMember(db, south, account());
    await makeMember(db, south, { issuer: 'https://elsewhere.example', subject: 'subject-x' });
    const { authenticate } = await openWithOidc();
    for (const sub of ['subject-x', `${subject} `, subject.toUpperCase(), 'nobody']) {
      expect(await refusalOf(authenticate(bearer(await token({ sub }))))).toBe(
        'FORBIDDEN NOT_A_MEMBER',
      );
    }
  });

  it('is refused for a bad token, whoever it names', async () => {
    await makeMember(db, south, account());
    const { authenticate } = await openWithOidc();
    const sent = await statementsOf(db, async () => {
      const expired = await token({ exp: 1_700_000_000 });
      expect(await refusalOf(authenticate(bearer(expired)))).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
      const [head, body] = (await token()).split('.');
      expect(await refusalOf(authenticate(bearer(`${head}.${body}.AAAA`)))).toBe(
        'UNAUTHENTICATED TOKEN_SIGNATURE',
      );
    });
    expect(sent).toBe(0);
  });
});

describe('a member of several organizations', () => {
  it('names one by the header or by the claim, and is told which there are', async () => {
    await makeMember(db, south, { ...account(), role: 'VIEWER' });
    await makeMember(db, north, { ...account(), role: 'ADMIN' });
    const { authenticate } = await openWithOidc();
    const unnamed = await authenticate(bearer(await token())).catch((error: unknown) => error);
    expect((unnamed as AuthenticationError).reason).toBe('ORGANIZATION_REQUIRED');
    expect((unnamed as AuthenticationError).message).toMatch(/: north, test\.$/);
    const byHeader = await authenticate(bearer(await token(), { organization: 'north' }));
    expect(byHeader).toMatchObject({ organizationId: north, role: 'ADMIN' });
    const byClaim = await authenticate(bearer(await token({ antiphon_organization: 'test' })));
    expect(byClaim).toMatchObject({ organizationId: south, role: 'VIEWER' });
  });

  it('cannot take a token that is bound to one organization to another', async () => {
    await makeMember(db, south, account());
    await makeMember(db, north, { ...account(), role: 'ADMIN' });
    const { authenticate } = await openWithOidc();
    const bound = await token({ antiphon_organization: 'test' });
    expect(await refusalOf(authenticate(bearer(bound, { organization: 'north' })))).toBe(
      'FORBIDDEN ORGANIZATION_NOT_ALLOWED',
    );
  });

  it('is not told whether an organization exists where they are no member', async () => {
    await makeMember(db, south, account());
    const { authenticate } = await openWithOidc();
    const attempts = ['north', 'no-such'].map(async (organization) =>
      authenticate(bearer(await token(), { organization })).catch((error: Error) => error.message),
    );
    const [real, invented] = await Promise.all(attempts);
    expect(real).toBe(invented);
    expect(real).toMatch(/not a member/);
  });
});

describe('a change of a member', () => {
  it('takes effect at once in every process, and sockets are told', async () => {
    const memberId = await makeMember(db, south, { ...account(), role: 'MANAGER' });
    const authenticators = [await openWithOidc(), await openWithOidc()];
    const bearing = bearer(await token());
    const callers = await Promise.all(authenticators.map((each) => each.authenticate(bearing)));
    let told = 0;
    for (const { watchRevocations } of authenticators) {
      watchRevocations((revocation) => {
        if (callers.every((caller) => revokes(revocation, caller))) told++;
      });
    }
    await change(memberId, { role: 'VIEWER' });
    await until(() => told === 2);
    for (const { authenticate } of authenticators) {
      expect((await authenticate(bearing)).role).toBe('VIEWER');
    }
    await change(memberId, { issuer: null, subject: null });
    await until(() => told === 4);
    for (const { authenticate } of authenticators) {
      expect(await refusalOf(authenticate(bearing))).toBe('FORBIDDEN NOT_A_MEMBER');
    }
  });

  it('of the name alone closes nothing', async () => {
    const memberId = await makeMember(db, south, account());
    const { watchRevocations } = await openWithOidc();
    const told: (string | null)[] = [];
    watchRevocations((revocation) => told.push(revocation.memberId));
    await change(memberId, { name: 'Grace' });
    const other = await makeMember(db, south);
    await until(() => told.length > 0);
    expect(told).toEqual([other]);
  });
});

describe('an invitation', () => {
  it('is accepted by signing in with the verified address, whatever its case, for good', async () => {
    const email = `${subject}@example.org`;
    const { authenticate } = await openWithOidc();
    const bearing = bearer(await token(verified(email.toUpperCase())));
    expect(await refusalOf(authenticate(bearing))).toBe('FORBIDDEN NOT_A_MEMBER');
    const memberId = await makeMember(db, south, { email, role: 'ANALYST' });
    await until(async () => (await refusalOf(authenticate(bearing))) === null);
    expect(await authenticate(bearing)).toMatchObject({ memberId, role: 'ANALYST' });
    const later = bearer(await token({ email: 'moved@example.org', email_verified: true }));
    expect(await authenticate(later)).toMatchObject({ memberId });
  });

  it('is not accepted with an address that the provider has not verified', async () => {
    const email = `${subject}@example.org`;
    await makeMember(db, south, { email });
    const { authenticate } = await openWithOidc();
    for (const claims of [{ email }, { email, email_verified: false }]) {
      expect(await refusalOf(authenticate(bearer(await token(claims))))).toBe(
        'FORBIDDEN NOT_A_MEMBER',
      );
    }
  });

  it('that somebody has accepted is not open to another account with the address', async () => {
    const email = `${subject}@example.org`;
    await makeMember(db, south, { email });
    const { authenticate } = await openWithOidc();
    await authenticate(bearer(await token(verified(email))));
    const other = await token({ ...verified(email), sub: 'another-account' });
    expect(await refusalOf(authenticate(bearer(other)))).toBe('FORBIDDEN NOT_A_MEMBER');
  });

  it('is accepted by one of two accounts that come with the address at the same time', async () => {
    for (let round = 0; round < 5; round++) {
      const email = `${subject}-${round}@example.org`;
      const memberId = await makeMember(db, south, { email });
      const admitted = await Promise.all(
        ['left', 'right'].map(async (side) => {
          const sub = `${subject}-${round}-${side}`;
          const { authenticate } = await openWithOidc();
          const bearing = bearer(await token({ ...verified(email), sub }));
          return (await refusalOf(authenticate(bearing))) === null ? [sub] : [];
        }),
      );
      const bound = await db.system('select subject from member where id = $1', [memberId]);
      expect(admitted.flat()).toHaveLength(1);
      expect(bound).toEqual([{ subject: admitted.flat()[0] }]);
    }
  });

  it('costs those without one a single statement more', async () => {
    const email = `${subject}@example.org`;
    await makeMember(db, south, { email, ...account() });
    const { authenticate } = await openWithOidc();
    const bearing = bearer(await token(verified(email)));
    expect(await statementsOf(db, () => authenticate(bearing))).toBe(2);
  });

  it('to several organizations is accepted in each, once, by many requests at once', async () => {
    const email = `${subject}@example.org`;
    const inSouth = await makeMember(db, south, { email });
    const inNorth = await makeMember(db, north, { email });
    const authenticators = await Promise.all([openWithOidc(), openWithOidc()]);
    const bearing = await token(verified(email));
    const admitted = await Promise.all(
      authenticators.flatMap(({ authenticate }) =>
        ['test', 'north', 'test', 'north'].map((organization) =>
          authenticate(bearer(bearing, { organization })),
        ),
      ),
    );
    expect(new Set(admitted.map(({ memberId }) => memberId))).toEqual(new Set([inSouth, inNorth]));
    const rows = await db.system('select id from member where subject = $1', [subject]);
    expect(rows).toHaveLength(2);
  });

  it('leaves alone an account that is a member there already under another address', async () => {
    const memberId = await makeMember(db, south, { ...account(), role: 'ADMIN' });
    const email = `${subject}@example.org`;
    await makeMember(db, south, { email });
    const { authenticate } = await openWithOidc();
    expect(await authenticate(bearer(await token(verified(email))))).toMatchObject({ memberId });
  });
});
