import { Field, ID, InputType } from 'type-graphql';
import { IDEMPOTENCY_KEY } from '../../graphql/idempotency.ts';
import type { MemberRole as Role } from '../../graphql/caller.ts';
import { MemberRole } from './member.type.ts';

@InputType()
export class InviteMemberInput {
  @Field(() => String, {
    description:
      'Where no account is given, whoever signs in with this address, verified by the identity provider, becomes the member.',
  })
  email!: string;

  @Field(() => String)
  name!: string;

  @Field(() => MemberRole, { description: 'It may do no more than you may.' })
  role!: Role;

  @Field(() => String, {
    nullable: true,
    description: 'The identity provider (`iss` of its tokens); together with `subject`.',
  })
  issuer?: string | null;

  @Field(() => String, { nullable: true, description: 'The account there (`sub` of its tokens).' })
  subject?: string | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'What is not given stays as it is.' })
export class UpdateMemberInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true })
  email?: string | null;

  @Field(() => String, { nullable: true })
  name?: string | null;

  @Field(() => MemberRole, { nullable: true })
  role?: Role | null;

  @Field(() => String, {
    nullable: true,
    description: 'Together with `subject`; null for both ends the binding to an account.',
  })
  issuer?: string | null;

  @Field(() => String, { nullable: true })
  subject?: string | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}
