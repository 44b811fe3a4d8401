import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Query, Resolver } from 'type-graphql';
import type { Shaped } from '../../db/read/noun.ts';
import { RequiresScope, Storefront } from '../../graphql/access.ts';
import { SCOPES } from '../../graphql/caller.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readRelated } from '../../graphql/single.ts';
import { memberNoun } from './member.reads.ts';
import { Member } from './member.type.ts';
import { readOrganization } from './organization.reads.ts';
import { Organization } from './organization.type.ts';
import { Viewer } from './viewer.type.ts';

@Resolver(() => Viewer)
export class ViewerResolver {
  @Storefront()
  @Query(() => Viewer, { description: 'Who is asking: what this key or token is, and may do.' })
  viewer(@Ctx() { caller }: GraphQLContext): Viewer {
    const { audience, scopes } = caller;
    return { audience, scopes: SCOPES.filter((scope) => scopes.has(scope)) };
  }

  @Storefront()
  @FieldResolver(() => Organization)
  organization(@Ctx() ctx: GraphQLContext): Promise<Organization> {
    return readOrganization(ctx.reader);
  }

  @RequiresScope('organization:read')
  @FieldResolver(() => Member, {
    nullable: true,
    description: 'The person who is asking; null for a key that acts for none.',
  })
  member(@Ctx() ctx: GraphQLContext, @Info() info: GraphQLResolveInfo): Promise<Shaped | null> {
    return readRelated(memberNoun, ctx, ctx.caller.memberId, selectionOf(info));
  }
}
