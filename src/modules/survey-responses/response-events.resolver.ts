import { Arg, Extensions, Field, Resolver, Root, Subscription } from 'type-graphql';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { executedByHub } from '../../graphql/schema.ts';
import { DetractorAlert } from './alert.type.ts';
import {
  type AlertEventData,
  raisedAlerts,
  receivedResponses,
  type ResponseEventData,
} from './response-events.ts';
import { SurveyResponse } from './survey-response.type.ts';

@RequiresScope('feed:read')
@PlainObjectType({ description: 'A response that was completed, and where the feed stood then.' })
export class SurveyResponseEvent {
  @Field(() => String, { description: 'Give it as `after` to go on behind this event.' })
  cursor!: string;

  @Field(() => DateTime, { description: 'When it was written here.' })
  occurredAt!: Date;

  @Field(() => SurveyResponse, { description: 'As it is when the event is delivered.' })
  response!: SurveyResponse;
}

@RequiresScope('feed:read')
@PlainObjectType({ description: 'An alert that was raised, and where the feed stood then.' })
export class DetractorAlertEvent {
  @Field(() => String, { description: 'Give it as `after` to go on behind this event.' })
  cursor!: string;

  @Field(() => DateTime, { description: 'When it was written here.' })
  occurredAt!: Date;

  @Field(() => DetractorAlert, { description: 'As it is when the event is delivered.' })
  alert!: DetractorAlert;
}

const AFTER = {
  nullable: true,
  description: 'A cursor of an earlier event, or `feedPosition`; without it, from now on.',
} as const;

@Resolver()
export class SurveyResponseEventsResolver {
  @RequiresScope('feed:read')
  @Extensions({ feed: receivedResponses })
  @Subscription(() => SurveyResponseEvent, {
    subscribe: executedByHub,
    description:
      'Completed survey responses, in the order they were committed; `after` as with `reviewReceived`.',
  })
  surveyResponseReceived(
    @Root() event: ResponseEventData,
    @Arg('after', () => String, AFTER) _after?: string | null,
  ): ResponseEventData {
    return event;
  }

  @RequiresScope('feed:read')
  @Extensions({ feed: raisedAlerts })
  @Subscription(() => DetractorAlertEvent, {
    subscribe: executedByHub,
    description:
      'Alerts of strongly dissatisfied respondents, in the order they were committed; `after` as with `reviewReceived`.',
  })
  detractorAlert(
    @Root() event: AlertEventData,
    @Arg('after', () => String, AFTER) _after?: string | null,
  ): AlertEventData {
    return event;
  }
}
