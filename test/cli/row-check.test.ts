import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { GraphQLInputObjectType, getNamedType } from 'graphql';
import { rowCheck } from '../../src/cli/import/row-check.ts';
import { ROW_FIELDS, ROW_KINDS, type RowKind } from '../../src/cli/import/row-fields.ts';
import type { Row } from '../../src/cli/import/source-row.ts';
import { assembleSchemas } from '../../src/graphql/schema.ts';
import { resolvers } from '../../src/modules/resolvers.ts';
import { review } from './files.ts';

const UTC = { timeZone: 'UTC', format: null };
const check = rowCheck('reviews', {}, UTC);

function errorsOf(row: Row) {
  const checked = check(row);
  return 'errors' in checked
    ? checked.errors.map(({ path, message }) => [path.join('.'), message])
    : [];
}

describe('a row of reviews', () => {
  it('is taken as it is where it fits', () => {
    const row = review('r1', { response: { body: 'Thanks' }, language: 'pt-BR', rating: 4.5 });
    expect(check(row)).toEqual({ row: { ...row, authoredAt: '2025-03-03T13:42:36.000Z' } });
  });

  it('gets what options give, unless it says so itself', () => {
    const checkWithDefaults = rowCheck('reviews', { source: 'g2', ratingScale: 'numeric-10' }, UTC);
    const { source: _, ...row } = review('r1');
    expect(checkWithDefaults(row)).toMatchObject({
      row: { source: 'G2', ratingScale: 'NUMERIC_10' },
    });
    expect(checkWithDefaults({ ...row, source: 'YELP' })).toMatchObject({
      row: { source: 'YELP' },
    });
  });

  it.each([
    ['trip advisor', 'TRIPADVISOR'],
    ['Google', 'GOOGLE'],
    ['first-party', 'FIRST_PARTY'],
  ])('takes "%s" for %s', (source, name) => {
    expect(check(review('r1', { source }))).toMatchObject({ row: { source: name } });
  });

  it('tells everything that is wrong, and where', () => {
    const row = {
      externalId: 1,
      source: 'nowhere',
      rating: 'five',
      authoredAt: '2025-02-30',
      language: 'not a locale',
      response: { body: 3 },
      foo: 1,
    };
    expect(errorsOf(row)).toEqual([
      ['source', expect.stringContaining('"nowhere" is none of FIRST_PARTY, GOOGLE')],
      ['externalId', '`externalId` has to be a string, and is 1.'],
      ['rating', '`rating` has to be a number, and is "five".'],
      ['language', '"not a locale" is not of the form of nl or pt-BR.'],
      ['authoredAt', expect.stringContaining('"2025-02-30" is no time of the form')],
      ['response.body', '`body` has to be a string, and is 3.'],
      ['foo', 'There is no field "foo".'],
    ]);
  });

  it('tells what is missing', () => {
    expect(errorsOf({})).toEqual([
      ['source', '`source` is missing.'],
      ['externalId', '`externalId` is missing.'],
      ['authoredAt', '`authoredAt` is missing.'],
    ]);
  });
});

describe('times', () => {
  const time = (authoredAt: string, options: { timeZone?: string; format?: string } = {}) => {
    const checked = rowCheck('reviews', {}, { ...UTC, ...options })(review('r1', { authoredAt }));
    return 'row' in checked ? checked.row.authoredAt : null;
  };

  it.each([
    ['2026-03-01T12:30:00Z', '2026-03-01T12:30:00.000Z'],
    ['2026-03-01T12:30:00.123456Z', '2026-03-01T12:30:00.123Z'],
    ['2026-03-01T12:30:00+02:00', '2026-03-01T10:30:00.000Z'],
    ['2026-03-01 12:30', '2026-03-01T12:30:00.000Z'],
    ['2026-03-01 12:30:15 UTC', '2026-03-01T12:30:15.000Z'],
    ['2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['2026-02-29T12:30:00Z', null],
    ['2026', null],
    ['12:30', null],
    ['yesterday', null],
    ['03/01/2026', null],
  ])('reads %s as %s', (text, utc) => {
    expect(time(text)).toBe(utc);
  });

  it('takes the time zone of times without an offset, and another form', () => {
    const options = { timeZone: 'Europe/Amsterdam' };
    expect(time('2026-07-01 12:30', options)).toBe('2026-07-01T10:30:00.000Z');
    expect(time('2026-07-01T12:30:00Z', options)).toBe('2026-07-01T12:30:00.000Z');
    const format = 'dd/MM/yyyy HH:mm';
    expect(time('31/12/2025 23:30', { ...options, format })).toBe('2025-12-31T22:30:00.000Z');
    expect(time('12/31/2025 23:30', { ...options, format })).toBeNull();
  });
});

describe('the fields of rows', () => {
  it.each([
    ['reviews', 'ReviewImport'],
    ['locations', 'LocationImport'],
    ['products', 'ProductImport'],
    ['customers', 'CustomerImport'],
  ] as const)('of %s are those of the API', async (kind, typeName) => {
    const { full } = await assembleSchemas(resolvers);
    const type = full.getType(typeName) as GraphQLInputObjectType;
    const paths = Object.values(type.getFields()).flatMap((field) => {
      const named = getNamedType(field.type);
      if (!(named instanceof GraphQLInputObjectType)) return [field.name];
      return Object.keys(named.getFields()).map((inner) => `${field.name}.${inner}`);
    });
    expect(Object.keys(ROW_FIELDS[kind]).sort()).toEqual(paths.sort());
  });

  it('are all known to the check', () => {
    const strangers = (kind: RowKind) => {
      const row: Record<string, unknown> = {};
      for (const path of Object.keys(ROW_FIELDS[kind])) {
        const [outer = '', inner] = path.split('.');
        row[outer] = inner ? { ...(row[outer] as object), [inner]: undefined } : undefined;
      }
      const checked = rowCheck(kind, {}, UTC)(row);
      return 'errors' in checked
        ? checked.errors.filter(({ message }) => message.startsWith('There is no field'))
        : [];
    };
    expect(ROW_KINDS.flatMap(strangers)).toEqual([]);
  });
});
