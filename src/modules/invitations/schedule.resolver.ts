import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Shaped } from '../../db/read/noun.ts';
import { RequiresScope } from '../../graphql/access.ts';
import {
  type Connection,
  PageArgs,
  readConnection,
  readConnectionOf,
} from '../../graphql/connection.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { encodeId } from '../../graphql/ids.ts';
import { Planned } from '../../graphql/plan/planned.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readRelated } from '../../graphql/single.ts';
import { Customer } from '../customers/index.ts';
import { Survey, surveyNoun } from '../surveys/index.ts';
import { SurveyInvitationFilter } from './invitation.input.ts';
import { invitationNoun } from './invitation.reads.ts';
import { type InvitationListArgs, invitationList } from './invitation.resolver.ts';
import { SurveyInvitationConnection } from './invitation.type.ts';
import { readNextSurveys } from './next-survey.reads.ts';
import { NEWEST_SCHEDULES, scheduleNoun } from './schedule.reads.ts';
import {
  createSurveySchedule,
  deleteSurveySchedule,
  type ScheduleResult,
  updateSurveySchedule,
} from './schedule.service.ts';
import {
  CreateSurveyScheduleInput,
  DeleteSurveyScheduleInput,
  DeleteSurveySchedulePayload,
  SurveySchedule,
  SurveyScheduleConnection,
  SurveySchedulePayload,
  UpdateSurveyScheduleInput,
} from './schedule.type.ts';

@Resolver(() => SurveySchedule)
export class SurveyScheduleResolver {
  @RequiresScope('surveys:read')
  @Planned({
    kind: 'connection',
    noun: scheduleNoun,
    list: () => ({ order: NEWEST_SCHEDULES }),
  })
  @Query(() => SurveyScheduleConnection, {
    description: 'All schedules, those of reviews as well, the latest made first.',
  })
  surveySchedules(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    const selection = selectionOf(info);
    return readConnection(scheduleNoun, ctx, { args, order: NEWEST_SCHEDULES, selection });
  }

  @Planned({ kind: 'relation', noun: surveyNoun, column: 'survey_id' })
  @FieldResolver(() => Survey, { nullable: true, description: 'Null of target REVIEW.' })
  survey(
    @Root() schedule: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(surveyNoun, ctx, schedule['surveyKey'], selectionOf(info));
  }

  @RequiresScope('surveys:write')
  @Mutation(() => SurveySchedulePayload, {
    description: 'Says when who is invited without anybody asking for it; at most 100.',
  })
  createSurveySchedule(
    @Arg('input', () => CreateSurveyScheduleInput) input: CreateSurveyScheduleInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<ScheduleResult> {
    return createSurveySchedule(ctx, input);
  }

  @RequiresScope('surveys:write')
  @Mutation(() => SurveySchedulePayload, {
    description: 'Changes a schedule; what is due already stays as it was planned.',
  })
  updateSurveySchedule(
    @Arg('input', () => UpdateSurveyScheduleInput) input: UpdateSurveyScheduleInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<ScheduleResult> {
    return updateSurveySchedule(ctx, input);
  }

  @RequiresScope('surveys:write')
  @Mutation(() => DeleteSurveySchedulePayload, {
    description:
      'Deletes a schedule and revokes what it has not sent yet; what was sent can still be answered, without reminders.',
  })
  deleteSurveySchedule(
    @Arg('input', () => DeleteSurveyScheduleInput) input: DeleteSurveyScheduleInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<ScheduleResult> {
    return deleteSurveySchedule(ctx, input);
  }
}

@Resolver(() => SurveySchedulePayload)
export class SurveySchedulePayloadResolver {
  @RequiresScope('surveys:read')
  @FieldResolver(() => SurveySchedule, {
    nullable: true,
    description: 'As it is now; null where it was refused.',
  })
  schedule(
    @Root() { key }: ScheduleResult,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(scheduleNoun, ctx, key, selectionOf(info));
  }
}

@Resolver(() => DeleteSurveySchedulePayload)
export class DeleteSurveySchedulePayloadResolver {
  @FieldResolver(() => ID, { nullable: true, description: 'Null where the call was refused.' })
  deletedId(@Root() { key }: ScheduleResult): string | null {
    return key === null ? null : encodeId('SurveySchedule', key);
  }
}

/** What a survey knows of its invitations. */
@Resolver(() => Survey)
export class SurveyInvitationsResolver {
  @Planned<InvitationListArgs>({
    kind: 'connection',
    noun: invitationNoun,
    parentColumn: 'survey_id',
    list: invitationList,
  })
  @FieldResolver(() => SurveyInvitationConnection, {
    description: 'Its invitations and public links, the latest made first.',
  })
  invitations(
    @Root() survey: Shaped,
    @Arg('filter', () => SurveyInvitationFilter, { nullable: true })
    filter: SurveyInvitationFilter | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    const query = { args, ...invitationList({ filter }), selection: selectionOf(info) };
    const parent = { column: 'survey_id', key: survey.key };
    return readConnectionOf(invitationNoun, ctx, parent, { ...query, identity: filter });
  }

  @Planned({
    kind: 'connection',
    noun: scheduleNoun,
    parentColumn: 'survey_id',
    list: () => ({ order: NEWEST_SCHEDULES }),
  })
  @FieldResolver(() => SurveyScheduleConnection, {
    description: 'When it invites whom, the latest made first.',
  })
  schedules(
    @Root() survey: Shaped,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    const query = { args, order: NEWEST_SCHEDULES, selection: selectionOf(info), identity: null };
    return readConnectionOf(scheduleNoun, ctx, { column: 'survey_id', key: survey.key }, query);
  }
}

/** What a customer knows of their invitations. */
@Resolver(() => Customer)
export class CustomerInvitationsResolver {
  @RequiresScope('surveys:read')
  @Planned<InvitationListArgs>({
    kind: 'connection',
    noun: invitationNoun,
    parentColumn: 'customer_id',
    list: invitationList,
  })
  @FieldResolver(() => SurveyInvitationConnection, {
    description: 'What the customer was invited to, or will be, the latest made first.',
  })
  invitations(
    @Root() customer: Shaped,
    @Arg('filter', () => SurveyInvitationFilter, { nullable: true })
    filter: SurveyInvitationFilter | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    const query = { args, ...invitationList({ filter }), selection: selectionOf(info) };
    const parent = { column: 'customer_id', key: customer.key };
    return readConnectionOf(invitationNoun, ctx, parent, { ...query, identity: filter });
  }

  @RequiresScope('surveys:read')
  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'When the next invitation is due by what is known now, not before the end of the quiet period; null where none is. Sending hours may put it off by a night, and consent is asked only then.',
  })
  nextSurveyAt(@Root() customer: Shaped, @Ctx() ctx: GraphQLContext): Promise<Date | null> {
    return ctx.loaders.load<Date | null>(
      'Customer next survey',
      customer.key,
      (keys) => readNextSurveys(ctx.reader, keys),
      null,
    );
  }
}
