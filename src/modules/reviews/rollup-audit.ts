import type { Database } from '../../db/database.ts';
import { holdRollups, type RollupStep } from './rollup.ts';
import { COUNTS, FACT_COLUMNS, NO_LOCATION } from './rollup-facts.ts';
import {
  type CountedAt,
  ROLLUP_TABLES,
  rollupAmounts,
  rollupStatement,
  ROLLUPS,
  type RollupTable,
} from './rollup-statement.ts';

/** A row of a rollup that does not say what the reviews say. */
export interface RollupDifference {
  readonly table: RollupTable | 'packed_days';
  readonly key: Readonly<Record<string, unknown>>;
  /** By count: what is stored, and what the reviews amount to. */
  readonly stored: Readonly<Record<string, number>>;
  readonly counted: Readonly<Record<string, number>>;
}

/** A part of an organization's rollups that is checked or made anew at once. */
interface Part {
  readonly at: Exclude<CountedAt, 'both'>;
  /** A select of the reviews that may count in it; `$2` and on are its values. */
  readonly reviews: string;
  /** Which of their facts do. */
  readonly where: string;
  /** Which stored rows belong to it; null: none of this table. */
  readonly stored: Readonly<Record<RollupTable, string | null>>;
  readonly values: readonly unknown[];
}

/** A batch of places is read at once: some hundred thousand reviews in large organizations. */
const PLACES_AT_ONCE = 50;

/** The differences between an organization's rollups and its reviews. Each part is one statement, and so exact beside writers. */
export async function* verifyRollups(
  db: Database,
  organizationId: string,
): AsyncGenerator<RollupStep & { readonly differences: readonly RollupDifference[] }> {
  const parts = await partsOf(db, organizationId);
  for (const [index, part] of parts.entries()) {
    const differences = await db.read<RollupDifference>(
      organizationId,
      differenceStatement(part),
      part.values,
    );
    yield { done: index + 1, total: parts.length, differences };
  }
}

/** Makes an organization's rollups anew, part by part: writers wait for one part at most. What was packed is to be packed anew. */
export async function* rebuildRollups(
  db: Database,
  organizationId: string,
): AsyncGenerator<RollupStep> {
  const parts = await partsOf(db, organizationId);
  for (const [index, part] of parts.entries()) {
    await db.unitOfWork(organizationId, async (uow) => {
      await holdRollups(uow);
      const values = [organizationId, ...part.values];
      for (const table of ROLLUP_TABLES) {
        const stored = part.stored[table];
        if (stored === null) continue;
        await uow.execute(
          `delete from ${table} where organization_id = $1 and ${typed(part)} and ${stored}`,
          values,
        );
      }
      // Their months begin with the first revision again.
      await uow.execute(
        `delete from packed_days where organization_id = $1 and ${typed(part)} and ${packedIn(part)}`,
        values,
      );
      await uow.execute(rollupStatement(part), values);
    });
    yield { done: index + 1, total: parts.length };
  }
}

/** All parameters of a part, named in each of its statements, so that PostgreSQL knows their types. */
const typed = ({ at }: Part): string =>
  at === 'place' ? '$2::uuid[] is not null' : '$2::date is not null';

async function partsOf(db: Database, organizationId: string): Promise<Part[]> {
  const locations = await db.read<{ id: string }>(
    organizationId,
    'select id from location where organization_id = $1 order by id',
  );
  const places = [NO_LOCATION, ...locations.map(({ id }) => id)];
  const parts: Part[] = [];
  for (let i = 0; i < places.length; i += PLACES_AT_ONCE) {
    parts.push(partOfPlaces(places.slice(i, i + PLACES_AT_ONCE)));
  }
  const months = await db.read<{ month: string }>(
    organizationId,
    `with edge as (
       select min(starts) as first, max(starts) as last from review_total
       where organization_id = $1 and place_id = $1
       union all
       select min(day), max(day) from review_segment where organization_id = $1 and place_id = $1
       union all
       select min(day), max(day) from response_time_bucket where organization_id = $1 and place_id = $1
       union all
       select (min(authored_at) at time zone 'UTC')::date - 1, (max(authored_at) at time zone 'UTC')::date + 1
       from review where organization_id = $1
     )
     select to_char(month, 'YYYY-MM-DD') as month
     from (select min(first) as first, max(last) as last from edge) e
     cross join lateral generate_series(date_trunc('month', e.first), e.last, interval '1 month') month`,
  );
  return [...parts, ...months.map(({ month }) => partOfMonth(month))];
}

