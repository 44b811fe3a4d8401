import { Field, registerEnumType } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { connectionType } from '../../graphql/connection.ts';
import { Node } from '../../graphql/node.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { UserError } from '../../graphql/user-error.ts';
import type { MemberRole as Role } from '../../graphql/caller.ts';

export const MemberRole = {
  ADMIN: 'ADMIN',
  MANAGER: 'MANAGER',
  APPROVER: 'APPROVER',
  RESPONDER: 'RESPONDER',
  ANALYST: 'ANALYST',
  VIEWER: 'VIEWER',
} as const satisfies { [role in Role]: role };

registerEnumType(MemberRole, {
  name: 'MemberRole',
  description: 'What a member may do.',
  valuesConfig: {
    ADMIN: { description: 'Everything.' },
    MANAGER: { description: 'Everything but keys and members.' },
    APPROVER: { description: 'Reads, drafts responses and publishes them.' },
    RESPONDER: { description: 'Reads and drafts responses.' },
    ANALYST: { description: 'Reads all but customers, and changes metric views.' },
    VIEWER: { description: 'Reads all but customers.' },
  },
});

@RequiresScope('organization:read')
@PlainObjectType({
  implements: Node,
  description: 'A person who works for the organization, in one role.',
})
export class Member extends Node {
  @Field(() => String, { description: 'In lower case; unique in the organization.' })
  email!: string;

  @Field(() => String)
  name!: string;

  @Field(() => MemberRole)
  role!: Role;

  @Field(() => Boolean, {
    description:
      'Whether an account of the identity provider is bound to the member; false until an invitation is accepted by signing in.',
  })
  signsIn!: boolean;

  @RequiresScope('keys:manage')
  @Field(() => String, {
    nullable: true,
    description: 'The identity provider (`iss` of its tokens) that the member signs in with.',
  })
  issuer!: string | null;

  @RequiresScope('keys:manage')
  @Field(() => String, {
    nullable: true,
    description: "The member's account there (`sub` of its tokens).",
  })
  subject!: string | null;

  @Field(() => DateTime)
  createdAt!: Date;
}

export const MemberConnection = connectionType('Member', () => Member, 'organization:read');

@PlainObjectType({ description: 'The member as it is now, or why nothing was changed.' })
export class MemberPayload {
  @Field(() => [UserError])
  userErrors!: UserError[];
}
