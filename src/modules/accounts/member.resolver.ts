import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Shaped } from '../../db/read/noun.ts';
import { RequiresScope } from '../../graphql/access.ts';
import { type Connection, PageArgs, readConnection } from '../../graphql/connection.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readRelated } from '../../graphql/single.ts';
import { InviteMemberInput, UpdateMemberInput } from './member.input.ts';
import { inviteMemberOf, updateMemberOf } from './member.mutations.ts';
import type { MemberPayloadData } from './member.mutations.ts';
import { memberNoun, MEMBERS_BY_EMAIL } from './member.reads.ts';
import { Member, MemberConnection, MemberPayload } from './member.type.ts';

@Resolver(() => Member)
export class MemberResolver {
  @RequiresScope('organization:read')
  @Query(() => MemberConnection, {
    description: 'The people of the organization, by e-mail address.',
  })
  members(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    const selection = selectionOf(info);
    return readConnection(memberNoun, ctx, { args, order: MEMBERS_BY_EMAIL, selection });
  }

  @RequiresScope('keys:manage')
  @Mutation(() => MemberPayload, {
    description: 'Adds a member to the organization, in a role that may do no more than you may.',
  })
  inviteMember(
    @Arg('input', () => InviteMemberInput) input: InviteMemberInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<MemberPayloadData> {
    return inviteMemberOf(ctx, input);
  }

  @RequiresScope('keys:manage')
  @Mutation(() => MemberPayload, {
    description:
      'Changes a member. A new role, address or account takes effect at once: sockets of the member are closed.',
  })
  updateMember(
    @Arg('input', () => UpdateMemberInput) input: UpdateMemberInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<MemberPayloadData> {
    return updateMemberOf(ctx, input);
  }
}

@Resolver(() => MemberPayload)
export class MemberPayloadResolver {
  @RequiresScope('organization:read')
  @FieldResolver(() => Member, { nullable: true, description: 'Null where the call was refused.' })
  member(
    @Root() payload: MemberPayloadData,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(memberNoun, ctx, payload.memberId, selectionOf(info));
  }
}
