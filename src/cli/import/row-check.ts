import 'reflect-metadata';
import { z } from 'zod';
import { Locale, TimeZone } from '../../graphql/scalars.ts';
import { RatingScale, ReviewSource } from '../../modules/reviews/index.ts';
import type { RowKind } from './row-fields.ts';
import type { Row, RowError } from './source-row.ts';
import { toUtc } from './times.ts';
import type { TimeOptions } from './times.ts';

/**
 * Checks the form of a row before it is sent: the API refuses a whole call when one value in it has
 * the wrong type, and bad rows must not stop the good ones. What values mean (a rating beyond its
 * scale, an unknown location) is for the API alone to judge, which tells it row by row.
 */
export type RowCheck = (row: Row) => { row: Row } | { errors: RowError[] };

/** Where a row may leave out what options give for all rows. */
export type RowDefaults = Readonly<Partial<Record<'source' | 'ratingScale', string>>>;

export function rowCheck(kind: RowKind, defaults: RowDefaults, times: TimeOptions): RowCheck {
  const schema = {
    reviews: reviewRow(times),
    locations: locationRow,
    products: productRow,
    customers: customerRow(times),
  }[kind];
  return (row) => {
    const result = schema.safeParse(kind === 'reviews' ? { ...defaults, ...row } : row, {
      reportInput: true,
    });
    if (result.success) return { row: result.data };
    return { errors: result.error.issues.flatMap(toRowErrors) };
  };
}

const text = z.string();
const optionalText = text.nullish();

/** Names of an enumeration as people write them: `Google`, `stars-5`. */
function nameOf(values: Readonly<Record<string, string>>) {
  const letters = (name: string) => name.toUpperCase().replace(/[^A-Z0-9]/g, '');
  const byLetters = new Map(Object.values(values).map((value) => [letters(value), value]));
  return text.transform((name, context) => {
    const value = byLetters.get(letters(name));
    if (value !== undefined) return value;
    const message = `${quote(name)} is none of ${Object.values(values).join(', ')}.`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

/** Checked by the API's own scalar, so that both agree. */
function scalar(type: { parseValue(value: unknown): unknown }, example: string) {
  return text.refine(
    (value) => {
      try {
        type.parseValue(value);
        return true;
      } catch {
        return false;
      }
    },
    { error: ({ input }) => `${quote(input)} is not of the form of ${example}.` },
  );
}

function time(options: TimeOptions) {
  const form = options.format ?? '2026-03-01T12:30:00Z, or 2026-03-01 12:30';
  return text.transform((value, context) => {
    const utc = toUtc(value, options);
    if (utc !== null) return utc;
    const message = `${quote(value)} is no time of the form ${form}; --date-format names another form.`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

function reviewRow(times: TimeOptions) {
  return z.strictObject({
    source: nameOf(ReviewSource),
    externalId: text,
    locationExternalId: optionalText,
    productExternalId: optionalText,
    locationName: optionalText,
    ratingScale: nameOf(RatingScale).nullish(),
    rating: z.number().nullish(),
    title: optionalText,
    text: optionalText,
    language: scalar(Locale, 'nl or pt-BR').nullish(),
    authorName: optionalText,
    authoredAt: time(times),
    url: optionalText,
    response: z.strictObject({ body: text, publishedAt: time(times).nullish() }).nullish(),
  });
}

const locationRow = z.strictObject({
  externalId: text,
  name: optionalText,
  timeZone: scalar(TimeZone, 'Europe/Amsterdam').nullish(),
  locale: scalar(Locale, 'nl-NL').nullish(),
  tags: z.array(text).nullish(),
  groupPath: z.array(text).nullish(),
  phone: optionalText,
  address: z
    .strictObject({
      street: optionalText,
      postalCode: optionalText,
      city: optionalText,
      region: optionalText,
      country: optionalText,
    })
    .nullish(),
});

const productRow = z.strictObject({
  externalId: text,
  name: text,
  gtin: optionalText,
  url: optionalText,
});

function customerRow(times: TimeOptions) {
  const said = z.boolean().nullish();
  return z.strictObject({
    externalId: text,
    name: optionalText,
    email: optionalText,
    phone: optionalText,
    locale: scalar(Locale, 'nl-NL').nullish(),
    timeZone: scalar(TimeZone, 'Europe/Amsterdam').nullish(),
    signedUpAt: time(times).nullish(),
    churnedAt: time(times).nullish(),
    consents: z
      .strictObject({ email: said, link: said, inApp: said, webhook: said, source: optionalText })
      .nullish(),
  });
}

function toRowErrors(issue: z.core.$ZodIssue): RowError[] {
  const path = issue.path.map(String);
  const invalid = (message: string, at = path) => ({ code: 'INVALID_VALUE', message, path: at });
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => invalid(`There is no field "${key}".`, [...path, key]));
  }
  const name = path.at(-1) ?? 'the row';
  if (issue.input === undefined && path.length > 0) return [invalid(`\`${name}\` is missing.`)];
  if (issue.code === 'invalid_type') {
    return [invalid(`\`${name}\` has to be a ${issue.expected}, and is ${quote(issue.input)}.`)];
  }
  return [invalid(issue.message)];
}

const LONGEST_QUOTE = 60;

function quote(value: unknown): string {
  const json = JSON.stringify(value) ?? 'undefined';
  return json.length <= LONGEST_QUOTE ? json : `${json.slice(0, LONGEST_QUOTE)}…`;
}
