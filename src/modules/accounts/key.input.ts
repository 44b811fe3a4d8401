import { Field, ID, InputType } from 'type-graphql';
import { IDEMPOTENCY_KEY } from '../../graphql/idempotency.ts';
import { SCOPES } from '../../graphql/caller.ts';
import { DateTime } from '../../graphql/scalars.ts';
import type { KeyKind } from './key-token.ts';
import { ApiKeyKind } from './key.type.ts';

@InputType()
export class CreateApiKeyInput {
  @Field(() => ApiKeyKind)
  kind!: KeyKind;

  @Field(() => String, { description: 'For people: what the key is for.' })
  name!: string;

  @Field(() => [String], {
    nullable: true,
    description: `What a secret key may do, at most what you may do yourself: ${SCOPES.join(', ')}.`,
  })
  scopes?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Web origins that a publishable key is taken from, such as https://shop.example; without them, from all.',
  })
  origins?: string[] | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The member that a secret key acts for: yourself. What the member may do limits the key.',
  })
  memberId?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the key ends; without it, never.' })
  expiresAt?: Date | null;

  @Field(() => String, {
    nullable: true,
    description: `${IDEMPOTENCY_KEY} The token is shown the first time only.`,
  })
  idempotencyKey?: string | null;
}

@InputType()
export class RevokeApiKeyInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}
