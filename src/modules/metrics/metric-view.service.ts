import type { UnitOfWork } from '../../db/database.ts';
import { newId } from '../../db/new-id.ts';
import { type FeedEventKind, recordEvents } from '../../feed/events.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { idempotently } from '../../graphql/idempotency.ts';
import { inputId } from '../../graphql/input-id.ts';
import {
  limitExceeded,
  orUserErrors,
  Refusal,
  refused,
  type UserErrorData,
} from '../../graphql/user-error.ts';
import { insertMetricDefaults } from './default-views.ts';
import { MetricViewEntity } from './metric-view.entity.ts';
import type {
  CreateMetricViewInput,
  DeleteMetricViewInput,
  UpdateMetricViewInput,
} from './metric-view.input.ts';
import { checkedView, type CheckedView, type ViewContent } from './metric-view.rules.ts';

const MAX_VIEWS = 200;

export interface ViewResult {
  /** The view's UUID; null where it was refused. */
  readonly key: string | null;
  readonly userErrors: readonly UserErrorData[];
}

/** Runs the work of a mutation on views once, in one unit of work, one after the other. */
function inOneUnit(
  { db, caller }: GraphQLContext,
  operation: string,
  input: { readonly idempotencyKey?: string | null },
  work: (uow: UnitOfWork) => Promise<string>,
): Promise<ViewResult> {
  const { idempotencyKey: key, ...rest } = input;
  return orUserErrors<ViewResult>(
    () =>
      db.unitOfWork(caller.organizationId, (uow) =>
        idempotently(uow, { key, operation, input: rest }, async () => {
          await lockViews(uow);
          return { key: await work(uow), userErrors: [] };
        }),
      ),
    (userErrors) => ({ key: null, userErrors }),
  );
}

/** See the mutation `createMetricView`. */
export function createMetricView(
  ctx: GraphQLContext,
  input: CreateMetricViewInput,
): Promise<ViewResult> {
  return inOneUnit(ctx, 'createMetricView', input, async (uow) => {
    const { visualisation } = input;
    const description = input.description ?? null;
    const view = await acceptedView(uow, { ...input, description }, null);
    await assertRoom(uow);
    const { organizationId, now } = uow;
    const id = newId();
    const times = { createdAt: now, updatedAt: now };
    uow.em.create(MetricViewEntity, { organizationId, id, ...view, visualisation, ...times });
    recordChange(uow, 'METRIC_VIEW_CREATED', id);
    return id;
  });
}

/** See the mutation `updateMetricView`. */
export function updateMetricView(
  ctx: GraphQLContext,
  input: UpdateMetricViewInput,
): Promise<ViewResult> {
  return inOneUnit(ctx, 'updateMetricView', input, async (uow) => {
    const entity = await existingView(uow, input.id);
    const { key, name, goals, query, visualisation, description } = input;
    const view = await acceptedView(
      uow,
      {
        key: key ?? entity.key,
        name: name ?? entity.name,
        description: description === undefined ? entity.description : description,
        goals: goals ?? entity.goals,
        query: query ?? entity.query,
      },
      entity.id,
    );
    uow.em.assign(entity, {
      ...view,
      visualisation: visualisation ?? entity.visualisation,
      updatedAt: uow.now,
    });
    recordChange(uow, 'METRIC_VIEW_UPDATED', entity.id);
    return entity.id;
  });
}

/** See the mutation `deleteMetricView`. */
export function deleteMetricView(
  ctx: GraphQLContext,
  input: DeleteMetricViewInput,
): Promise<ViewResult> {
  return inOneUnit(ctx, 'deleteMetricView', input, async (uow) => {
    const { id } = await existingView(uow, input.id);
    await uow.execute('delete from metric_view where organization_id = $1 and id = $2', [
      uow.organizationId,
      id,
    ]);
    recordChange(uow, 'METRIC_VIEW_DELETED', id);
    return id;
  });
}

/**
 * Whoever changes an organization's views waits here for the one before: what is looked at then
 * (whether a key is free, how many there are) still holds when it is written.
 */
async function lockViews(uow: UnitOfWork): Promise<void> {
  await insertMetricDefaults(uow);
  await uow.execute('select 1 from metric_settings where organization_id = $1 for update', [
    uow.organizationId,
  ]);
}

async function existingView(uow: UnitOfWork, globalId: string): Promise<MetricViewEntity> {
  const { organizationId } = uow;
  const id = inputId('MetricView', globalId, ['id']);
  const view = await uow.em.findOne(MetricViewEntity, { organizationId, id });
  if (view !== null) return view;
  throw new Refusal(refused('NOT_FOUND', ['id'], 'There is no such metric view.'));
}

/** @throws Refusal with everything that is wrong at once */
async function acceptedView(
  uow: UnitOfWork,
  content: ViewContent,
  ownId: string | null,
): Promise<CheckedView> {
  const [found] = await uow.execute<{ timeZone: string; taken: boolean }>(
    `select organization.time_zone as "timeZone", exists (
       select from metric_view v where v.organization_id = $1 and v.key = $2
         and v.id is distinct from $3::uuid) as taken
     from organization where organization.id = $1`,
    [uow.organizationId, content.key, ownId],
  );
  if (found === undefined) throw new Error(`Organization ${uow.organizationId} is gone`);
  const { view, errors } = checkedView(content, { now: uow.now, timeZone: found.timeZone });
  const taken = `There is a metric view "${content.key}" already: choose another key.`;
  const all = found.taken ? [...errors, refused('ALREADY_EXISTS', ['key'], taken)] : errors;
  if (all.length > 0) throw new Refusal(...all);
  return view;
}

async function assertRoom(uow: UnitOfWork): Promise<void> {
  const [row] = await uow.execute<{ count: number }>(
    'select count(*)::int as count from metric_view where organization_id = $1',
    [uow.organizationId],
  );
  if ((row?.count ?? 0) < MAX_VIEWS) return;
  const message = `An organization has at most ${MAX_VIEWS} metric views: delete one that nobody uses.`;
  throw new Refusal(limitExceeded([], message, MAX_VIEWS));
}

function recordChange(uow: UnitOfWork, kind: FeedEventKind, metricViewId: string): void {
  recordEvents(uow, [{ kind, metricViewId }]);
}
