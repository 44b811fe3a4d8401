import type { Reader } from '../../db/read/noun.ts';

/** The named parts of the reputation score. */
export const REPUTATION_COMPONENTS = [
  'volume',
  'average',
  'recency',
  'sourceSpread',
  'responseRate',
  'responseSpeed',
] as const;
export type ReputationComponent = (typeof REPUTATION_COMPONENTS)[number];

/** What an organization aims at, and what counts how much in its reputation score. */
export interface MetricSettings {
  /** The share of negative reviews that shall have a response, 0..1. */
  readonly goalNegative: number;
  /** The share of positive reviews that shall have one, 0..1. */
  readonly goalPositive: number;
  /** Only their proportions matter. */
  readonly weights: Readonly<Record<ReputationComponent, number>>;
}

export const DEFAULT_METRIC_SETTINGS: MetricSettings = {
  goalNegative: 1,
  goalPositive: 0.2,
  weights: {
    average: 40,
    volume: 15,
    responseRate: 15,
    recency: 10,
    sourceSpread: 10,
    responseSpeed: 10,
  },
};

/** What the organization has set; the defaults where it has set nothing. */
export async function metricSettings({ db, organizationId }: Reader): Promise<MetricSettings> {
  const [row] = await db.read<MetricSettings>(
    organizationId,
    `select goal_negative as "goalNegative", goal_positive as "goalPositive", weights
     from metric_settings where organization_id = $1`,
  );
  if (row === undefined) return DEFAULT_METRIC_SETTINGS;
  return { ...row, weights: { ...DEFAULT_METRIC_SETTINGS.weights, ...row.weights } };
}
