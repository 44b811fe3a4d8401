import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/db/database.ts';
import { SCOPES } from '../../src/graphql/caller.ts';
import type { Caller, Scope } from '../../src/graphql/caller.ts';
import type { Refusal } from '../../src/graphql/user-error.ts';
import type { Grantor } from '../../src/modules/accounts/grants.ts';
import { listKeys } from '../../src/modules/accounts/key.reads.ts';
import { createKey, revokeKey } from '../../src/modules/accounts/key.service.ts';
import type { NewKey } from '../../src/modules/accounts/key.service.ts';
import { createOrganization } from '../testkit/database.ts';
import type { TestDatabase } from '../testkit/database.ts';
import { makeKey, makeMember, openAccountsDatabase, userErrorsOf } from './accounts-kit.ts';

let test: TestDatabase;
let db: Database;
let organizationId: string;

beforeAll(async () => {
  test = await openAccountsDatabase();
  ({ db, organizationId } = test);
});
afterAll(() => test.close());

const wanted: NewKey = {
  kind: 'SECRET',
  name: 'test',
  scopes: ['reviews:read'],
  origins: null,
  memberId: null,
  expiresAt: null,
};

function create(change: Partial<NewKey>, grantor: Grantor = 'OPERATOR') {
  return db.unitOfWork(organizationId, (uow) => createKey(uow, { ...wanted, ...change }, grantor));
}

function callerWith(scopes: readonly Scope[], rest: Partial<Caller> = {}): Caller {
  return {
    audience: 'INTEGRATOR',
    organizationId,
    scopes: new Set(scopes),
    keyId: 'a-key',
    memberId: null,
    role: null,
    origins: null,
    expiresAt: null,
    ...rest,
  };
}

async function numberOfKeys(): Promise<number> {
  return (await listKeys(db, organizationId, { limit: 1_000 })).length;
}

describe('a new key', () => {
  it.each<[string, Partial<NewKey>, string[]]>([
    ['an unknown scope', { scopes: ['reviews:read', 'all'] }, ['INVALID_VALUE scopes 1']],
    ['no scope', { scopes: [] }, ['INVALID_VALUE scopes']],
    ['no name', { name: '  ' }, ['INVALID_VALUE name']],
    ['a name too long', { name: 'x'.repeat(101) }, ['LIMIT_EXCEEDED name']],
    ['a name that cannot be stored', { name: 'a\u0000b' }, ['INVALID_VALUE name']],
    ['a past end', { expiresAt: new Date(0) }, ['INVALID_VALUE expiresAt']],
    ['origins though secret', { origins: ['https://a.example'] }, ['INVALID_VALUE origins']],
    [
      'scopes though publishable',
      { kind: 'PUBLISHABLE', scopes: ['reviews:read'] },
      ['INVALID_VALUE scopes'],
    ],
    [
      'a member though publishable',
      { kind: 'PUBLISHABLE', scopes: [], memberId: '01890000-0000-7000-8000-000000000000' },
      ['INVALID_VALUE memberId'],
    ],
    [
      'everything wrong at once',
      { name: '', scopes: ['x', 'y'], expiresAt: new Date(0) },
      [
        'INVALID_VALUE name',
        'INVALID_VALUE expiresAt',
        'INVALID_VALUE scopes 0',
        'INVALID_VALUE scopes 1',
      ],
    ],
    [
      'a member who does not exist',
      { memberId: '01890000-0000-7000-8000-000000000000' },
      ['NOT_FOUND memberId'],
    ],
  ])('with %s is refused, and nothing is written', async (_what, change, errors) => {
    const before = await numberOfKeys();
    expect(await userErrorsOf(create(change))).toEqual(errors);
    expect(await numberOfKeys()).toBe(before);
  });

  it('with an unknown scope is told which there are', async () => {
    const refusal = await create({ scopes: ['reviews:delete'] }).catch((error: unknown) => error);
    expect((refusal as Refusal).userErrors[0]).toMatchObject({ allowed: SCOPES });
    expect((refusal as Refusal).message).toContain('responses:publish');
  });

  it.each([
    'shop.example',
    'https://shop.example/path',
    'https://shop.example?x',
    'https://user@shop.example',
    'https://*.shop.example',
    'ftp://shop.example',
    'javascript:alert(1)',
    'null',
    '*',
    '',
  ])('does not take %p for an origin', async (origin) => {
    const change = {
      kind: 'PUBLISHABLE',
      scopes: [],
      origins: ['https://a.example', origin],
    } as const;
    expect(await userErrorsOf(create(change))).toEqual(['INVALID_VALUE origins 1']);
  });

  it('keeps origins as browsers send them, each once', async () => {
    const { id } = await create({
      kind: 'PUBLISHABLE',
      scopes: [],
      origins: [' HTTPS://Shop.Example:443 ', 'http://localhost:3000', 'https://shop.example/'],
    });
    const [key] = await listKeys(db, organizationId, { limit: 1 });
    expect(key).toMatchObject({
      id,
      origins: ['https://shop.example', 'http://localhost:3000'],
    });
  });

  it('of a member of another organization is refused', async () => {
    const other = await createOrganization(db, { slug: 'elsewhere' });
    const memberId = await makeMember(db, other);
    expect(await userErrorsOf(create({ memberId }))).toEqual(['NOT_FOUND memberId']);
  });
});

