import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/db/database.ts';
import { ensureDemoKeys } from '../../src/modules/accounts/demo-keys.ts';
import { listKeys } from '../../src/modules/accounts/key.reads.ts';
import { revokeKey } from '../../src/modules/accounts/key.service.ts';
import {
  findOrganizationBySlug,
  listOrganizations,
} from '../../src/modules/accounts/organization.reads.ts';
import { createOrganization } from '../../src/modules/accounts/organization.service.ts';
import type { TestDatabase } from '../testkit/database.ts';
import {
  bearer,
  closeAuthenticators,
  openAccountsDatabase,
  openAuthenticator,
  refusalOf,
  userErrorsOf,
} from './accounts-kit.ts';

let test: TestDatabase;
let db: Database;

beforeAll(async () => {
  test = await openAccountsDatabase();
  ({ db } = test);
});
afterAll(async () => {
  await closeAuthenticators();
  await test.close();
});

describe('an organization', () => {
  it('is made with its feed counter, and found by its slug', async () => {
    const made = await createOrganization(db, {
      slug: 'noord',
      name: 'Noord',
      timeZone: 'Europe/Amsterdam',
      locale: 'nl-NL',
    });
    expect(await findOrganizationBySlug(db, 'noord')).toEqual(made);
    const other = await createOrganization(db, { slug: 'a-first', name: 'First' });
    expect(await listOrganizations(db)).toEqual([
      other,
      made,
      { id: test.organizationId, slug: 'test', name: 'test' },
    ]);
    const rows = await db.system<{ epoch: string; last_seq: number }>(
      'select epoch, last_seq from feed_counter where organization_id = any($1::uuid[])',
      [[made.id, other.id]],
    );
    expect(rows.map(({ last_seq }) => last_seq)).toEqual([0, 0]);
    expect(new Set(rows.map(({ epoch }) => epoch)).size).toBe(2);
    expect(
      await db.system('select time_zone, locale from organization where id = $1', [made.id]),
    ).toEqual([{ time_zone: 'Europe/Amsterdam', locale: 'nl-NL' }]);
  });

  it('is not made twice, not even at the same time', async () => {
    const attempts = await Promise.all(
      Array.from({ length: 4 }, () =>
        userErrorsOf(createOrganization(db, { slug: 'once', name: 'Once' })),
      ),
    );
    expect(attempts.flat()).toEqual(Array(3).fill('ALREADY_EXISTS slug'));
    const counters = await db.system(
      'select 1 from feed_counter f left join organization o on o.id = f.organization_id where o.id is null',
    );
    expect(counters).toEqual([]);
  });

  it.each([
    [{ slug: 'Noord' }, ['INVALID_VALUE slug']],
    [{ slug: '-noord' }, ['INVALID_VALUE slug']],
    [{ slug: '' }, ['INVALID_VALUE slug']],
    [{ slug: 'x'.repeat(64) }, ['INVALID_VALUE slug']],
    [{ name: '' }, ['INVALID_VALUE name']],
    [{ timeZone: 'Amsterdam' }, ['INVALID_VALUE timeZone']],
    [{ locale: 'dutch language' }, ['INVALID_VALUE locale']],
    [{ slug: 'a b', locale: '' }, ['INVALID_VALUE slug', 'INVALID_VALUE locale']],
  ])('%j is refused', async (wrong, errors) => {
    const organization = { slug: 'new', name: 'New', ...wrong };
    expect(await userErrorsOf(createOrganization(db, organization))).toEqual(errors);
    expect(await findOrganizationBySlug(db, organization.slug)).toBeNull();
  });

  it('takes a slug of one and of 63 characters', async () => {
    for (const slug of ['x', 'y'.repeat(63)]) await createOrganization(db, { slug, name: 'N' });
  });
});

const NOUNS_OF_INTEGRATORS = 'locations products reviews responses metrics customers surveys'.split(
  ' ',
);

describe('the keys of the demo', () => {
  it('are a publishable one, one for integrations, and one that acts for an ADMIN', async () => {
    const { id } = await createOrganization(db, { slug: 'demo-1', name: 'Demo' });
    const keys = await ensureDemoKeys(db, id, null);
    const { authenticate } = await openAuthenticator(db);
    expect(await authenticate(bearer(keys.storefront))).toMatchObject({ audience: 'STOREFRONT' });
    const integrator = await authenticate(bearer(keys.integrator));
    expect(integrator.audience).toBe('INTEGRATOR');
    expect([...integrator.scopes].sort()).toEqual(
      [
        'feed:read',
        ...NOUNS_OF_INTEGRATORS.flatMap((noun) => [`${noun}:read`, `${noun}:write`]),
        'responses:publish',
      ].sort(),
    );
    const admin = await authenticate(bearer(keys.admin));
    expect(admin).toMatchObject({ audience: 'MEMBER', role: 'ADMIN', organizationId: id });
    expect(admin.scopes.has('keys:manage')).toBe(true);
  });

  it('that an earlier start kept are given again without a write', async () => {
    const { id } = await createOrganization(db, { slug: 'demo-2', name: 'Demo' });
    const keys = await ensureDemoKeys(db, id, null);
    expect(await ensureDemoKeys(db, id, keys)).toEqual(keys);
    expect(await listKeys(db, id, { limit: 10 })).toHaveLength(3);
  });

  it('that were lost are made anew, the old ones end, and the ADMIN stays one member', async () => {
    const { id } = await createOrganization(db, { slug: 'demo-3', name: 'Demo' });
    const lost = await ensureDemoKeys(db, id, null);
    const found = await ensureDemoKeys(db, id, null);
    const { authenticate } = await openAuthenticator(db);
    for (const token of Object.values<string>({ ...lost })) {
      expect(await refusalOf(authenticate(bearer(token)))).toBe('UNAUTHENTICATED KEY_REVOKED');
    }
    for (const token of Object.values<string>({ ...found })) {
      expect(await refusalOf(authenticate(bearer(token)))).toBeNull();
    }
    expect(await db.system('select id from member where organization_id = $1', [id])).toHaveLength(
      1,
    );
  });

  it('are made anew where one was revoked, or they are those of another database', async () => {
    const { id } = await createOrganization(db, { slug: 'demo-4', name: 'Demo' });
    const { id: other } = await createOrganization(db, { slug: 'demo-5', name: 'Demo' });
    const keys = await ensureDemoKeys(db, id, null);
    expect(await ensureDemoKeys(db, other, keys)).not.toEqual(keys);
    const [newest] = await listKeys(db, id, { limit: 1 });
    await db.unitOfWork(id, (uow) => revokeKey(uow, newest?.id ?? ''));
    const renewed = await ensureDemoKeys(db, id, keys);
    const { authenticate } = await openAuthenticator(db);
    for (const token of Object.values<string>({ ...renewed })) {
      expect(await refusalOf(authenticate(bearer(token)))).toBeNull();
    }
  });
});
