import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import type { Shaped } from '../../db/read/noun.ts';
import { RequiresScope } from '../../graphql/access.ts';
import {
  type Connection,
  PageArgs,
  readConnection,
  readConnectionOf,
} from '../../graphql/connection.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { Planned } from '../../graphql/plan/planned.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readOne, readRelated } from '../../graphql/single.ts';
import { Location, locationNoun } from '../locations/index.ts';
import { type Choice, chosenKey } from '../external-ids.ts';
import { consentsOf, PLANNED_CONSENTS } from './consent.reads.ts';
import { customerConditions } from './customer-conditions.ts';
import { customerEventNoun, LATEST_EVENTS } from './customer-event.reads.ts';
import { CustomerEvent, CustomerEventConnection } from './customer-event.type.ts';
import { CustomerFilter, CustomerOrder } from './customer.input.ts';
import { CUSTOMER_ORDERS } from './customer-orders.ts';
import { customerBy, customerNoun } from './customer.reads.ts';
import { Customer, CustomerConnection, CustomerConsent } from './customer.type.ts';

interface CustomerListArgs {
  filter?: CustomerFilter | null | undefined;
  orderBy?: CustomerOrder | null | undefined;
}

function customerList({ filter, orderBy }: CustomerListArgs) {
  return { order: CUSTOMER_ORDERS[orderBy ?? 'NEWEST'], where: customerConditions(filter) };
}

@Resolver(() => Customer)
export class CustomerResolver {
  @RequiresScope('customers:read')
  @Planned<Choice>({ kind: 'one', noun: customerNoun, by: customerBy })
  @Query(() => Customer, {
    nullable: true,
    description: 'One customer, by its id or by its external id; null where there is none.',
  })
  async customer(
    @Arg('id', () => ID, { nullable: true }) id: string | null | undefined,
    @Arg('externalId', () => String, { nullable: true }) externalId: string | null | undefined,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    const key = await chosenKey(ctx.reader, 'Customer', { id, externalId });
    return key === null ? null : readOne(customerNoun, ctx, key, selectionOf(info));
  }

  @RequiresScope('customers:read')
  @Planned<CustomerListArgs>({ kind: 'connection', noun: customerNoun, list: customerList })
  @Query(() => CustomerConnection, { description: 'The customers of the organization.' })
  customers(
    @Arg('filter', () => CustomerFilter, { nullable: true })
    filter: CustomerFilter | null | undefined,
    @Arg('orderBy', () => CustomerOrder, { nullable: true })
    orderBy: CustomerOrder | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    return readConnection(customerNoun, ctx, {
      args,
      ...customerList({ filter, orderBy }),
      selection: selectionOf(info),
    });
  }

  @Planned(PLANNED_CONSENTS)
  @FieldResolver(() => [CustomerConsent], {
    description: 'One for each channel on which the customer has said something.',
  })
  consents(@Root() customer: Shaped, @Ctx() ctx: GraphQLContext): Promise<CustomerConsent[]> {
    return consentsOf(ctx, customer.key);
  }

  @Planned({
    kind: 'connection',
    noun: customerEventNoun,
    parentColumn: 'customer_id',
    list: () => ({ order: LATEST_EVENTS }),
  })
  @FieldResolver(() => CustomerEventConnection, {
    description: 'What happened between the customer and the business, the latest first.',
  })
  events(
    @Root() customer: Shaped,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    const parent = { column: 'customer_id', key: customer.key };
    const selection = selectionOf(info);
    const query = { args, order: LATEST_EVENTS, selection, identity: null };
    return readConnectionOf(customerEventNoun, ctx, parent, query);
  }
}

@Resolver(() => CustomerEvent)
export class CustomerEventResolver {
  @Planned({ kind: 'relation', noun: customerNoun, column: 'customer_id' })
  @FieldResolver(() => Customer, { nullable: true, description: 'With whom it happened.' })
  customer(
    @Root() event: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(customerNoun, ctx, event['customerKey'], selectionOf(info));
  }

  @RequiresScope('locations:read')
  @Planned({ kind: 'relation', noun: locationNoun, column: 'location_id' })
  @FieldResolver(() => Location, { nullable: true, description: 'Where it happened.' })
  location(
    @Root() event: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(locationNoun, ctx, event['locationKey'], selectionOf(info));
  }
}
