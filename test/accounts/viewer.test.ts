import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { isObjectType } from 'graphql';
import type { Database } from '../../src/db/database.ts';
import type { FieldAccess } from '../../src/graphql/access.ts';
import { encodeId } from '../../src/graphql/ids.ts';
import { openAccountsGraph } from './accounts-graph.ts';
import type { AccountsGraph } from './accounts-graph.ts';
import { closeAuthenticators, makeKey } from './accounts-kit.ts';

let graph: AccountsGraph;
let db: Database;
let organizationId: string;

beforeAll(async () => {
  graph = await openAccountsGraph();
  ({ db, organizationId } = graph);
});
afterEach(closeAuthenticators);
afterAll(() => graph.close());

describe('viewer', () => {
  it('tells a storefront its audience, the name of the organization, and no more', async () => {
    const { token: publishable } = await makeKey(db, organizationId, { kind: 'PUBLISHABLE' });
    expect(
      await graph.ask(publishable, '{ viewer { audience scopes organization { name } } }'),
    ).toEqual({
      viewer: { audience: 'STOREFRONT', scopes: [], organization: { name: 'test' } },
    });
    const reachable = ['Query', 'Viewer', 'Organization'].map((name) => {
      const type = graph.schemas.storefront.getType(name);
      return isObjectType(type) ? Object.keys(type.getFields()).sort() : [];
    });
    expect(reachable).toEqual([['viewer'], ['audience', 'organization', 'scopes'], ['name']]);
    for (const hidden of ['Member', 'ApiKey', 'MemberRole']) {
      expect(graph.schemas.storefront.getType(hidden)).toBeUndefined();
    }
    expect(graph.schemas.storefront.getMutationType()).toBeFalsy();
  });

  it('tells an integration its scopes, and no member', async () => {
    const { token: secret } = await makeKey(db, organizationId, {
      scopes: ['reviews:read', 'organization:read'],
    });
    const document =
      '{ viewer { audience scopes member { id } organization { id slug timeZone negativeAtMost responseDueOtherHours createdAt } } }';
    expect(await graph.ask(secret, document)).toEqual({
      viewer: {
        audience: 'INTEGRATOR',
        scopes: ['organization:read', 'reviews:read'],
        member: null,
        organization: {
          id: encodeId('Organization', organizationId),
          slug: 'test',
          timeZone: 'UTC',
          negativeAtMost: 0.25,
          responseDueOtherHours: 48,
          createdAt: expect.any(Date),
        },
      },
    });
  });

  it('tells a person who they are', async () => {
    expect(
      await graph.ask(graph.admin, '{ viewer { audience member { email role signsIn } } }'),
    ).toEqual({
      viewer: {
        audience: 'MEMBER',
        member: { email: 'admin@example.org', role: 'ADMIN', signsIn: false },
      },
    });
  });
});

describe('what a field needs', () => {
  it('is said for every field that touches keys or members', () => {
    const need = (type: string) => {
      const object = graph.schemas.full.getType(type);
      if (!isObjectType(object)) throw new Error(`There is no object type ${type}`);
      return Object.fromEntries(
        Object.values(object.getFields()).map((field) => [
          field.name,
          (field.extensions['access'] as FieldAccess).scope,
        ]),
      );
    };
    expect(need('Query')).toEqual({
      viewer: null,
      apiKeys: 'keys:manage',
      members: 'organization:read',
    });
    expect(new Set(Object.values(need('Mutation')))).toEqual(new Set(['keys:manage']));
    expect(new Set(Object.values(need('ApiKey')))).toEqual(new Set(['keys:manage']));
    expect(need('Member')).toMatchObject({
      id: 'organization:read',
      email: 'organization:read',
      issuer: 'keys:manage',
      subject: 'keys:manage',
    });
    expect(need('Viewer')).toMatchObject({ member: 'organization:read', organization: null });
  });
});
