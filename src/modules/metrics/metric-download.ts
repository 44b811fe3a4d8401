import type { Database } from '../../db/database.ts';
import type { Reader } from '../../db/read/noun.ts';
import type { ReviewFilter } from '../reviews/index.ts';
import { checkedQuery } from './check-query.ts';
import { assertOfReviews } from './check-subject.ts';
import { type ExportOrder, LinkError } from './export-token.ts';
import { textOfDay } from './local-days.ts';
import { metricLines } from './metric-file.ts';
import type { MetricQuery } from './metric-query.input.ts';
import { readMetrics } from './metric.reads.ts';
import { readViewQuestions } from './metric-view.reads.ts';

/** What a link asks for, found out when it is fetched. */
export interface OpenedOrder {
  /** For the file's name: of letters, digits and hyphens. */
  readonly name: string;
  /** The numbers as lines. */
  readonly lines: () => Promise<Iterable<string>>;
  /** The reviews that the numbers are about, for the same days. */
  readonly reviews: () => Promise<ReviewFilter>;
}

/**
 * @throws LinkError EXPORT_GONE where the view was deleted since
 * @throws GraphQLError where the query cannot be answered (any more)
 */
export async function openOrder(
  db: Database,
  { organizationId, asked, format }: ExportOrder,
): Promise<OpenedOrder> {
  const reader: Reader = { db, organizationId, publicOnly: false, now: new Date() };
  const { name, query } =
    'query' in asked ? { ...asked, name: 'metrics' } : await viewOf(reader, asked.viewId);
  return {
    name,
    lines: async () => metricLines(query, await readMetrics(reader, query), format),
    reviews: () => reviewFilterOf(reader, query),
  };
}

async function viewOf(reader: Reader, id: string): Promise<{ name: string; query: MetricQuery }> {
  const [view] = await readViewQuestions(reader, [id]);
  if (view !== undefined) return { name: view.key, query: view.query };
  throw new LinkError('EXPORT_GONE', 'The view that this link exports was deleted.');
}

/** Their days are local days of each review's location, as those of the numbers are. */
async function reviewFilterOf(reader: Reader, query: MetricQuery): Promise<ReviewFilter> {
  const [organization] = await reader.db.read<{ timeZone: string }>(
    reader.organizationId,
    'select time_zone as "timeZone" from organization where organization.id = $1',
  );
  const zone = organization?.timeZone ?? 'UTC';
  const { filter, range, subject, measures } = checkedQuery(query, reader.now, zone);
  assertOfReviews(subject, measures);
  const { from, to } = range;
  return { ...filter, authoredFrom: textOfDay(from), authoredThrough: textOfDay(to) };
}
