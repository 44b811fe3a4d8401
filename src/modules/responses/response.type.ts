import { Field, ID, Int, registerEnumType } from 'type-graphql';
import { PlainObjectType, RequiresScope, Storefront } from '../../graphql/access.ts';
import { Node } from '../../graphql/node.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { UserError } from '../../graphql/user-error.ts';

export const ResponseStatus = {
  DRAFT: 'DRAFT',
  SUBMITTED: 'SUBMITTED',
  APPROVED: 'APPROVED',
  REJECTED: 'REJECTED',
  PUBLISHED: 'PUBLISHED',
  FAILED: 'FAILED',
} as const;
export type ResponseStatus = keyof typeof ResponseStatus;

registerEnumType(ResponseStatus, {
  name: 'ResponseStatus',
  description: 'How far a response is on its way to the public.',
  valuesConfig: {
    DRAFT: { description: 'Being written.' },
    SUBMITTED: { description: 'Waiting for approval.' },
    APPROVED: { description: 'May be published.' },
    REJECTED: { description: 'Sent back to its author.' },
    PUBLISHED: { description: 'Public.' },
    FAILED: { description: 'Publishing failed, and is tried again.' },
  },
});

@RequiresScope('responses:read')
@PlainObjectType({ implements: Node, description: 'What the business answers in public.' })
export class Response extends Node {
  @Storefront()
  @Field(() => ID)
  override id!: string;

  @Storefront()
  @Field(() => String)
  body!: string;

  @Storefront()
  @Field(() => ResponseStatus)
  status!: ResponseStatus;

  @Field(() => Int, { description: '1, and one more with each change of the body.' })
  revision!: number;

  @Storefront()
  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;

  @Storefront()
  @Field(() => DateTime, { nullable: true })
  publishedAt!: Date | null;
}

@PlainObjectType({ description: 'What became of a mutation on a response.' })
export class ResponsePayload {
  @Field(() => [UserError], { description: 'Why it was refused; nothing is written then.' })
  userErrors!: UserError[];
}
