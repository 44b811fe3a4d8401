import type { Data, TestApi } from '../testkit/api.ts';

export const VIEW = `id key name description visualisation
  goals { measure atLeast atMost value met }
  query { measures dimensions filter { locationExternalIds sources } granularity compare
    range { from to current last { count unit } } }`;
const ERRORS =
  'userErrors { __typename code message path ... on InvalidValueError { allowed } ... on LimitExceededError { limit } }';
export const CREATE = `mutation ($input: CreateMetricViewInput!) { createMetricView(input: $input) { metricView { ${VIEW} } ${ERRORS} } }`;
const UPDATE = `mutation ($input: UpdateMetricViewInput!) { updateMetricView(input: $input) { metricView { ${VIEW} } ${ERRORS} } }`;
export const DELETE = `mutation ($input: DeleteMetricViewInput!) { deleteMetricView(input: $input) { deletedId ${ERRORS} } }`;

export const QUERY = { measures: ['REVIEW_COUNT'], range: { last: { count: 7, unit: 'DAY' } } };

let made = 0;
/** Of a view that is as good as any, but for these parts. */
export const viewInput = (parts: object = {}) => ({
  key: `view-${++made}`,
  name: 'A view',
  query: QUERY,
  ...parts,
});

/** Payloads of the mutations of metric views. */
export interface ViewMutations {
  create(parts?: object): Promise<Data>;
  update(input: object): Promise<Data>;
  remove(input: object): Promise<Data>;
}

export function viewMutations(api: () => TestApi): ViewMutations {
  return {
    create: async (parts) =>
      (await api().run(CREATE, { input: viewInput(parts) })).createMetricView,
    update: async (input) => (await api().run(UPDATE, { input })).updateMetricView,
    remove: async (input) => (await api().run(DELETE, { input })).deleteMetricView,
  };
}
