import { hash } from 'node:crypto';
import { RequestError } from '../../graphql/admission/errors.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import type { ValueSource } from '../../graphql/execute/subscriptions.ts';
import { decodeId } from '../../graphql/ids.ts';
import type { MeasureName } from './measures.ts';
import type { MetricQuery } from './metric-query.input.ts';
import type { MetricResultData } from './metric-result.ts';
import { readMetrics } from './metric.reads.ts';
import { readViewQuestions } from './metric-view.reads.ts';

const MINUTE_MS = 60_000;
/** Every zone's midnight is at a multiple of it. */
const QUARTER_MS = 15 * MINUTE_MS;

/**
 * The subscription field over a view's result. Its reading is shared by all who follow the view,
 * whatever they select of it: what it asks is read each time, so that a change of the view is one of
 * its result, as any other.
 */
export const followView = {
  async open(
    { id }: { readonly id: string },
    { db, caller }: GraphQLContext,
  ): Promise<ValueSource<MetricResultData>> {
    const { organizationId } = caller;
    const key = decodeId('MetricView', id);
    const question = async () => {
      const reader = { db, organizationId, publicOnly: false, now: new Date() };
      const [view] = await readViewQuestions(reader, [key]);
      return view && { reader, query: view.query };
    };
    if ((await question()) === undefined) throw notThere('There is no such metric view.');
    return {
      key: `metric view ${key}`,
      organizationId,
      async read() {
        const asked = await question();
        if (asked === undefined) throw notThere('The metric view was deleted.');
        const value = await readMetrics(asked.reader, asked.query);
        return { value, mark: markOf(value), changesAt: nextTurn(asked.query, asked.reader.now) };
      },
    };
  },
};

/** Of the numbers alone: the time and the place in the feed move on with whatever is written. */
function markOf({ rows }: MetricResultData): string {
  const numbers = Array.from(rows, ({ bucket, dimensions, values }) => [
    bucket,
    dimensions.map(({ value, label }) => [value, label]),
    values.map(({ value, n, previous }) => [value, n, previous]),
  ]);
  return hash('sha256', JSON.stringify(numbers), 'base64url');
}

/** Reviews become overdue; surveys are sent and begun without an event for each. */
const OF_MINUTES: ReadonlySet<MeasureName> = new Set([
  'RESPONSE_SLA_HIT_RATE',
  'SURVEY_SENT',
  'SURVEY_STARTED',
  'SURVEY_COMPLETION_RATE',
]);

/** When the answer may change by time alone: with the day, or as what is due becomes overdue. */
export function nextTurn({ measures, range }: MetricQuery, now: Date): Date | null {
  const isOfMinutes = measures.some((name) => OF_MINUTES.has(name));
  const isOfDays = range.from == null || measures.includes('REPUTATION_SCORE');
  if (!isOfMinutes && !isOfDays) return null;
  const step = isOfMinutes ? MINUTE_MS : QUARTER_MS;
  return new Date((Math.floor(now.getTime() / step) + 1) * step);
}

function notThere(message: string): RequestError {
  return new RequestError('NOT_FOUND', message);
}
