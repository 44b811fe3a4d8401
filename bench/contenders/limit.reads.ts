import type pg from 'pg';
import { INBOX, METRIC_VIEW, NESTED_LIST, STOREFRONT_PAGE } from './limit.statements.ts';
import { dayNumber, dayText } from './metric-days.ts';
import { fromTypeId, toTypeId } from './type-id.ts';

/** Rows as arrays of the text that PostgreSQL sends. */
type Row = readonly (string | null)[];

const AS_TEXT = { getTypeParser: () => (text: string) => text };

async function rowsOf(
  pool: pg.Pool,
  statement: { readonly name: string; readonly text: string },
  values: unknown[],
): Promise<Row[]> {
  const query = { ...statement, values, rowMode: 'array' as const, types: AS_TEXT };
  return (await pool.query<string[]>(query)).rows;
}

const text = (value: string | null | undefined) => JSON.stringify(value ?? null);

/** `5.00` → `5`. */
const number = (value: string | null | undefined) =>
  value == null ? 'null' : String(Number(value));

/** `2025-03-01 10:11:12.12+00` → `"2025-03-01T10:11:12.120Z"`. */
function time(value: string | null | undefined): string {
  if (value == null) return 'null';
  const fraction = value[19] === '.' ? value.slice(20, value.indexOf('+')) : '';
  return `"${value.slice(0, 10)}T${value.slice(11, 19)}.${fraction.slice(0, 3).padEnd(3, '0')}Z"`;
}

function responseJson([id, body, publishedAt]: Row): string {
  return `{"id":"${toTypeId('rsp', id as string)}","body":${text(body)},"publishedAt":${time(publishedAt)}}`;
}

/** The JSON of each parent, with that of its children in between: rows of one parent stand together. */
function grouped(
  rows: readonly Row[],
  keyAt: number,
  parent: (own: readonly Row[]) => string,
): string {
  let json = '';
  for (let start = 0; start < rows.length;) {
    const key = rows[start]?.[keyAt];
    let end = start + 1;
    while (end < rows.length && rows[end]?.[keyAt] === key) end += 1;
    if (key != null) json += `${json === '' ? '' : ','}${parent(rows.slice(start, end))}`;
    start = end;
  }
  return json;
}

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  STARS_5: [1, 5],
  NUMERIC_10: [1, 10],
  THUMBS: [0, 1],
};

function summaryJson(rollups: string | null): string {
  let count = 0;
  let rated = 0;
  let scoreSum = 0;
  let responded = 0;
  const stars = [0, 0, 0, 0, 0];
  for (const rollup of rollups?.split(';') ?? []) {
    const [scale, reviews, ratingSum, answered, ...ofStars] = rollup.split(',');
    count += Number(reviews);
    responded += Number(answered);
    const range = RANGES[scale as string];
    if (range === undefined) continue;
    rated += Number(reviews);
    scoreSum += (Number(ratingSum) - Number(reviews) * range[0]) / (range[1] - range[0]);
    for (let i = 0; i < 5; i++) stars[i] = (stars[i] as number) + Number(ofStars[i]);
  }
  const average = rated === 0 ? null : 1 + 4 * (scoreSum / rated);
  const rate = count === 0 ? null : responded / count;
  const distribution = stars.map((n, i) => `{"rating":${i + 1},"count":${n}}`).join(',');
  return `{"count":${count},"averageRating":${average},"responseRate":${rate},"distribution":[${distribution}]}`;
}

export async function storefrontPage(
  pool: pg.Pool,
  organizationId: string,
  { id }: { id: string },
): Promise<string> {
  const rows = await rowsOf(pool, STOREFRONT_PAGE, [organizationId, fromTypeId(id)]);
  const first = rows[0];
  if (first === undefined) return '{"location":null}';
  const [name, phone, timeZone, address, rollups] = first;
  const { street, postalCode, city, country } = JSON.parse(address ?? '{}') as Record<
    string,
    string
  >;
  const reviews = grouped(rows, 5, (own) => {
    const [, , , , , reviewId, source, rating, scale, sentiment, ...more] = own[0] as Row;
    const [title, words, language, authoredAt, author] = more;
    return (
      `{"id":"${toTypeId('rev', reviewId as string)}","source":"${source}","rating":${number(rating)},` +
      `"ratingScale":"${scale}","sentiment":"${sentiment}","title":${text(title)},"text":${text(words)},` +
      `"language":${text(language)},"authoredAt":${time(authoredAt)},"author":{"name":${text(author)}},` +
      `"responses":[${grouped(own, 15, ([row]) => responseJson((row as Row).slice(15)))}]}`
    );
  });
  return (
    `{"location":{"id":"${id}","name":${text(name)},"phone":${text(phone)},"timeZone":${text(timeZone)},` +
    `"address":{"street":${text(street)},"postalCode":${text(postalCode)},"city":${text(city)},"country":${text(country)}},` +
    `"reviewSummary":${summaryJson(rollups ?? null)},"reviews":{"nodes":[${reviews}]}}}`
  );
}

