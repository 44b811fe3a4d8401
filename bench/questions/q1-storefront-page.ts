import { pick, type Question, randomFrom } from './question.ts';

export interface StorefrontPageVariables {
  /** A UUID, as all ids in variables. */
  readonly locationId: string;
}

export const storefrontPage: Question<StorefrontPageVariables> = {
  name: 'Q1',
  title:
    'Storefront page: a location, its summary with distribution, its 10 newest reviews with responses',
  key: 'storefront',
  async variables(_client, { locationIds }) {
    const random = randomFrom(1);
    return () => ({ locationId: pick(locationIds, random) });
  },
};
