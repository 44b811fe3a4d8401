import { pickSome, type Question, randomFrom } from './question.ts';

export interface NestedListVariables {
  readonly locationIds: readonly string[];
}

export const nestedList: Question<NestedListVariables> = {
  name: 'Q2',
  title: 'Nested list: 20 locations, the 5 newest reviews of each, their responses',
  key: 'storefront',
  async variables(_client, { locationIds }) {
    const random = randomFrom(2);
    return () => ({ locationIds: pickSome(locationIds, 20, random) });
  },
};