describe('who makes a key', () => {
  it('cannot give it a scope that they lack', async () => {
    const limited = callerWith(['keys:manage', 'reviews:read']);
    expect(await userErrorsOf(create({ scopes: ['reviews:read'] }, limited))).toEqual([]);
    for (const scope of SCOPES.filter((each) => !limited.scopes.has(each))) {
      expect(await userErrorsOf(create({ scopes: ['reviews:read', scope] }, limited))).toEqual([
        'PERMISSION_DENIED scopes',
      ]);
    }
  });

  it('may make one that acts for themselves, and for nobody else', async () => {
    const [self, other] = [
      await makeMember(db, organizationId, { role: 'ADMIN' }),
      await makeMember(db, organizationId, { role: 'ADMIN' }),
    ];
    const admin = callerWith(SCOPES, { audience: 'MEMBER', memberId: self, role: 'ADMIN' });
    expect(await userErrorsOf(create({ memberId: self }, admin))).toEqual([]);
    expect(await userErrorsOf(create({ memberId: other }, admin))).toEqual([
      'PERMISSION_DENIED memberId',
    ]);
    expect(await userErrorsOf(create({ memberId: other }, callerWith(SCOPES)))).toEqual([
      'PERMISSION_DENIED memberId',
    ]);
    const operator = callerWith(SCOPES, { role: 'ADMIN', keyId: null });
    expect(await userErrorsOf(create({ memberId: other }, operator))).toEqual([]);
  });
});

describe('the end of a key', () => {
  const revoke = (id: string, tenant = organizationId) =>
    db.unitOfWork(tenant, (uow) => revokeKey(uow, id));

  it('is told once and stays as it was when told again', async () => {
    const { id } = await makeKey(db, organizationId);
    await revoke(id);
    const [first] = await listKeys(db, organizationId, { limit: 1 });
    await revoke(id);
    const [again] = await listKeys(db, organizationId, { limit: 1 });
    expect(first).toMatchObject({ id, state: 'REVOKED' });
    expect(again?.revokedAt).toEqual(first?.revokedAt);
  });

  it('cannot be told of a key that is not there, or is of another organization', async () => {
    const other = await createOrganization(db, { slug: 'neighbour' });
    const { id } = await makeKey(db, other);
    expect(await userErrorsOf(revoke(id))).toEqual(['NOT_FOUND id']);
    expect((await listKeys(db, other, { limit: 1 }))[0]?.state).toBe('ACTIVE');
  });
});

describe('the list of keys', () => {
  it('goes from the newest to the oldest by pages, each key once, with its state', async () => {
    const tenant = await createOrganization(db, { slug: 'listed' });
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.unshift((await makeKey(db, tenant)).id);
    const soon = await makeKey(db, tenant, { expiresAt: new Date(Date.now() + 30) });
    await new Promise((resolve) => setTimeout(resolve, 40));
    const seen: string[] = [];
    let before: string | undefined;
    for (;;) {
      const page = await listKeys(
        db,
        tenant,
        before === undefined ? { limit: 2 } : { limit: 2, before },
      );
      if (page.length === 0) break;
      for (const { id } of page) seen.push(id);
      before = page.at(-1)?.id;
    }
    expect(seen).toEqual([soon.id, ...made]);
    const states = (await listKeys(db, tenant, { limit: 10 })).map(({ state }) => state);
    expect(states).toEqual(['EXPIRED', 'ACTIVE', 'ACTIVE', 'ACTIVE', 'ACTIVE', 'ACTIVE']);
  });
});
