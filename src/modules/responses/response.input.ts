import { Field, ID, InputType } from 'type-graphql';
import { IDEMPOTENCY_KEY } from '../../graphql/idempotency.ts';

@InputType()
export class DraftResponseInput {
  @Field(() => ID, { description: 'The review that is answered.' })
  reviewId!: string;

  @Field(() => String, { description: '1 to 4,096 characters.' })
  body!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Either `responseId`, or `reviewId` and `body`.' })
export class PublishResponseInput {
  @Field(() => ID, { nullable: true, description: 'A response that is not published yet.' })
  responseId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The review that is answered straight from `body`.',
  })
  reviewId?: string | null;

  @Field(() => String, { nullable: true, description: '1 to 4,096 characters.' })
  body?: string | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType()
export class WithdrawResponseInput {
  @Field(() => ID, { description: 'A published response.' })
  responseId!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}
