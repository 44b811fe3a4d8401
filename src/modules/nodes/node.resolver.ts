import { type GraphQLResolveInfo, isObjectType } from 'graphql';
import { Arg, Ctx, Extensions, ID, Info, Query, Resolver } from 'type-graphql';
import type { Noun, Shaped } from '../../db/read/noun.ts';
import { PAGE_LIMIT } from '../../db/read/page.ts';
import { type FieldAccess, Storefront } from '../../graphql/access.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { type IdType, parseId } from '../../graphql/ids.ts';
import { Node } from '../../graphql/node.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readOne } from '../../graphql/single.ts';
import { nounsById } from './nouns.ts';

@Resolver()
export class NodeResolver {
  @Storefront()
  @Query(() => Node, {
    nullable: true,
    description: 'Anything by its id; null where there is none, or none that the caller may read.',
  })
  async node(
    @Arg('id', () => ID) id: string,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return fetchNode(ctx, info, id);
  }

  @Storefront()
  @Extensions({ cost: { multiplier: 'ids' }, most: { ids: PAGE_LIMIT } })
  @Query(() => [Node], {
    nullable: 'items',
    description: 'Several by their ids, in the same order; null where there is none.',
  })
  async nodes(
    @Arg('ids', () => [ID], { description: `At most ${PAGE_LIMIT}.` }) ids: string[],
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<(Shaped | null)[]> {
    return Promise.all(ids.map((id) => fetchNode(ctx, info, id)));
  }
}

function fetchNode(
  ctx: GraphQLContext,
  info: GraphQLResolveInfo,
  id: string,
): Promise<Shaped | null> {
  const { type, uuid } = parseId(id);
  const noun: Noun | undefined = nounsById[type];
  if (noun === undefined || !mayRead(ctx, info, type)) return Promise.resolve(null);
  return readOne(noun, ctx, uuid, selectionOf(info));
}

/** Even that a thing exists is told only to those who may read things of its type. */
function mayRead(ctx: GraphQLContext, info: GraphQLResolveInfo, type: IdType): boolean {
  const visible = info.schema.getType(type);
  if (!isObjectType(visible)) return false;
  if (ctx.caller.audience === 'STOREFRONT') return true;
  const access = visible.getFields()['id']?.extensions['access'] as FieldAccess | undefined;
  return access?.scope == null || ctx.caller.scopes.has(access.scope);
}
