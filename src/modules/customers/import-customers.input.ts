import { Field, InputType } from 'type-graphql';
import { IDEMPOTENCY_KEY } from '../../graphql/idempotency.ts';
import { ImportRows } from '../../graphql/input-bounds.ts';
import { DateTime, Locale, TimeZone } from '../../graphql/scalars.ts';

const SAID =
  'true: agreed to be asked over it; false: refused; left out or null: stays as it was, or not said.';

@InputType({ description: 'What the customer has said about being asked, by channel.' })
export class ConsentsImport {
  @Field(() => Boolean, { nullable: true, description: SAID })
  email?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: SAID })
  link?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: SAID })
  inApp?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: SAID })
  webhook?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where it was said, such as "checkout"; at most 200 characters.',
  })
  source?: string | null;
}

@InputType({
  description:
    'One customer. What is not given stays as it is where the customer exists, and is empty, or gets its default, where not; null removes a value that may be absent.',
})
export class CustomerImport {
  @Field(() => String, {
    description: 'The key by which the same customer is known again; at most 200 characters.',
  })
  externalId!: string;

  @Field(() => String, { nullable: true, description: 'At most 200 characters.' })
  name?: string | null;

  @Field(() => String, { nullable: true })
  email?: string | null;

  @Field(() => String, { nullable: true, description: 'At most 50 characters.' })
  phone?: string | null;

  @Field(() => Locale, {
    nullable: true,
    description: "The language to ask in, by BCP 47. Default: the organization's.",
  })
  locale?: string | null;

  @Field(() => TimeZone, {
    nullable: true,
    description:
      "Where the customer's hours are told, as an IANA name. Default: the organization's.",
  })
  timeZone?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the customer became one.' })
  signedUpAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the customer left.' })
  churnedAt?: Date | null;

  @Field(() => ConsentsImport, { nullable: true })
  consents?: ConsentsImport | null;
}

@InputType()
export class ImportCustomersInput {
  @ImportRows()
  @Field(() => [CustomerImport], { description: 'At most 1,000 a call.' })
  customers!: CustomerImport[];

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Says what would happen, and changes nothing.',
  })
  dryRun?: boolean | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}
