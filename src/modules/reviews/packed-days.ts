import type { Database, UnitOfWork } from '../../db/database.ts';
import { type RollupStep, shareRollups } from './rollup.ts';
import { COUNTS } from './rollup-facts.ts';

/** In all zones, a month is over two days after it is in UTC; what arrives later packs it another time. */
const DAYS_AFTER = 2;

const NAMES = Object.keys(COUNTS);

/**
 * A count's numbers from the first day of the month on, nothing for 0: `3,,1` of a month in which only
 * two days count. Over days `t` in their order, each with the commas between it and the one before.
 */
const packed = (name: string) =>
  `coalesce(rtrim(string_agg(concat(t.commas, nullif(t.${name}, 0)), ''), ','), '')`;

/** Months `m` behind the one given whose days are not packed at their revision. `$2`, `$3` are the month, `$4` is the time. */
const STALE = `from review_total m
    left join packed_days p on p.organization_id = m.organization_id and p.place_id = m.place_id and p.starts = m.starts
    where m.organization_id = $1 and m.span = 'MONTH' and (m.place_id, m.starts) > ($2::uuid, $3::date)
      and m.starts + interval '1 month ${DAYS_AFTER} days' <= $4::timestamptz at time zone 'UTC'
      and p.revision is distinct from m.revision`;

/**
 * Packs the next months in the order of their keys. A month and its days are written by one statement
 * and read by one here, so that they belong together.
 */
const PACK = `
  with stale as (
    select m.place_id, m.starts, m.revision ${STALE}
    order by m.place_id, m.starts limit $5
  )
  insert into packed_days (organization_id, place_id, starts, revision, ${NAMES.join(', ')})
  select $1, s.place_id, s.starts, s.revision, ${NAMES.map((name) => `d.${name}`).join(', ')}
  from stale s cross join lateral (
    select ${NAMES.map((name) => `${packed(name)} as ${name}`).join(', ')}
    from (
      select t.*, repeat(',', t.starts - lag(t.starts, 1, s.starts) over (order by t.starts)) as commas
      from review_total t
      where t.organization_id = $1 and t.place_id = s.place_id and t.span = 'DAY'
        and t.starts >= s.starts and t.starts < (s.starts + interval '1 month')::date
      order by t.starts
    ) t
  ) d
  order by s.place_id, s.starts
  on conflict (organization_id, place_id, starts) do update set
    revision = excluded.revision, ${NAMES.map((name) => `${name} = excluded.${name}`).join(', ')}
  returning place_id, to_char(starts, 'YYYY-MM-DD') as starts`;

interface Month {
  readonly place_id: string;
  readonly starts: string;
}

const BEFORE_ALL: Month = {
  place_id: '00000000-0000-0000-0000-000000000000',
  starts: '0001-01-01',
};

/**
 * Packs the days of an organization's months that are over by `now`, beside its writers. Broken off,
 * it leaves whole months.
 *
 * @param atOnce the months that one statement packs: a thousand take some hundred milliseconds
 */
export async function* packDays(
  db: Database,
  organizationId: string,
  now: Date,
  atOnce = 1_000,
): AsyncGenerator<RollupStep> {
  let after = BEFORE_ALL;
  const [found] = await db.read<{ seq: string; total: number }>(
    organizationId,
    `select c.last_seq as seq, (select count(*)::int ${STALE}) as total from feed_counter c where c.organization_id = $1`,
    [after.place_id, after.starts, now],
  );
  for (let done = 0, last = atOnce; last === atOnce; done += last) {
    const months = await db.unitOfWork(organizationId, (uow) =>
      packNext(uow, { after, now, atOnce }),
    );
    last = months.length;
    after = months.at(-1) ?? after;
    // Writers go on: there may be more in the end than in the beginning.
    const total = Math.max(found?.total ?? 0, done + last);
    if (total > 0) yield { done: done + last, total };
  }
  await db.unitOfWork(organizationId, (uow) =>
    uow.execute(
      `insert into days_packing (organization_id, seq, packed_at) values ($1, $2, $3)
       on conflict (organization_id) do update set seq = excluded.seq, packed_at = excluded.packed_at`,
      [organizationId, found?.seq ?? 0, now],
    ),
  );
}

interface NextMonths {
  readonly after: Month;
  readonly now: Date;
  readonly atOnce: number;
}

async function packNext(uow: UnitOfWork, { after, now, atOnce }: NextMonths): Promise<Month[]> {
  // Nobody makes months anew meanwhile, whose revisions begin anew.
  shareRollups(uow);
  const values = [uow.organizationId, after.place_id, after.starts, now, atOnce];
  return uow.execute<Month>(PACK, values);
}
