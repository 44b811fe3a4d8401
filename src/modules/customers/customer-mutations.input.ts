import { Field, ID, InputType } from 'type-graphql';
import { IDEMPOTENCY_KEY } from '../../graphql/idempotency.ts';
import { ContactChannel } from './consent.ts';

@InputType({ description: 'The customer by `customerId` or by `customerExternalId`.' })
export class SetCustomerConsentInput {
  @Field(() => ID, { nullable: true })
  customerId?: string | null;

  @Field(() => String, { nullable: true })
  customerExternalId?: string | null;

  @Field(() => ContactChannel)
  channel!: ContactChannel;

  @Field(() => Boolean, { description: 'false: the customer refuses to be asked over it.' })
  granted!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Where it was said, such as "phone call"; at most 200 characters.',
  })
  source?: string | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'The customer by `customerId` or by `customerExternalId`.' })
export class EraseCustomerInput {
  @Field(() => ID, { nullable: true })
  customerId?: string | null;

  @Field(() => String, { nullable: true })
  customerExternalId?: string | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}