function partOfPlaces(places: readonly string[]): Part {
  const isHere = 'place_id = any($2::uuid[])';
  const withoutLocation = places.includes(NO_LOCATION) ? ' or location_id is null' : '';
  return {
    at: 'place',
    reviews: `select 1 as sign, ${FACT_COLUMNS} from review
      where organization_id = $1 and (location_id = any($2::uuid[])${withoutLocation})`,
    where: 'true',
    stored: {
      review_segment: isHere,
      review_total: isHere,
      response_time_bucket: isHere,
      review_rollup: 'location_id = any($2::uuid[])',
    },
    values: [places],
  };
}

/** Of the organization as a whole; a local day begins up to 14 hours before and ends up to 12 after that of UTC. */
function partOfMonth(month: string): Part {
  const isIn = (day: string) =>
    `${day} >= $2::date and ${day} < ($2::date + interval '1 month')::date`;
  const isDay = `place_id = $1 and ${isIn('day')}`;
  return {
    at: 'organization',
    reviews: `select 1 as sign, ${FACT_COLUMNS} from review where organization_id = $1
      and authored_at >= ($2::date - 1)::timestamp at time zone 'UTC'
      and authored_at < ($2::date + interval '1 month 1 day') at time zone 'UTC'`,
    where: isIn('f.day'),
    stored: {
      review_segment: isDay,
      review_total: `place_id = $1 and ${isIn('starts')}`,
      response_time_bucket: isDay,
      review_rollup: null,
    },
    values: [month],
  };
}

/** Packed days lie with their month's totals. */
const packedIn = ({ stored }: Part): string => stored.review_total ?? 'false';

function differenceStatement(part: Part): string {
  const selects = ROLLUP_TABLES.flatMap((table) => {
    const stored = part.stored[table];
    if (stored === null) return [];
    const rows = `select * from ${table} where organization_id = $1 and ${stored}`;
    return [differencesOf(table, ROLLUPS[table], `new_${table}`, `(${rows})`)];
  });
  const packed = differencesOf('packed_days', PACKED, 'new_day', 'packed_day');
  return `with ${rollupAmounts(part)}, ${packedDays(part)} ${[...selects, packed].join(' union all ')}`;
}

const PACKED = { key: ['place_id', 'starts'], counts: Object.keys(COUNTS) };

/** Members of a `with`: the days that are packed and hold, and those there should be, which the part counts. */
function packedDays(part: Part): string {
  const { counts } = PACKED;
  const arrays = counts.map((name) => `string_to_array(p.${name}, ',')`);
  const numbers = counts.map((name) => `coalesce(nullif(d.${name}, '')::bigint, 0) as ${name}`);
  const isOfMonth = `p.place_id = n.place_id and p.starts = date_trunc('month', n.starts)::date`;
  return `packed as materialized (
      select p.* from packed_days p
      join review_total m using (organization_id, place_id, starts, revision)
      where m.span = 'MONTH' and organization_id = $1 and ${packedIn(part)}
    ),
    packed_day as (
      select p.place_id, p.starts + (d.number - 1)::int as starts, ${numbers.join(', ')}
      from packed p cross join lateral unnest(${arrays.join(', ')})
        with ordinality d(${counts.join(', ')}, number)
    ),
    new_day as (
      select n.* from new_review_total n where n.span = 'DAY' and exists (select from packed p where ${isOfMonth})
    )`;
}

function differencesOf(
  table: RollupDifference['table'],
  { key, counts }: { readonly key: readonly string[]; readonly counts: readonly string[] },
  counted: string,
  stored: string,
): string {
  const amounts = (alias: string) =>
    `json_build_object(${counts.map((name) => `'${name}', coalesce(${alias}.${name}, 0)`).join(', ')})`;
  const keys = key.map((name) => `'${name}', coalesce(n.${name}, s.${name})`).join(', ');
  return `select '${table}' as "table", json_build_object(${keys}) as key,
      ${amounts('s')} as stored, ${amounts('n')} as counted
    from ${counted} n
    full join ${stored} s
      on ${key.map((name) => `n.${name} = s.${name}`).join(' and ')}
    where ${counts.map((name) => `coalesce(n.${name}, 0) <> coalesce(s.${name}, 0)`).join(' or ')}`;
}
