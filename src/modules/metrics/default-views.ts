import type { Database, UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';
import { DEFAULT_METRIC_SETTINGS } from './metric-settings.ts';
import type { MetricQuery } from './metric-query.input.ts';
import { type StoredGoal, storedQuery, type Visualisation } from './stored-view.ts';

interface DefaultView {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly visualisation: Visualisation;
  readonly query: MetricQuery;
  readonly goals?: readonly StoredGoal[];
}

const DAY_SECONDS = 86_400;

/** What an organization begins with. It may change and delete them: they are views as any other. */
export const DEFAULT_VIEWS: readonly DefaultView[] = [
  {
    key: 'overview',
    name: 'Overview',
    description:
      'How many reviews came in the last 30 days, how good they are, and how many were answered, against the 30 days before.',
    visualisation: 'LINE',
    // Of these, each is answered from the totals by day alone: this view is on every start page.
    query: {
      measures: ['REVIEW_COUNT', 'REVIEW_AVERAGE_SCORE', 'RESPONSE_RATE'],
      range: { last: { count: 30, unit: 'DAY' } },
      granularity: 'DAY',
      compare: true,
    },
  },
  {
    key: 'response-performance',
    name: 'Response performance',
    description:
      'Whether the goals of the response policy are met: which reviews were answered, and how fast, over the last 12 weeks.',
    visualisation: 'BAR',
    query: {
      measures: [
        'RESPONSE_RATE_NEGATIVE',
        'RESPONSE_RATE_POSITIVE',
        'RESPONSE_TIME_P50',
        'RESPONSE_TIME_P90',
        'RESPONSE_SLA_HIT_RATE',
      ],
      range: { last: { count: 12, unit: 'WEEK' } },
      granularity: 'WEEK',
    },
    goals: [
      { measure: 'RESPONSE_RATE_NEGATIVE', atLeast: 1, atMost: null },
      { measure: 'RESPONSE_RATE_POSITIVE', atLeast: 0.2, atMost: null },
      { measure: 'RESPONSE_TIME_P90', atLeast: null, atMost: DAY_SECONDS },
    ],
  },
  {
    key: 'location-ranking',
    name: 'Locations, ranked',
    description: 'Which locations do well and which do not, over the last 90 days.',
    visualisation: 'RANKING',
    query: {
      measures: ['REVIEW_AVERAGE_SCORE', 'REVIEW_COUNT', 'RESPONSE_RATE'],
      dimensions: ['LOCATION'],
      range: { last: { count: 90, unit: 'DAY' } },
    },
  },
  {
    key: 'trend',
    name: 'Trend',
    description: 'Reviews and their score by month over the last year, against the year before.',
    visualisation: 'LINE',
    query: {
      measures: ['REVIEW_COUNT', 'REVIEW_AVERAGE_SCORE', 'REVIEW_NEGATIVE_SHARE'],
      range: { last: { count: 12, unit: 'MONTH' } },
      granularity: 'MONTH',
      compare: true,
    },
  },
  {
    key: 'customer-feedback',
    name: 'Customer feedback',
    description:
      'What customers say when they are asked: recommendation, satisfaction and effort by month over the last year, against the year before.',
    visualisation: 'LINE',
    // Over all scales: whoever asks on one can have its average.
    query: {
      measures: ['NPS', 'CSAT_SATISFIED_SHARE', 'CES_EASY_SHARE'],
      range: { last: { count: 12, unit: 'MONTH' } },
      granularity: 'MONTH',
      compare: true,
    },
  },
];

/**
 * Gives an organization its settings and the default views, once: what it has deleted since stays
 * deleted. They are no events: nobody can have followed what was not there.
 */
export async function insertMetricDefaults(uow: UnitOfWork): Promise<void> {
  const { organizationId, now } = uow;
  const { goalNegative, goalPositive, weights } = DEFAULT_METRIC_SETTINGS;
  const first = await uow.execute(
    `insert into metric_settings (organization_id, goal_negative, goal_positive, weights, updated_at)
     values ($1, $2, $3, $4::jsonb, $5) on conflict do nothing returning organization_id`,
    [organizationId, goalNegative, goalPositive, JSON.stringify(weights), now],
  );
  if (first.length === 0) return;
  const rows = DEFAULT_VIEWS.map(({ goals = [], query, ...view }) => ({
    ...view,
    id: newId(),
    goals,
    query: storedQuery(query),
  }));
  await uow.execute(
    `insert into metric_view
       (organization_id, id, key, name, description, visualisation, goals, query, created_at, updated_at)
     select $1, v.id, v.key, v.name, v.description, v.visualisation, v.goals, v.query, $3, $3
     from jsonb_to_recordset($2::jsonb) as
       v(id uuid, key text, name text, description text, visualisation text, goals jsonb, query jsonb)
     on conflict (organization_id, key) do nothing`,
    [organizationId, JSON.stringify(rows), now],
  );
}

/** The same for organizations that are older than metric views: at each start, mostly for none. */
export async function insertMissingMetricDefaults(db: Database): Promise<void> {
  const organizations = await db.system<{ id: string }>(
    `select o.id from organization o
     where not exists (select from metric_settings s where s.organization_id = o.id)`,
  );
  for (const { id } of organizations) await db.unitOfWork(id, insertMetricDefaults);
}
