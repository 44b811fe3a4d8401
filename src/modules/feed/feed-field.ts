import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { CursorError, decodeCursor } from '../../feed/cursor.ts';
import { feedHead } from '../../feed/log.ts';
import type { CohortSpec } from '../../feed/runtime.ts';
import type { GraphQLContext } from '../../graphql/context.ts';

/**
 * A subscription field that follows the feed, declared as `extensions.feed`: what the executor
 * needs to form a cohort of it. The value of each item is the root value of the selection.
 */
export interface FeedField<T> {
  open(
    args: Readonly<Record<string, unknown>>,
    ctx: GraphQLContext,
    info: GraphQLResolveInfo,
  ): Promise<{
    /** Its key says only what document, variables and rights do not: mostly nothing. */
    readonly spec: CohortSpec<T>;
    /** Null: from now on. */
    readonly afterSeq: number | null;
  }>;
}

/** The place in the feed that `after` names; null: from now on. */
export async function startAfter(
  ctx: GraphQLContext,
  after: string | null | undefined,
): Promise<number | null> {
  if (after == null) return null;
  const { organizationId } = ctx.caller;
  try {
    return decodeCursor(after, { organizationId, head: await feedHead(ctx.db, organizationId) });
  } catch (error) {
    if (!(error instanceof CursorError)) throw error;
    throw new GraphQLError(error.message, { extensions: { code: error.code } });
  }
}
