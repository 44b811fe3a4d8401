import { GraphQLError } from 'graphql';
import { checkText } from '../../graphql/text-checks.ts';
import { invalidValue, limitExceeded, type UserErrorData } from '../../graphql/user-error.ts';
import { checkedQuery } from './check-query.ts';
import type { MetricQuery } from './metric-query.input.ts';
import type { MetricGoalInput } from './metric-view.input.ts';
import { goalQuery, type StoredGoal, type StoredQuery, storedQuery } from './stored-view.ts';

/** What a view says, whether it is new or changed. */
export interface ViewContent {
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly goals: readonly MetricGoalInput[];
  readonly query: MetricQuery;
}

/** The same, checked, as it is kept. */
export interface CheckedView extends ViewContent {
  readonly goals: readonly StoredGoal[];
  readonly query: StoredQuery;
}

export interface Today {
  readonly now: Date;
  /** Of the organization. */
  readonly timeZone: string;
}

const KEY = /^[a-z0-9-]{1,63}$/;
const LONGEST_NAME = 200;
const LONGEST_DESCRIPTION = 2_000;
const MAX_GOALS = 20;
/** Of a query as JSON: a filter may list a thousand locations. */
const LONGEST_QUERY = 50_000;
const LONGEST_EXTERNAL_ID = 200;

/** The view as it is to be kept, or everything that is wrong with it. */
export function checkedView(
  view: ViewContent,
  today: Today,
): { view: CheckedView; errors: readonly UserErrorData[] } {
  const name = view.name.trim();
  const description = view.description?.trim() || null;
  const goals = view.goals.map(({ measure, atLeast, atMost }) => ({
    measure,
    atLeast: atLeast ?? null,
    atMost: atMost ?? null,
  }));
  const errors = [
    ...checkKey(view.key),
    ...checkText(name, ['name'], LONGEST_NAME, { required: true }),
    ...checkText(description, ['description'], LONGEST_DESCRIPTION),
  ];
  const queryErrors = checkQuery(view.query, today);
  errors.push(...queryErrors);
  // Without a query that can be asked, nothing is known of what could be its goals.
  if (queryErrors.length === 0) errors.push(...checkGoals(goals, view.query, today));
  const query = storedQuery(view.query);
  return { view: { key: view.key, name, description, goals, query }, errors };
}

function checkKey(key: string): UserErrorData[] {
  if (KEY.test(key)) return [];
  const message = 'A key has 1 to 63 lower case letters, digits and hyphens.';
  return [invalidValue(['key'], message)];
}

/** What is wrong with a query that is to be kept. */
export function checkQuery(query: MetricQuery, today: Today): UserErrorData[] {
  const refusal = refusalOf(query, today);
  if (refusal !== null) return [refusal];
  const texts = (query.filter?.locationExternalIds ?? []).flatMap((text, index) =>
    checkText(text, ['query', 'filter', 'locationExternalIds', String(index)], LONGEST_EXTERNAL_ID),
  );
  if (texts.length > 0) return texts;
  const length = JSON.stringify(query).length;
  if (length <= LONGEST_QUERY) return [];
  const message = `The query has ${length} characters as JSON; at most ${LONGEST_QUERY} are kept. Filter by group instead of by location.`;
  return [limitExceeded(['query'], message, LONGEST_QUERY)];
}

function checkGoals(
  goals: readonly StoredGoal[],
  query: MetricQuery,
  today: Today,
): UserErrorData[] {
  if (goals.length > MAX_GOALS) {
    const message = `A view takes at most ${MAX_GOALS} goals; these are ${goals.length}.`;
    return [limitExceeded(['goals'], message, MAX_GOALS)];
  }
  return goals.flatMap((goal, index) => {
    const path = ['goals', String(index)];
    if ((goal.atLeast === null) === (goal.atMost === null)) {
      return [invalidValue(path, 'A goal is either `atLeast` or `atMost` a value: give one.')];
    }
    // Over the whole range, without the dimensions of the view: not every measure has that.
    const refusal = refusalOf(goalQuery(query, [goal]), today);
    return refusal === null ? [] : [{ ...refusal, path: [...path, 'measure'] }];
  });
}

/** Why a query cannot be asked, in words of an input; null where it can. */
function refusalOf(query: MetricQuery, { now, timeZone }: Today): UserErrorData | null {
  try {
    checkedQuery(query, now, timeZone);
    return null;
  } catch (error) {
    if (!(error instanceof GraphQLError) || error.extensions['code'] !== 'BAD_USER_INPUT')
      throw error;
    const { path, allowed } = error.extensions as { path?: unknown[]; allowed?: unknown[] };
    return invalidValue(
      (path ?? ['query']).map(String),
      error.message,
      allowed === undefined ? null : allowed.map(String),
    );
  }
}
