import { invalidValue, limitExceeded, type UserErrorData } from './user-error.ts';

/** Text that PostgreSQL cannot store: it would fail a whole batch, so its row is told apart. */
const NUL = '\u0000';

/** What is wrong with a text, if anything: its length, or characters that cannot be stored. */
export function checkText(
  value: string | null | undefined,
  path: readonly string[],
  longest: number,
  options: { required?: boolean } = {},
): UserErrorData[] {
  const name = path.at(-1) ?? 'value';
  if (value == null || value === '') {
    return options.required === true && value === ''
      ? [invalidValue(path, `\`${name}\` is empty.`)]
      : [];
  }
  if (value.length > longest) {
    const message = `\`${name}\` has ${value.length} characters; at most ${longest} are taken.`;
    return [limitExceeded(path, message, longest)];
  }
  if (value.includes(NUL) || !value.isWellFormed()) {
    const message = `\`${name}\` holds a NUL character or half of a surrogate pair: check the encoding of the source.`;
    return [invalidValue(path, message)];
  }
  return [];
}

/** The scalar checks how a locale is written, and lets subtags go on without end. */
export function checkLocale(
  value: string | null | undefined,
  path: readonly string[],
): UserErrorData[] {
  return checkText(value, path, 100);
}

/** What is wrong with a link, if anything: it has to be http or https. */
export function checkUrl(
  value: string | null | undefined,
  path: readonly string[],
): UserErrorData[] {
  if (value == null) return [];
  const errors = checkText(value, path, 2_000);
  if (errors.length > 0) return errors;
  const protocol = URL.canParse(value) ? new URL(value).protocol : null;
  if (protocol === 'http:' || protocol === 'https:') return [];
  return [invalidValue(path, 'A link has to start with https:// or http://.', ['https', 'http'])];
}
