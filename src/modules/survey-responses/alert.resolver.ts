import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Shaped } from '../../db/read/noun.ts';
import { RequiresScope } from '../../graphql/access.ts';
import { type Connection, PageArgs, readConnection } from '../../graphql/connection.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { Planned } from '../../graphql/plan/planned.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readRelated } from '../../graphql/single.ts';
import { Member, memberNoun } from '../accounts/index.ts';
import { acknowledgeAlert, type AlertResult } from './acknowledge-alert.service.ts';
import { acknowledged, detractorAlertNoun, LATEST_ALERTS } from './alert.reads.ts';
import {
  AcknowledgeAlertInput,
  AcknowledgeAlertPayload,
  DetractorAlert,
  DetractorAlertConnection,
} from './alert.type.ts';
import { surveyResponseNoun } from './survey-response.reads.ts';
import { SurveyResponse } from './survey-response.type.ts';

interface AlertListArgs {
  readonly acknowledged?: boolean | null | undefined;
}

function alertList(args: AlertListArgs) {
  return { order: LATEST_ALERTS, where: acknowledged(args.acknowledged) };
}

@Resolver(() => DetractorAlert)
export class DetractorAlertResolver {
  @RequiresScope('surveys:read')
  @Planned<AlertListArgs>({ kind: 'connection', noun: detractorAlertNoun, list: alertList })
  @Query(() => DetractorAlertConnection, { description: 'Alerts, the latest first.' })
  detractorAlerts(
    @Arg('acknowledged', () => Boolean, {
      nullable: true,
      description: 'Whether somebody has taken it on; without it, all.',
    })
    isAcknowledged: boolean | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    const list = alertList({ acknowledged: isAcknowledged });
    return readConnection(detractorAlertNoun, ctx, { args, ...list, selection: selectionOf(info) });
  }

  @Planned({ kind: 'relation', noun: surveyResponseNoun, column: 'response_id' })
  @FieldResolver(() => SurveyResponse, { description: 'What was answered.' })
  response(
    @Root() alert: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(surveyResponseNoun, ctx, alert['responseKey'], selectionOf(info));
  }

  @RequiresScope('organization:read')
  @Planned({ kind: 'relation', noun: memberNoun, column: 'acknowledged_by' })
  @FieldResolver(() => Member, {
    nullable: true,
    description: 'Who took it on; null as well where a key did that acts for no member.',
  })
  acknowledgedBy(
    @Root() alert: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(memberNoun, ctx, alert['acknowledgedByKey'], selectionOf(info));
  }

  @RequiresScope('surveys:write')
  @Mutation(() => AcknowledgeAlertPayload, {
    description: 'Says that somebody has taken an alert on. A second time changes nothing.',
  })
  acknowledgeAlert(
    @Arg('input', () => AcknowledgeAlertInput) input: AcknowledgeAlertInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<AlertResult> {
    return acknowledgeAlert(ctx, input);
  }
}

@Resolver(() => AcknowledgeAlertPayload)
export class AcknowledgeAlertPayloadResolver {
  @RequiresScope('surveys:read')
  @FieldResolver(() => DetractorAlert, {
    nullable: true,
    description: 'As it is now; null where it was refused.',
  })
  alert(
    @Root() result: AlertResult,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(detractorAlertNoun, ctx, result.key, selectionOf(info));
  }
}
