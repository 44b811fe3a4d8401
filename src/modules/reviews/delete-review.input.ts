import { Field, ID, InputType } from 'type-graphql';
import { IDEMPOTENCY_KEY } from '../../graphql/idempotency.ts';

@InputType()
export class DeleteReviewInput {
  @Field(() => ID)
  reviewId!: string;

  @Field(() => String, {
    nullable: true,
    description: IDEMPOTENCY_KEY,
  })
  idempotencyKey?: string | null;
}
