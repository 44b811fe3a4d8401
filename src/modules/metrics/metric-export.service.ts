import type { UnitOfWork } from '../../db/database.ts';
import type { Caller, Scope } from '../../graphql/caller.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { idempotently } from '../../graphql/idempotency.ts';
import { inputId } from '../../graphql/input-id.ts';
import {
  invalidValue,
  limitExceeded,
  orUserErrors,
  Refusal,
  refused,
  type UserErrorData,
} from '../../graphql/user-error.ts';
import { type ExportOrder, LINK_SECONDS, signOrder } from './export-token.ts';
import type { CreateMetricExportInput } from './metric-export.type.ts';
import type { MetricQuery } from './metric-query.input.ts';
import { checkQuery } from './metric-view.rules.ts';
import { storedQuery } from './stored-view.ts';

/** Where the server has its files; the rest of the path is the token. */
export const EXPORTS_PATH = '/exports/';

/** The whole query is in the link, and servers take lines of some 16,000 characters. */
const LONGEST_QUERY = 6_000;

/** What somebody needs who is to read what is in a file of reviews. */
const REVIEW_SCOPES: readonly Scope[] = [
  'reviews:read',
  'responses:read',
  'locations:read',
  'products:read',
];

export interface ExportResult {
  readonly url: string | null;
  readonly expiresAt: Date | null;
  readonly userErrors: readonly UserErrorData[];
}

/** See the mutation `createMetricExport`. */
export function createMetricExport(
  { db, caller }: GraphQLContext,
  input: CreateMetricExportInput,
): Promise<ExportResult> {
  const { idempotencyKey: key, ...rest } = input;
  const call = { key, operation: 'createMetricExport', input: rest };
  return orUserErrors<ExportResult>(
    async () => {
      assertMayRead(caller, input);
      const { order, issuedAt } = await db.unitOfWork(caller.organizationId, async (uow) => {
        const asked = await askedBy(uow, input);
        // What is kept for the key is no link, but when it was made: the same link is made of it.
        const first = await idempotently(uow, call, async () => ({ at: uow.now.toISOString() }));
        const { organizationId } = uow;
        const { format, rows } = input;
        return { order: { organizationId, format, rows, asked }, issuedAt: new Date(first.at) };
      });
      const token = await signOrder(db, order, issuedAt);
      const expiresAt = new Date(Math.floor(issuedAt.getTime() / 1000 + LINK_SECONDS) * 1000);
      return { url: EXPORTS_PATH + token, expiresAt, userErrors: [] };
    },
    (userErrors) => ({ url: null, expiresAt: null, userErrors }),
  );
}

function assertMayRead({ scopes }: Caller, { rows }: CreateMetricExportInput): void {
  if (rows !== 'REVIEWS') return;
  const missing = REVIEW_SCOPES.filter((scope) => !scopes.has(scope));
  if (missing.length === 0) return;
  const message = `A file of reviews needs the scopes ${REVIEW_SCOPES.join(', ')}; missing: ${missing.join(', ')}.`;
  throw new Refusal(refused('PERMISSION_DENIED', ['rows'], message));
}

async function askedBy(
  uow: UnitOfWork,
  { viewId, query }: CreateMetricExportInput,
): Promise<ExportOrder['asked']> {
  if ((viewId == null) === (query == null)) {
    throw new Refusal(invalidValue([], 'Give either `viewId` or `query`.', ['viewId', 'query']));
  }
  return query == null ? savedView(uow, viewId ?? '') : ownQuestion(uow, query);
}

async function savedView(uow: UnitOfWork, id: string): Promise<ExportOrder['asked']> {
  const viewId = inputId('MetricView', id, ['viewId']);
  const found = await uow.execute(
    'select 1 from metric_view where organization_id = $1 and id = $2',
    [uow.organizationId, viewId],
  );
  if (found.length > 0) return { viewId };
  throw new Refusal(refused('NOT_FOUND', ['viewId'], 'There is no such metric view.'));
}

async function ownQuestion(uow: UnitOfWork, query: MetricQuery): Promise<ExportOrder['asked']> {
  const [organization] = await uow.execute<{ timeZone: string }>(
    'select time_zone as "timeZone" from organization where organization.id = $1',
    [uow.organizationId],
  );
  const today = { now: uow.now, timeZone: organization?.timeZone ?? 'UTC' };
  const errors = checkQuery(query, today);
  if (errors.length > 0) throw new Refusal(...errors);
  const stored = storedQuery(query);
  const { length } = JSON.stringify(stored);
  if (length <= LONGEST_QUERY) return { query: stored };
  const message = `The query has ${length} characters as JSON; a link takes ${LONGEST_QUERY}. Save it as a view, and give that.`;
  throw new Refusal(limitExceeded(['query'], message, LONGEST_QUERY));
}
