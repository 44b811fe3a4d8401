import type { UnitOfWork } from '../../db/database.ts';
import { recordEvents } from '../../feed/events.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { idempotently } from '../../graphql/idempotency.ts';
import {
  invalidValue,
  orUserErrors,
  Refusal,
  type UserErrorData,
} from '../../graphql/user-error.ts';
import { insertMetricDefaults } from './default-views.ts';
import { MetricSettingsEntity } from './metric-settings.entity.ts';
import {
  DEFAULT_METRIC_SETTINGS,
  type MetricSettings,
  REPUTATION_COMPONENTS,
} from './metric-settings.ts';
import type { ReputationWeightsInput, UpdateMetricSettingsInput } from './metric-settings.type.ts';

export interface SettingsResult {
  readonly isChanged: boolean;
  readonly userErrors: readonly UserErrorData[];
}

/** See the mutation `updateMetricSettings`. */
export function updateMetricSettings(
  { db, caller }: GraphQLContext,
  input: UpdateMetricSettingsInput,
): Promise<SettingsResult> {
  const { idempotencyKey: key, ...rest } = input;
  const call = { key, operation: 'updateMetricSettings', input: rest };
  return orUserErrors<SettingsResult>(
    () =>
      db.unitOfWork(caller.organizationId, (uow) =>
        idempotently(uow, call, async () => {
          await update(uow, rest);
          return { isChanged: true, userErrors: [] };
        }),
      ),
    (userErrors) => ({ isChanged: false, userErrors }),
  );
}

async function update(uow: UnitOfWork, input: UpdateMetricSettingsInput): Promise<void> {
  const { organizationId, now } = uow;
  await insertMetricDefaults(uow);
  // Two who change a weight each must not take back what the other did.
  await uow.execute('select 1 from metric_settings where organization_id = $1 for update', [
    organizationId,
  ]);
  const entity = await uow.em.findOneOrFail(MetricSettingsEntity, { organizationId });
  const weights = weightsOf(entity.weights, input.weights ?? {});
  const errors = [
    ...checkShare('goalNegative', input.goalNegative),
    ...checkShare('goalPositive', input.goalPositive),
    ...checkWeights(weights),
  ];
  if (errors.length > 0) throw new Refusal(...errors);
  uow.em.assign(entity, {
    goalNegative: input.goalNegative ?? entity.goalNegative,
    goalPositive: input.goalPositive ?? entity.goalPositive,
    weights,
    updatedAt: now,
  });
  recordEvents(uow, [{ kind: 'METRIC_SETTINGS_UPDATED' }]);
}

function weightsOf(
  before: MetricSettings['weights'],
  change: ReputationWeightsInput,
): MetricSettings['weights'] {
  const weights = { ...DEFAULT_METRIC_SETTINGS.weights, ...before };
  for (const name of REPUTATION_COMPONENTS) weights[name] = change[name] ?? weights[name];
  return weights;
}

function checkShare(name: string, share: number | null | undefined): UserErrorData[] {
  if (share == null || (share >= 0 && share <= 1)) return [];
  return [invalidValue([name], `\`${name}\` is ${share}; it has to be from 0 to 1.`, ['0..1'])];
}

/** Beyond that, sums of weights lose digits. */
const MAX_WEIGHT = 1_000_000;

function checkWeights(weights: MetricSettings['weights']): UserErrorData[] {
  const errors = REPUTATION_COMPONENTS.flatMap((name) => {
    const weight = weights[name];
    if (weight >= 0 && weight <= MAX_WEIGHT) return [];
    const message = `\`${name}\` is ${weight}; a weight is 0 or more.`;
    return [invalidValue(['weights', name], message, [`0..${MAX_WEIGHT}`])];
  });
  const sum = REPUTATION_COMPONENTS.reduce((total, name) => total + weights[name], 0);
  if (errors.length > 0 || sum > 0) return errors;
  return [invalidValue(['weights'], 'At least one component has to count: all weights are 0.')];
}
