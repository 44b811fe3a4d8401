import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Shaped } from '../../db/read/noun.ts';
import { RequiresScope } from '../../graphql/access.ts';
import { type Connection, PageArgs, readConnection } from '../../graphql/connection.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { Planned } from '../../graphql/plan/planned.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readRelated } from '../../graphql/single.ts';
import { Customer, customerNoun } from '../customers/index.ts';
import { Location, locationNoun } from '../locations/index.ts';
import { Product, productNoun } from '../products/index.ts';
import { Survey, surveyNoun } from '../surveys/index.ts';
import {
  CreateSurveyLinkInput,
  InvitationIdInput,
  InviteCustomerInput,
  SurveyInvitationFilter,
} from './invitation.input.ts';
import { invitationConditions, invitationNoun, LATEST_INVITATIONS } from './invitation.reads.ts';
import { confirmReview, createSurveyLink, revokeInvitation } from './invitation.service.ts';
import {
  InvitationLinkPayload,
  InvitationPayload,
  SurveyInvitation,
  SurveyInvitationConnection,
} from './invitation.type.ts';
import type { InvitationResult } from './invitation-unit.ts';
import { inviteCustomer } from './invite.service.ts';
import { scheduleNoun } from './schedule.reads.ts';
import { SurveySchedule } from './schedule.type.ts';

export interface InvitationListArgs {
  filter?: SurveyInvitationFilter | null | undefined;
}

export function invitationList({ filter }: InvitationListArgs) {
  return { order: LATEST_INVITATIONS, where: invitationConditions(filter) };
}

@Resolver(() => SurveyInvitation)
export class SurveyInvitationResolver {
  @RequiresScope('surveys:read')
  @Planned<InvitationListArgs>({ kind: 'connection', noun: invitationNoun, list: invitationList })
  @Query(() => SurveyInvitationConnection, {
    description: 'The invitations of the organization, the latest made first.',
  })
  surveyInvitations(
    @Arg('filter', () => SurveyInvitationFilter, { nullable: true })
    filter: SurveyInvitationFilter | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    const selection = selectionOf(info);
    return readConnection(invitationNoun, ctx, { args, ...invitationList({ filter }), selection });
  }

  @Planned({ kind: 'relation', noun: surveyNoun, column: 'survey_id' })
  @FieldResolver(() => Survey, { nullable: true, description: 'Null of target REVIEW.' })
  survey(
    @Root() invitation: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(surveyNoun, ctx, invitation['surveyKey'], selectionOf(info));
  }

  @RequiresScope('customers:read')
  @Planned({ kind: 'relation', noun: customerNoun, column: 'customer_id' })
  @FieldResolver(() => Customer, { nullable: true, description: 'Null of a public link.' })
  customer(
    @Root() invitation: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(customerNoun, ctx, invitation['customerKey'], selectionOf(info));
  }

  @Planned({ kind: 'relation', noun: scheduleNoun, column: 'schedule_id' })
  @FieldResolver(() => SurveySchedule, {
    nullable: true,
    description: 'By which it was made; null of a single one, or where the schedule is gone.',
  })
  schedule(
    @Root() invitation: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(scheduleNoun, ctx, invitation['scheduleKey'], selectionOf(info));
  }

  @RequiresScope('locations:read')
  @Planned({ kind: 'relation', noun: locationNoun, column: 'location_id' })
  @FieldResolver(() => Location, { nullable: true, description: 'Where what it asks about was.' })
  location(
    @Root() invitation: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(locationNoun, ctx, invitation['locationKey'], selectionOf(info));
  }

  @RequiresScope('products:read')
  @Planned({ kind: 'relation', noun: productNoun, column: 'product_id' })
  @FieldResolver(() => Product, { nullable: true, description: 'What it asks about.' })
  product(
    @Root() invitation: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(productNoun, ctx, invitation['productKey'], selectionOf(info));
  }

  @RequiresScope('surveys:write')
  @Mutation(() => InvitationLinkPayload, {
    description:
      'Invites one customer, now or in the next sending hours. Within the quiet period it is refused, with the time from which it may be tried again.',
  })
  inviteCustomer(
    @Arg('input', () => InviteCustomerInput) input: InviteCustomerInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<InvitationResult> {
    return inviteCustomer(ctx, input);
  }

  @RequiresScope('surveys:write')
  @Mutation(() => InvitationLinkPayload, {
    description:
      'Makes a link that anybody may answer by, any number of times, such as on a receipt: the survey has to be `anonymous`.',
  })
  createSurveyLink(
    @Arg('input', () => CreateSurveyLinkInput) input: CreateSurveyLinkInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<InvitationResult> {
    return createSurveyLink(ctx, input);
  }

  @RequiresScope('surveys:write')
  @Mutation(() => InvitationPayload, {
    description:
      'Takes an invitation or a public link back: it is not sent, or cannot be answered any more.',
  })
  revokeInvitation(
    @Arg('input', () => InvitationIdInput) input: InvitationIdInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<InvitationResult> {
    return revokeInvitation(ctx, input);
  }

  @RequiresScope('surveys:write')
  @Mutation(() => InvitationPayload, {
    description:
      'Says that the review an invitation asked for was written, as your shop or the review site knows: no reminder follows.',
  })
  confirmReview(
    @Arg('input', () => InvitationIdInput) input: InvitationIdInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<InvitationResult> {
    return confirmReview(ctx, input);
  }
}

function invitationOf(
  { key }: InvitationResult,
  ctx: GraphQLContext,
  info: GraphQLResolveInfo,
): Promise<Shaped | null> {
  return readRelated(invitationNoun, ctx, key, selectionOf(info));
}

@Resolver(() => InvitationPayload)
export class InvitationPayloadResolver {
  @RequiresScope('surveys:read')
  @FieldResolver(() => SurveyInvitation, {
    nullable: true,
    description: 'As it is now; null where it was refused.',
  })
  invitation(
    @Root() result: InvitationResult,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return invitationOf(result, ctx, info);
  }
}

@Resolver(() => InvitationLinkPayload)
export class InvitationLinkPayloadResolver {
  @RequiresScope('surveys:read')
  @FieldResolver(() => SurveyInvitation, {
    nullable: true,
    description: 'As it is now; null where it was refused.',
  })
  invitation(
    @Root() result: InvitationResult,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return invitationOf(result, ctx, info);
  }
}
