import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { RequiresScope, Storefront } from '../../graphql/access.ts';
import {
  connectionType,
  type Connection,
  PageArgs,
  readConnection,
} from '../../graphql/connection.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import type { Shaped } from '../../db/read/noun.ts';
import type { RowResult } from '../../graphql/import-rows.ts';
import { Planned } from '../../graphql/plan/planned.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readOne, readRelated } from '../../graphql/single.ts';
import { type Choice, chosenKey } from '../external-ids.ts';
import { LocationImportResult } from './import-locations.type.ts';
import { LocationFilter, LocationOrder } from './location.input.ts';
import { LOCATION_ORDERS } from './location-orders.ts';
import {
  locationConditions,
  locationBy,
  locationGroupNoun,
  locationNoun,
} from './location.reads.ts';
import { Location, LocationGroup } from './location.type.ts';

export const LocationConnection = connectionType('Location', () => Location, 'locations:read');

interface LocationListArgs {
  filter?: LocationFilter | null | undefined;
  orderBy?: LocationOrder | null | undefined;
}

function locationList({ filter, orderBy }: LocationListArgs) {
  return { order: LOCATION_ORDERS[orderBy ?? 'NAME'], where: locationConditions(filter) };
}

@Resolver(() => Location)
export class LocationResolver {
  @Storefront()
  @RequiresScope('locations:read')
  @Planned<Choice>({ kind: 'one', noun: locationNoun, by: locationBy })
  @Query(() => Location, {
    nullable: true,
    description: 'One location, by its id or by its external id; null where there is none.',
  })
  async location(
    @Arg('id', () => ID, { nullable: true }) id: string | null | undefined,
    @Arg('externalId', () => String, { nullable: true }) externalId: string | null | undefined,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    const key = await chosenKey(ctx.reader, 'Location', { id, externalId });
    return key === null ? null : readOne(locationNoun, ctx, key, selectionOf(info));
  }

  @Storefront()
  @RequiresScope('locations:read')
  @Planned<LocationListArgs>({ kind: 'connection', noun: locationNoun, list: locationList })
  @Query(() => LocationConnection, { description: 'The locations of the organization.' })
  locations(
    @Arg('filter', () => LocationFilter, { nullable: true })
    filter: LocationFilter | null | undefined,
    @Arg('orderBy', () => LocationOrder, { nullable: true })
    orderBy: LocationOrder | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    return readConnection(locationNoun, ctx, {
      args,
      ...locationList({ filter, orderBy }),
      selection: selectionOf(info),
    });
  }

  @Planned({ kind: 'relation', noun: locationGroupNoun, column: 'group_id' })
  @FieldResolver(() => LocationGroup, {
    nullable: true,
    description: 'Where it stands in the tree of groups.',
  })
  group(
    @Root() location: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(locationGroupNoun, ctx, location['groupKey'], selectionOf(info));
  }
}

@Resolver(() => LocationGroup)
export class LocationGroupResolver {
  @Planned({ kind: 'relation', noun: locationGroupNoun, column: 'parent_id' })
  @FieldResolver(() => LocationGroup, { nullable: true })
  parent(
    @Root() group: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(locationGroupNoun, ctx, group['parentKey'], selectionOf(info));
  }
}

@Resolver(() => LocationImportResult)
export class LocationImportResolver {
  @FieldResolver(() => Location, {
    nullable: true,
    description: 'Null for a rejected row, and for one that a dry run would create.',
  })
  location(
    @Root() result: RowResult,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(locationNoun, ctx, result.key, selectionOf(info));
  }
}
