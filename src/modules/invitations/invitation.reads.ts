import type { Condition } from '../../db/read/conditions.ts';
import { column, converted, Noun, relation } from '../../db/read/noun.ts';
import type { Order } from '../../db/read/page.ts';
import { decodeId } from '../../graphql/ids.ts';
import { convertedId } from '../noun-fields.ts';
import type { SurveyInvitationFilter } from './invitation.input.ts';
import type { InvitationParam } from './invitation.type.ts';

export const invitationNoun = new Noun({
  type: 'SurveyInvitation',
  table: 'invitation',
  alias: 'i',
  types: {
    params: 'jsonb',
    retry_at: 'timestamptz',
    due_at: 'timestamptz',
    send_by: 'timestamptz',
    sent_at: 'timestamptz',
    opened_at: 'timestamptz',
    answered_at: 'timestamptz',
    expires_at: 'timestamptz',
    reminders_sent: 'int4',
    next_reminder_at: 'timestamptz',
    created_at: 'timestamptz',
  },
  fields: {
    id: convertedId('SurveyInvitation'),
    target: column('target'),
    channel: column('channel'),
    state: column('state'),
    reason: column('reason'),
    dueAt: column('due_at'),
    retryAt: column('retry_at'),
    sendBy: column('send_by'),
    sentAt: column('sent_at'),
    openedAt: column('opened_at'),
    answeredAt: column('answered_at'),
    expiresAt: column('expires_at'),
    remindersSent: column('reminders_sent'),
    nextReminderAt: column('next_reminder_at'),
    locale: column('locale'),
    touchpoint: column('touchpoint'),
    params: converted('params', shownParams),
    createdAt: column('created_at'),
    survey: relation('survey_id', 'surveyKey'),
    customer: relation('customer_id', 'customerKey'),
    schedule: relation('schedule_id', 'scheduleKey'),
    location: relation('location_id', 'locationKey'),
    product: relation('product_id', 'productKey'),
  },
  // Never of a storefront: respondents have their own view, by their token alone.
  publicWhen: 'false',
});

export const LATEST_INVITATIONS: Order = {
  name: 'NEWEST',
  expression: 'i.created_at',
  type: 'timestamptz',
  descending: true,
};

export function shownParams(params: Readonly<Record<string, string>>): InvitationParam[] {
  return Object.entries(params).map(([name, value]) => ({ name, value }));
}

export function invitationConditions(filter: SurveyInvitationFilter | null | undefined): Condition {
  return (bindings) => [
    ...(filter?.states == null ? [] : [`i.state ${bindings.oneOf(filter.states, 'text')}`]),
    ...(filter?.channels == null ? [] : [`i.channel ${bindings.oneOf(filter.channels, 'text')}`]),
    ...(filter?.scheduleIds == null
      ? []
      : [
          `i.schedule_id ${bindings.oneOf(
            filter.scheduleIds.map((id) => decodeId('SurveySchedule', id)),
            'uuid',
          )}`,
        ]),
  ];
}
