import { column, converted, Noun, relation } from '../../db/read/noun.ts';
import type { Order } from '../../db/read/page.ts';
import { convertedId } from '../noun-fields.ts';
import { shownParams } from './invitation.reads.ts';
import type { EventFilter, Trigger } from './trigger.ts';
import type { SurveyTrigger } from './trigger.type.ts';

export const scheduleNoun = new Noun({
  type: 'SurveySchedule',
  table: 'survey_schedule',
  alias: 'sh',
  types: {
    trigger: 'jsonb',
    segments: 'text[]',
    send_within_minutes: 'int4',
    reminder_days: 'int4[]',
    expires_after_days: 'int4',
    params: 'jsonb',
    active: 'bool',
    activated_at: 'timestamptz',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
  },
  fields: {
    id: convertedId('SurveySchedule'),
    name: column('name'),
    target: column('target'),
    trigger: converted<Trigger>('trigger', shownTrigger),
    segments: column('segments'),
    channel: column('channel'),
    sendWithinMinutes: column('send_within_minutes'),
    reminderDays: column('reminder_days'),
    expiresAfterDays: column('expires_after_days'),
    params: converted('params', shownParams),
    active: column('active'),
    activatedAt: column('activated_at'),
    createdAt: column('created_at'),
    updatedAt: column('updated_at'),
    survey: relation('survey_id', 'surveyKey'),
  },
  // Never of a storefront, whatever way an id comes.
  publicWhen: 'false',
});

export const NEWEST_SCHEDULES: Order = {
  name: 'NEWEST',
  expression: 'sh.created_at',
  type: 'timestamptz',
  descending: true,
};

const NO_TRIGGER: SurveyTrigger = {
  signUpAge: null,
  lifecycle: null,
  event: null,
  eventCount: null,
  interaction: null,
};

/** As the schema shows it. */
export function shownTrigger(trigger: Trigger): SurveyTrigger {
  switch (trigger.kind) {
    case 'SIGN_UP_AGE':
      return { ...NO_TRIGGER, signUpAge: trigger };
    case 'LIFECYCLE':
      return { ...NO_TRIGGER, lifecycle: trigger };
    case 'EVENT':
      return { ...NO_TRIGGER, event: { ...trigger, ...shownFilter(trigger) } };
    case 'EVENT_COUNT':
      return { ...NO_TRIGGER, eventCount: { ...trigger, ...shownFilter(trigger) } };
    case 'INTERACTION':
      return { ...NO_TRIGGER, interaction: trigger };
  }
}

function shownFilter({ event, name, touchpoint }: EventFilter) {
  return { kind: event, name, touchpoint };
}