export async function nestedList(
  pool: pg.Pool,
  organizationId: string,
  { ids }: { ids: readonly string[] },
): Promise<string> {
  const rows = await rowsOf(pool, NESTED_LIST, [organizationId, ids.map(fromTypeId)]);
  const locations = grouped(rows, 0, (ofLocation) => {
    const [id, name] = ofLocation[0] as Row;
    const reviews = grouped(ofLocation, 2, (own) => {
      const [, , reviewId, rating, words, authoredAt, author] = own[0] as Row;
      return (
        `{"id":"${toTypeId('rev', reviewId as string)}","rating":${number(rating)},"text":${text(words)},` +
        `"authoredAt":${time(authoredAt)},"author":{"name":${text(author)}},` +
        `"responses":[${grouped(own, 7, ([row]) => responseJson((row as Row).slice(7)))}]}`
      );
    });
    return `{"id":"${toTypeId('loc', id as string)}","name":${text(name)},"reviews":{"nodes":[${reviews}]}}`;
  });
  return `{"locations":{"nodes":[${locations}]}}`;
}

/** Scores are summed up in whole units of 1/3600. */
const SCORE_UNITS = 3600;

export async function metricView(
  pool: pg.Pool,
  organizationId: string,
  { id, from, to }: { id: string; from: string; to: string },
): Promise<string> {
  const rows = await rowsOf(pool, METRIC_VIEW, [organizationId, fromTypeId(id), from, to]);
  const last = dayNumber(to);
  let json = '';
  let next = 0;
  for (let number = dayNumber(from); number <= last; number++) {
    const day = dayText(number);
    const row = rows[next];
    if (json !== '') json += ',';
    if (row?.[0] !== day) {
      json += `{"day":"${day}","count":0,"averageScore":null}`;
      continue;
    }
    next += 1;
    const rated = Number(row[2]);
    const average = rated === 0 ? null : Number(row[3]) / SCORE_UNITS / rated;
    json += `{"day":"${day}","count":${row[1]},"averageScore":${average}}`;
  }
  return `{"days":[${json}]}`;
}

const PAGE = 50;

export async function inbox(
  pool: pg.Pool,
  organizationId: string,
  { after }: { after: string },
): Promise<string> {
  const [authoredAfter, reviewId] = after.split(' ');
  const rows = await rowsOf(pool, INBOX, [organizationId, authoredAfter, reviewId]);
  const shown = rows.length > PAGE ? rows.slice(0, PAGE) : rows;
  const nodes = shown.map((row) => {
    const [id, source, rating, scale, title, words, language, authoredAt, dueAt, author, ...place] =
      row;
    const [locationId, externalId, name] = place;
    const location =
      locationId == null
        ? 'null'
        : `{"id":"${toTypeId('loc', locationId)}","externalId":${text(externalId)},"name":${text(name)}}`;
    return (
      `{"id":"${toTypeId('rev', id as string)}","source":"${source}","rating":${number(rating)},` +
      `"ratingScale":"${scale}","title":${text(title)},"text":${text(words)},"language":${text(language)},` +
      `"authoredAt":${time(authoredAt)},"responseDueAt":${time(dueAt)},"author":{"name":${text(author)}},` +
      `"location":${location}}`
    );
  });
  const last = shown.at(-1);
  const endCursor = last === undefined ? 'null' : `"${time(last[7]).slice(1, -1)} ${last[0]}"`;
  return (
    `{"reviews":{"nodes":[${nodes.join(',')}],` +
    `"pageInfo":{"hasNextPage":${rows.length > PAGE},"endCursor":${endCursor}}}}`
  );
}
