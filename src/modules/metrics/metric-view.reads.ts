import type { Condition } from '../../db/read/conditions.ts';
import { column, Noun, type Reader } from '../../db/read/noun.ts';
import type { Order } from '../../db/read/page.ts';
import { convertedId } from '../noun-fields.ts';
import { readMetrics } from './metric.reads.ts';
import type { MetricGoal } from './metric-view.type.ts';
import { goalQuery, type StoredGoal, type StoredQuery } from './stored-view.ts';

export const metricViewNoun = new Noun({
  type: 'MetricView',
  table: 'metric_view',
  alias: 'v',
  types: {
    goals: 'jsonb',
    query: 'jsonb',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
  },
  fields: {
    id: convertedId('MetricView'),
    // A row's `key` is its UUID everywhere: this is the other one.
    key: { ...column('key'), as: 'viewKey' },
    name: column('name'),
    description: column('description'),
    visualisation: column('visualisation'),
    query: column('query'),
    createdAt: column('created_at'),
    updatedAt: column('updated_at'),
  },
  // Never of a storefront, whatever way an id comes.
  publicWhen: 'false',
});

/** An organization has few views, so this order needs no index of its own. */
export const OLDEST_VIEWS: Order = {
  name: 'OLDEST',
  expression: 'v.created_at',
  type: 'timestamptz',
  descending: false,
};

export function withKey(key: string): Condition {
  return (bindings) => [`v.key = ${bindings.bind(key)}::text`];
}

/** What a view asks and is judged by. */
export interface ViewQuestion {
  /** UUID. */
  readonly id: string;
  readonly key: string;
  readonly query: StoredQuery;
  readonly goals: readonly StoredGoal[];
}

/** By UUID; those that are not there are left out. */
export function readViewQuestions(
  { db, organizationId }: Reader,
  ids: readonly string[],
): Promise<ViewQuestion[]> {
  return db.read<ViewQuestion>(
    organizationId,
    `select id, key, query, goals from metric_view
     where organization_id = $1 and id = any($2::uuid[])`,
    [ids],
  );
}

/** The goals of a view, each with the value that it is judged by: one question for all of them. */
export async function readGoals(
  reader: Reader,
  { query, goals }: ViewQuestion,
): Promise<readonly MetricGoal[]> {
  if (goals.length === 0) return [];
  const { rows } = await readMetrics(reader, goalQuery(query, goals));
  const [row] = rows;
  const values = new Map(row?.values.map(({ measure, value }) => [measure, value]));
  return goals.map((goal) => {
    const value = values.get(goal.measure) ?? null;
    return { ...goal, value, met: value === null ? null : isMet(goal, value) };
  });
}

function isMet({ atLeast, atMost }: StoredGoal, value: number): boolean {
  return (atLeast === null || value >= atLeast) && (atMost === null || value <= atMost);
}
