import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ref } from '@mikro-orm/sql';
import { createHash, randomUUID } from 'node:crypto';
import { ApiKeyEntity } from '../../src/modules/accounts/api-key.entity.ts';
import { MemberEntity } from '../../src/modules/accounts/member.entity.ts';
import { OrganizationEntity } from '../../src/modules/accounts/organization.entity.ts';
import { entities } from '../../src/modules/entities.ts';
import { LocationGroupEntity } from '../../src/modules/locations/location-group.entity.ts';
import { LocationEntity } from '../../src/modules/locations/location.entity.ts';
import { ResponseRevisionEntity } from '../../src/modules/responses/response-revision.entity.ts';
import { ResponseEntity } from '../../src/modules/responses/response.entity.ts';
import { ReviewRollupEntity } from '../../src/modules/reviews/review-rollup.entity.ts';
import { ReviewEntity } from '../../src/modules/reviews/review.entity.ts';
import { openTestDatabase, type TestDatabase } from '../testkit/database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase({ entities });
});
afterAll(() => test.close());

describe('entities', () => {
  const at = new Date('2026-01-02T03:04:05.678Z');
  const hash = createHash('sha256').update('x').digest();
  const ids = {
    location: randomUUID(),
    review: randomUUID(),
    response: randomUUID(),
    key: randomUUID(),
    member: randomUUID(),
    group: randomUUID(),
  };

  function writeAll(organizationId: string) {
    return test.db.unitOfWork(organizationId, async ({ em }) => {
      const member = em.create(MemberEntity, {
        organizationId,
        id: ids.member,
        issuer: null,
        subject: null,
        email: 'a@b.example',
        name: 'A',
        role: 'APPROVER',
        createdAt: at,
      });
      const key = em.create(ApiKeyEntity, {
        organizationId,
        id: ids.key,
        kind: 'SECRET',
        name: 'k',
        prefix: 'ant_sec_1234',
        hash,
        scopes: ['reviews:read', 'feed:read'],
        origins: null,
        member,
        createdAt: at,
        expiresAt: null,
        revokedAt: null,
        lastUsedAt: null,
      });
      const group = em.create(LocationGroupEntity, {
        organizationId,
        id: ids.group,
        parent: null,
        externalId: 'g',
        name: 'G',
      });
      const location = em.create(LocationEntity, {
        organizationId,
        id: ids.location,
        externalId: 'l',
        name: 'L',
        timeZone: 'Europe/Amsterdam',
        locale: 'nl',
        tags: ['a', 'b,c'],
        group,
        phone: null,
        address: { city: 'Amsterdam' },
        createdAt: at,
        updatedAt: at,
      });
      const review = em.create(ReviewEntity, {
        organizationId,
        id: ids.review,
        source: 'GOOGLE',
        externalId: 'r',
        location,
        product: null,
        url: null,
        ratingScale: 'STARS_5',
        rating: '2',
        sentiment: 'NEGATIVE',
        title: null,
        text: 'Cold soup',
        translatedText: null,
        language: 'en',
        authorName: null,
        authoredAt: at,
        receivedAt: at,
        updatedAt: at,
        contentHash: hash,
        responseDueAt: null,
        firstResponseAt: null,
      });
      const response = em.create(ResponseEntity, {
        organizationId,
        id: ids.response,
        review,
        body: 'Sorry',
        status: 'DRAFT',
        authorMember: member,
        authorKey: key,
        createdAt: at,
        updatedAt: at,
        publishedAt: null,
      });
      em.create(ResponseRevisionEntity, { response, revision: 1, body: 'Sory', replacedAt: at });
      em.create(ReviewRollupEntity, {
        location,
        ratingScale: 'STARS_5',
        reviewCount: 1,
        stars2: 1,
        ratingSum: '2.00',
      });
    });
  }

  it('are written and read back, with the values that the database computes', async () => {
    const { organizationId } = test;
    await writeAll(organizationId);
    await test.db.unitOfWork(organizationId, async ({ em }) => {
      const response = await em.findOneOrFail(
        ResponseEntity,
        { organizationId, id: ids.response },
        { populate: ['review.location.group', 'authorKey', 'authorMember'] },
      );
      const review = response.review.unwrap();
      expect(review).toMatchObject({
        score: 0.25,
        rating: '2.00',
        isPublic: true,
        version: 1,
        authoredAt: at,
        contentHash: hash,
        product: null,
      });
      expect(review.location?.unwrap()).toMatchObject({
        tags: ['a', 'b,c'],
        address: { city: 'Amsterdam' },
      });
      expect(review.location?.unwrap().group?.unwrap().name).toBe('G');
      expect(response.authorKey?.unwrap()).toMatchObject({
        hash,
        scopes: ['reviews:read', 'feed:read'],
      });
      expect(response).toMatchObject({ origin: 'ANTIPHON', revision: 1, publishedAt: null });
      const rollup = await em.findOneOrFail(ReviewRollupEntity, {
        location: [organizationId, ids.location],
        ratingScale: 'STARS_5',
      });
      expect(rollup).toMatchObject({ reviewCount: 1, stars2: 1, stars1: 0, ratingSum: '2.00' });
      const organization = await em.findOneOrFail(OrganizationEntity, organizationId);
      expect(organization).toMatchObject({
        slug: 'test',
        negativeAtMost: 0.25,
        responseDueOtherHours: 48,
      });
    });
  });

  it('leave the organization as it is when a reference that shares it is taken away', async () => {
    const { organizationId } = test;
    await test.db.unitOfWork(organizationId, async ({ em }) => {
      const location = await em.findOneOrFail(LocationEntity, { organizationId, id: ids.location });
      location.group = null;
    });
    const stored = () =>
      test.db.system(`select organization_id, group_id, name from location where id = $1`, [
        ids.location,
      ]);
    expect(await stored()).toEqual([
      { organization_id: organizationId, group_id: null, name: 'L' },
    ]);
    await test.db.unitOfWork(organizationId, async ({ em }) => {
      const location = await em.findOneOrFail(LocationEntity, { organizationId, id: ids.location });
      location.group = ref(LocationGroupEntity, [organizationId, ids.group]);
      location.name = 'Renamed';
    });
    expect(await stored()).toEqual([
      { organization_id: organizationId, group_id: ids.group, name: 'Renamed' },
    ]);
  });

  it('name both parts of the key in every update and delete', async () => {
    const { organizationId } = test;
    const statements: string[] = [];
    const stop = test.db.observe((sql) => statements.push(sql));
    await test.db.unitOfWork(organizationId, async ({ em }) => {
      const response = await em.findOneOrFail(ResponseEntity, { organizationId, id: ids.response });
      response.body = 'Changed';
      response.revision += 1;
      em.remove(em.getReference(ResponseRevisionEntity, [[organizationId, ids.response], 1]));
    });
    stop();
    const writes = statements.filter((sql) => /^(update|delete)/.test(sql));
    expect(writes).toHaveLength(2);
    for (const sql of writes) expect(sql).toMatch(/where.*organization_id/s);
    expect(await test.db.system('select body, revision from response')).toEqual([
      { body: 'Changed', revision: 2 },
    ]);
    expect(await test.db.system('select * from response_revision')).toEqual([]);
  });
});
