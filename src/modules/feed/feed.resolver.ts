import { Ctx, Query, Resolver } from 'type-graphql';
import { encodeCursor } from '../../feed/cursor.ts';
import { feedHead } from '../../feed/log.ts';
import { RequiresScope } from '../../graphql/access.ts';
import type { GraphQLContext } from '../../graphql/context.ts';

@Resolver()
export class FeedResolver {
  @RequiresScope('feed:read')
  @Query(() => String, {
    description:
      "Where the organization's feed stands now: subscribe with `after` set to this to miss nothing from here on.",
  })
  async feedPosition(@Ctx() ctx: GraphQLContext): Promise<string> {
    const { organizationId } = ctx.caller;
    const { epoch, lastSeq } = await feedHead(ctx.db, organizationId);
    return encodeCursor({ organizationId, epoch, seq: lastSeq });
  }
}
