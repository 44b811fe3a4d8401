import type { CustomerEventKind } from '../customers/index.ts';

/** What makes somebody due, as it is stored with a schedule: exactly one of the kinds. */
export type Trigger =
  SignUpAgeTrigger | LifecycleTrigger | EventTrigger | EventCountTrigger | InteractionTrigger;

/** So many days after sign-up, once. */
export interface SignUpAgeTrigger {
  readonly kind: 'SIGN_UP_AGE';
  readonly days: number;
}

/** Again and again: counted from sign-up, whenever the one before was sent. */
export interface LifecycleTrigger {
  readonly kind: 'LIFECYCLE';
  readonly firstAfterDays: number;
  readonly thenAfterDays: number;
  readonly everyDays: number;
}

/** Which events count. What is null is not looked at. */
export interface EventFilter {
  readonly event: CustomerEventKind;
  readonly name: string | null;
  readonly touchpoint: string | null;
}

/** After each such event. */
export interface EventTrigger extends EventFilter {
  readonly kind: 'EVENT';
  readonly delayMinutes: number;
}

/** After the so-manieth such event of a customer, once. */
export interface EventCountTrigger extends EventFilter {
  readonly kind: 'EVENT_COUNT';
  readonly count: number;
  readonly delayMinutes: number;
}

/** While the impression is fresh, or not at all. */
export interface InteractionTrigger {
  readonly kind: 'INTERACTION';
  readonly channel: string | null;
  readonly touchpoint: string | null;
  readonly withinMinutes: number;
}
