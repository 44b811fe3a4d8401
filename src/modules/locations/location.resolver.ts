import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { RequiresScope, Storefront } from '../../graphql/access.ts';
import {
  connectionType,
  type Connection,
  PageArgs,
  readConnection,
} from '../../graphql/connection.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { oneOf } from '../../graphql/arguments.ts';
import { decodeId } from '../../graphql/ids.ts';
import type { Shaped } from '../../db/read/noun.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readOne, readRelated } from '../../graphql/single.ts';
import { importLocations } from './import-locations.service.ts';
import {
  ImportLocationsPayload,
  type ImportLocationsPayloadData,
} from './import-locations.type.ts';
import { ImportLocationsInput, LocationFilter, LocationOrder } from './location.input.ts';
import { LOCATION_ORDERS } from './location-orders.ts';
import {
  locationConditions,
  locationGroupNoun,
  locationKeyByExternalId,
  locationNoun,
} from './location.reads.ts';
import { Location, LocationGroup } from './location.type.ts';

export const LocationConnection = connectionType('Location', () => Location, 'locations:read');

@Resolver(() => Location)
export class LocationResolver {
  @Storefront()
  @RequiresScope('locations:read')
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
    const by = oneOf({ id, externalId });
    const key =
      by.name === 'id'
        ? decodeId('Location', by.value)
        : await locationKeyByExternalId(ctx.reader, by.value);
    return key === null ? null : readOne(locationNoun, ctx, key, selectionOf(info));
  }

  @Storefront()
  @RequiresScope('locations:read')
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
      order: LOCATION_ORDERS[orderBy ?? 'NAME'],
      where: locationConditions(filter),
      selection: selectionOf(info),
    });
  }

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

  @RequiresScope('locations:write')
  @Mutation(() => ImportLocationsPayload, {
    description:
      'Creates and updates locations by their external ids: up to 1,000 a call, and each row stands alone.',
  })
  importLocations(
    @Arg('input', () => ImportLocationsInput) input: ImportLocationsInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<ImportLocationsPayloadData> {
    return importLocations(ctx, input);
  }
}

@Resolver(() => LocationGroup)
export class LocationGroupResolver {
  @FieldResolver(() => LocationGroup, { nullable: true })
  parent(
    @Root() group: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(locationGroupNoun, ctx, group['parentKey'], selectionOf(info));
  }
}
