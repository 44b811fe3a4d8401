import { checkText } from '../../graphql/text-checks.ts';
import { invalidValue, type UserErrorData } from '../../graphql/user-error.ts';
import type { Trigger } from './trigger.ts';
import type { EventTriggerInput, SurveyTriggerInput } from './trigger.type.ts';

const MOST_DAYS = 3_650;
const MOST_MINUTES = 129_600;
const MOST_EVENTS = 1_000;
const LONGEST_NAME = 200;
const KINDS = ['signUpAge', 'lifecycle', 'event', 'eventCount', 'interaction'] as const;

/** A trigger as it is stored, or what is wrong with it. */
export function checkedTrigger(
  input: SurveyTriggerInput,
  path: readonly string[],
): { trigger: Trigger | null; errors: UserErrorData[] } {
  const given = KINDS.filter((kind) => input[kind] != null);
  if (given.length !== 1) {
    const message = `Give one trigger, not ${given.length}.`;
    return { trigger: null, errors: [invalidValue(path, message, KINDS)] };
  }
  const at = [...path, given[0] as string];
  return { trigger: storedTrigger(input), errors: checkInput(input, at) };
}

function storedTrigger(input: SurveyTriggerInput): Trigger | null {
  const { signUpAge, lifecycle, event, eventCount, interaction } = input;
  if (signUpAge != null) return { kind: 'SIGN_UP_AGE', days: signUpAge.days };
  if (lifecycle != null) {
    const { firstAfterDays, thenAfterDays, everyDays } = lifecycle;
    return { kind: 'LIFECYCLE', firstAfterDays, thenAfterDays, everyDays };
  }
  if (event != null) {
    return { kind: 'EVENT', ...storedFilter(event), delayMinutes: event.delayMinutes };
  }
  if (eventCount != null) {
    const { count, delayMinutes } = eventCount;
    return { kind: 'EVENT_COUNT', ...storedFilter(eventCount), count, delayMinutes };
  }
  if (interaction != null) {
    const { channel = null, touchpoint = null, withinMinutes } = interaction;
    return { kind: 'INTERACTION', channel, touchpoint, withinMinutes };
  }
  return null;
}

function storedFilter({ kind, name = null, touchpoint = null }: EventTriggerInput) {
  return { event: kind, name, touchpoint };
}

function checkInput(input: SurveyTriggerInput, path: readonly string[]): UserErrorData[] {
  const { signUpAge, lifecycle, event, eventCount, interaction } = input;
  if (signUpAge != null) return checkRange(signUpAge.days, [...path, 'days'], 0, MOST_DAYS);
  if (lifecycle != null) {
    return [
      ...checkRange(lifecycle.firstAfterDays, [...path, 'firstAfterDays'], 0, MOST_DAYS),
      ...checkRange(lifecycle.thenAfterDays, [...path, 'thenAfterDays'], 1, MOST_DAYS),
      ...checkRange(lifecycle.everyDays, [...path, 'everyDays'], 7, MOST_DAYS),
    ];
  }
  if (interaction != null) {
    return [
      ...checkText(interaction.channel, [...path, 'channel'], LONGEST_NAME),
      ...checkText(interaction.touchpoint, [...path, 'touchpoint'], LONGEST_NAME),
      ...checkRange(interaction.withinMinutes, [...path, 'withinMinutes'], 1, 60),
    ];
  }
  const filter = event ?? eventCount;
  if (filter == null) return [];
  return [
    ...checkText(filter.name, [...path, 'name'], LONGEST_NAME),
    ...checkText(filter.touchpoint, [...path, 'touchpoint'], LONGEST_NAME),
    ...checkRange(filter.delayMinutes, [...path, 'delayMinutes'], 0, MOST_MINUTES),
    ...(eventCount == null ? [] : checkRange(eventCount.count, [...path, 'count'], 1, MOST_EVENTS)),
  ];
}

export function checkRange(
  value: number,
  path: readonly string[],
  least: number,
  most: number,
): UserErrorData[] {
  if (value >= least && value <= most) return [];
  const name = path.at(-1) ?? 'value';
  const message = `\`${name}\` is ${value}; it has to be from ${least} to ${most}.`;
  return [invalidValue(path, message, [`${least}..${most}`])];
}
