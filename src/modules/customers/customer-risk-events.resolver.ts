import { Arg, Extensions, Field, Resolver, Root, Subscription } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { executedByHub } from '../../graphql/schema.ts';
import { type CustomerAtRiskData, followRisks } from './customer-risk-events.ts';
import { Customer } from './customer.type.ts';

@RequiresScope('feed:read')
@PlainObjectType({ description: 'A customer whose risk has begun, and where the feed stood then.' })
export class CustomerAtRiskEvent {
  @Field(() => String, { description: 'Give it as `after` to go on behind this event.' })
  cursor!: string;

  @Field(() => DateTime, { description: 'When it was written here.' })
  occurredAt!: Date;

  @Field(() => Customer, { description: 'As it is when the event is delivered.' })
  customer!: Customer;
}

@Resolver()
export class CustomerRiskEventsResolver {
  @RequiresScope('feed:read')
  @Extensions({ feed: followRisks })
  @Subscription(() => CustomerAtRiskEvent, {
    subscribe: executedByHub,
    description:
      'Customers whose answers have begun to say that they may leave (see `CustomerRisk`), once for each time that it begins, in the order it was committed. `after`: a cursor of an earlier event, or feedPosition; what happened since is sent first, then the live feed, with no gap and no repeat. Without it: from now on.',
  })
  customerAtRisk(
    @Root() event: CustomerAtRiskData,
    @Arg('after', () => String, {
      nullable: true,
      description: 'A cursor of an earlier event, or `feedPosition`; without it, from now on.',
    })
    _after?: string | null,
  ): CustomerAtRiskData {
    return event;
  }
}
