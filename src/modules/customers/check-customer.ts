import { checkLocale, checkText } from '../../graphql/text-checks.ts';
import { invalidValue, type UserErrorData } from '../../graphql/user-error.ts';
import type { CustomerImport } from './import-customers.input.ts';

/** RFC 5321, section 4.5.3.1.3: a path of 256 characters, with its brackets. */
const LONGEST_EMAIL = 254;
/** Whether mail arrives is for the mail to find out; this refuses what cannot be an address. */
const EMAIL = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]+$/;
/** Clocks of other systems are off by up to this; a later time is a mistake. */
const AHEAD_MS = 24 * 60 * 60 * 1_000;
const EARLIEST = Date.UTC(1900, 0, 1);

/**
 * What is wrong with a row by itself; empty where it can be written. Messages do not repeat what was
 * given: they are kept with idempotency keys, and it is a person's.
 */
export function checkCustomer(
  row: CustomerImport,
  path: readonly string[],
  now: Date,
): UserErrorData[] {
  const at = (...field: string[]) => [...path, ...field];
  return [
    ...checkText(row.externalId, at('externalId'), 200, { required: true }),
    ...checkText(row.name, at('name'), 200),
    ...checkEmail(row.email, at('email')),
    ...checkText(row.phone, at('phone'), 50),
    ...checkLocale(row.locale, at('locale')),
    ...checkText(row.consents?.source, at('consents', 'source'), 200),
    ...checkTime(row.signedUpAt, at('signedUpAt'), now),
    ...checkTime(row.churnedAt, at('churnedAt'), now),
  ];
}

function checkEmail(text: string | null | undefined, path: readonly string[]): UserErrorData[] {
  const email = text?.trim();
  if (email == null || email === '') return [];
  const errors = checkText(email, path, LONGEST_EMAIL);
  if (errors.length > 0 || EMAIL.test(email)) return errors;
  return [invalidValue(path, 'This is not an e-mail address: correct it, or leave it out.')];
}

/** What is wrong with when something happened: it has to be over, and in somebody's lifetime. */
export function checkTime(
  time: Date | null | undefined,
  path: readonly string[],
  now: Date,
): UserErrorData[] {
  if (time == null) return [];
  if (time.getTime() > now.getTime() + AHEAD_MS) {
    return [invalidValue(path, `${time.toISOString()} is in the future.`)];
  }
  if (time.getTime() < EARLIEST) {
    return [invalidValue(path, `${time.toISOString()} is before 1900.`)];
  }
  return [];
}
