import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Shaped } from '../../db/read/noun.ts';
import { RequiresScope } from '../../graphql/access.ts';
import { type Connection, PageArgs, readConnection } from '../../graphql/connection.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readRelated } from '../../graphql/single.ts';
import { CreateApiKeyInput, RevokeApiKeyInput } from './key.input.ts';
import { createApiKey, revokeApiKey } from './key.mutations.ts';
import type { KeyPayloadData } from './key.mutations.ts';
import { apiKeyNoun, NEWEST_KEYS } from './key.reads.ts';
import { ApiKey, ApiKeyConnection, CreateApiKeyPayload, RevokeApiKeyPayload } from './key.type.ts';
import { memberNoun } from './member.reads.ts';
import { Member } from './member.type.ts';

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  @RequiresScope('keys:manage')
  @Query(() => ApiKeyConnection, {
    description: 'The API keys of the organization, the newest first, revoked ones too.',
  })
  apiKeys(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    const selection = selectionOf(info);
    return readConnection(apiKeyNoun, ctx, { args, order: NEWEST_KEYS, selection });
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Whom the key acts for.' })
  member(
    @Root() key: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(memberNoun, ctx, key['memberKey'], selectionOf(info));
  }

  @RequiresScope('keys:manage')
  @Mutation(() => CreateApiKeyPayload, {
    description:
      'Makes an API key, which may do no more than you may. Its token is shown this once.',
  })
  createApiKey(
    @Arg('input', () => CreateApiKeyInput) input: CreateApiKeyInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<KeyPayloadData> {
    return createApiKey(ctx, input);
  }

  @RequiresScope('keys:manage')
  @Mutation(() => RevokeApiKeyPayload, {
    description:
      'Ends an API key at once and for good, and closes its sockets; a key may end itself. Again changes nothing.',
  })
  revokeApiKey(
    @Arg('input', () => RevokeApiKeyInput) input: RevokeApiKeyInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<KeyPayloadData> {
    return revokeApiKey(ctx, input);
  }
}

@Resolver(() => CreateApiKeyPayload)
export class CreateApiKeyPayloadResolver {
  @FieldResolver(() => ApiKey, { nullable: true, description: 'Null where the call was refused.' })
  apiKey(
    @Root() payload: KeyPayloadData,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(apiKeyNoun, ctx, payload.apiKeyId, selectionOf(info));
  }
}

@Resolver(() => RevokeApiKeyPayload)
export class RevokeApiKeyPayloadResolver {
  @FieldResolver(() => ApiKey, { nullable: true, description: 'Null where the call was refused.' })
  apiKey(
    @Root() payload: KeyPayloadData,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(apiKeyNoun, ctx, payload.apiKeyId, selectionOf(info));
  }
}
