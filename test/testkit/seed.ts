import type { Data, TestApi } from './api.ts';
import { Random } from './random.ts';

const IMPORT_REVIEWS = `mutation ($input: ImportReviewsInput!) {
  importReviews(input: $input) { created rejected results { userErrors { message path } } }
}`;
const IMPORT_LOCATIONS = `mutation ($input: ImportLocationsInput!) {
  importLocations(input: $input) { created rejected results { userErrors { message path } } }
}`;
const IMPORT_PRODUCTS = `mutation ($input: ImportProductsInput!) {
  importProducts(input: $input) { created rejected }
}`;

type Run = (source: string, variables: object) => Promise<Data>;

const SCALES = [
  ['STARS_5', (random: Random) => 1 + random.below(5)],
  ['STARS_5', (random: Random) => 1 + random.below(5)],
  ['NUMERIC_10', (random: Random) => 1 + random.below(10)],
  ['THUMBS', (random: Random) => random.below(2)],
  ['TEXT_ONLY', () => null],
] as const;

const WORDS = 'soup bread coffee waiter terrace bill window music cold warm friendly slow'.split(
  ' ',
);

export interface SeedSize {
  readonly locations: number;
  readonly products: number;
  readonly reviews: number;
  /** Put into every name and text, so that it can be told in an answer whose row it is. */
  readonly marker?: string;
}

/**
 * Fills an organization through its own mutations: locations in a tree of groups, products, and
 * reviews of every source and scale, a third of them answered. The same seed gives the same rows.
 */
export async function seed(run: Run, size: SeedSize, seedNumber = 1): Promise<void> {
  const random = new Random(seedNumber);
  const mark = size.marker === undefined ? '' : `${size.marker} `;
  const locations = Array.from({ length: size.locations }, (_, i) => ({
    externalId: `loc-${i}`,
    name: `${mark}Location ${String(i).padStart(3, '0')}`,
    timeZone: random.pick(['Europe/Amsterdam', 'America/New_York', 'Asia/Tokyo']),
    locale: random.pick(['nl', 'en', 'ja']),
    tags: random.chance(0.5) ? ['centre'] : ['suburb', `${mark}parking`],
    groupPath: [`${mark}Brand`, `Region ${i % 3}`],
    phone: '+31 20 555 0100',
    address: { street: `${mark}Street ${i}`, city: 'Amsterdam', country: 'NL' },
  }));
  const products = Array.from({ length: size.products }, (_, i) => ({
    externalId: `product-${i}`,
    name: `${mark}Product ${i}`,
    url: `https://shop.example/products/${i}`,
  }));
  const reviews = Array.from({ length: size.reviews }, (_, i) => reviewRow(random, i, size));
  const imported = [
    (await run(IMPORT_LOCATIONS, { input: { locations } })).importLocations,
    (await run(IMPORT_PRODUCTS, { input: { products } })).importProducts,
  ];
  for (let i = 0; i < reviews.length; i += 1_000) {
    const input = { reviews: reviews.slice(i, i + 1_000) };
    imported.push((await run(IMPORT_REVIEWS, { input })).importReviews);
  }
  const rejected = imported.filter((payload: Data) => payload.rejected > 0);
  if (rejected.length > 0) throw new Error(`seed rows were rejected: ${JSON.stringify(rejected)}`);
}

function reviewRow(random: Random, i: number, size: SeedSize) {
  const mark = size.marker === undefined ? '' : `${size.marker} `;
  const [ratingScale, rating] = random.pick(SCALES);
  const words = Array.from({ length: 3 + random.below(8) }, () => random.pick(WORDS));
  // Days repeat, so that the order has ties, which the id has to break.
  const authoredAt = new Date(Date.UTC(2025, 0, 1 + random.below(60))).toISOString();
  return {
    source: random.pick(['GOOGLE', 'YELP', 'FIRST_PARTY', 'TRUSTPILOT']),
    externalId: `review-${i}`,
    locationExternalId: `loc-${random.below(size.locations)}`,
    ...(size.products > 0 &&
      random.chance(0.3) && { productExternalId: `product-${random.below(size.products)}` }),
    ratingScale,
    rating: rating(random),
    title: random.chance(0.3) ? `${mark}About the ${random.pick(WORDS)}` : null,
    text: random.chance(0.9) ? mark + words.join(' ') : null,
    language: random.pick(['en', 'nl', 'ja', null]),
    authorName: random.chance(0.8) ? `${mark}Author ${i}` : null,
    authoredAt,
    ...(random.chance(0.33) && {
      response: { body: `${mark}Thank you.`, publishedAt: authoredAt },
    }),
  };
}

/** Seeds the organization of a {@link TestApi}. */
export function seedApi(api: TestApi, size: SeedSize, seedNumber?: number): Promise<void> {
  return seed((source, variables) => api.run(source, variables), size, seedNumber);
}
