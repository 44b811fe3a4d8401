import { checkText } from '../../graphql/text-checks.ts';
import { invalidValue, limitExceeded, type UserErrorData } from '../../graphql/user-error.ts';
import type { InvitationParamInput } from './invitation.input.ts';

const MOST = 20;
const LONGEST_VALUE = 200;
const NAME = /^[A-Za-z0-9_-]{1,50}$/;
const LONGEST_TOUCHPOINT = 100;

/** What is wrong with the parameters of a link. */
export function checkParams(
  params: readonly InvitationParamInput[],
  path: readonly string[],
): UserErrorData[] {
  if (params.length > MOST) {
    return [limitExceeded(path, `${params.length} parameters; at most ${MOST} are taken.`, MOST)];
  }
  const seen = new Set<string>();
  return params.flatMap(({ name, value }, index) => {
    const at = [...path, String(index)];
    const errors = checkText(value, [...at, 'value'], LONGEST_VALUE);
    if (!NAME.test(name)) {
      const message = '`name` has to be 1 to 50 letters, digits, "-" and "_".';
      errors.push(invalidValue([...at, 'name'], message, [NAME.source]));
    }
    if (seen.has(name)) {
      errors.push(invalidValue([...at, 'name'], `\`${name}\` is given twice.`));
    }
    seen.add(name);
    return errors;
  });
}

export function storedParams(params: readonly InvitationParamInput[]): Record<string, string> {
  return Object.fromEntries(params.map(({ name, value }) => [name, value]));
}

export function checkTouchpoint(touchpoint: string | null | undefined): UserErrorData[] {
  return checkText(touchpoint, ['touchpoint'], LONGEST_TOUCHPOINT);
}
