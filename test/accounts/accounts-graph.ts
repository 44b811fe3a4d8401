import { graphql } from 'graphql';
import { SCOPES } from '../../src/graphql/caller.ts';
import { createContext } from '../../src/graphql/context.ts';
import { assembleSchemas } from '../../src/graphql/schema.ts';
import type { Schemas } from '../../src/graphql/schema.ts';
import {
  ApiKeyResolver,
  CreateApiKeyPayloadResolver,
  MemberPayloadResolver,
  MemberResolver,
  RevokeApiKeyPayloadResolver,
  ViewerResolver,
} from '../../src/modules/accounts/index.ts';
import type { TestDatabase } from '../testkit/database.ts';
import {
  bearer,
  makeKey,
  makeMember,
  openAccountsDatabase,
  openAuthenticator,
} from './accounts-kit.ts';

/** What tests look into by name; everything else they compare whole. */
export interface Answer {
  createApiKey: { token: string; apiKey: { prefix: string }; userErrors: unknown[] };
  viewer: { audience: string };
  apiKeys: {
    totalCount: number;
    nodes: { name: string }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
  members: { nodes: unknown[] };
  inviteMember: { member: { id: string } };
}

/** A database with an ADMIN, and the schema of accounts alone over it. */
export interface AccountsGraph extends TestDatabase {
  readonly schemas: Schemas;
  /** The token of a key that acts for the ADMIN admin@example.org with all scopes. */
  readonly admin: string;
  /** Runs a document as the bearer of a token; fails with the GraphQL errors. */
  ask(as: string, source: string, variables?: object): Promise<Answer>;
}

export async function openAccountsGraph(): Promise<AccountsGraph> {
  const test = await openAccountsDatabase();
  const { db, organizationId } = test;
  const schemas = await assembleSchemas([
    ViewerResolver,
    ApiKeyResolver,
    CreateApiKeyPayloadResolver,
    RevokeApiKeyPayloadResolver,
    MemberResolver,
    MemberPayloadResolver,
  ]);
  const memberId = await makeMember(db, organizationId, {
    email: 'admin@example.org',
    role: 'ADMIN',
  });
  const { token: admin } = await makeKey(db, organizationId, { scopes: SCOPES, memberId });
  const ask: AccountsGraph['ask'] = async (as, source, variables = {}) => {
    const { authenticate } = await openAuthenticator(db, { cacheTtlMs: 0 });
    const caller = await authenticate(bearer(as));
    const { data, errors } = await graphql({
      schema: caller.audience === 'STOREFRONT' ? schemas.storefront : schemas.full,
      source,
      variableValues: { ...variables },
      contextValue: createContext({ requestId: 'test', caller, db }),
    });
    if (errors) throw new AggregateError(errors, errors.map(({ message }) => message).join(', '));
    return data as unknown as Answer;
  };
  return { ...test, schemas, admin, ask };
}
