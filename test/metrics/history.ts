import { packDays } from '../../src/modules/reviews/index.ts';
import type { Data, TestApi } from '../testkit/api.ts';
import { callerOf } from '../testkit/api.ts';
import { createOrganization } from '../testkit/database.ts';
import type { Random } from '../testkit/random.ts';

/** Zones on both sides of the date line, with and without daylight saving, and with odd offsets. */
const ZONES = [
  'UTC',
  'Europe/Amsterdam',
  'America/New_York',
  'Asia/Kathmandu',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'America/St_Johns',
  'Australia/Lord_Howe',
];
/** Around borders of days, months and years, and where clocks go forward and back. */
const MOMENTS = [
  '2024-03-31T00:30:00Z',
  '2024-03-31T01:00:00Z',
  '2024-10-27T00:59:59.999Z',
  '2024-11-03T05:59:59Z',
  '2024-12-31T23:30:00Z',
  '2025-01-01T00:00:00Z',
  '2024-02-29T12:00:00Z',
  '2024-07-01T03:59:59Z',
  '2024-04-06T15:15:00Z',
];
const SOURCES = ['GOOGLE', 'YELP', 'FIRST_PARTY'];
const LANGUAGES = ['nl', 'en', 'pt-BR', null];
const RATINGS: Readonly<Record<string, readonly (number | null)[]>> = {
  STARS_5: [1, 2, 3, 4, 5, 4.5, 2.35],
  NUMERIC_10: [1, 3.3, 5, 7, 10],
  THUMBS: [0, 1],
  TEXT_ONLY: [null],
};
const HOUR = 3_600_000;

const IMPORT = `mutation ($input: ImportReviewsInput!) {
  importReviews(input: $input) { rejected results { review { id } userErrors { message } } userErrors { message } } }`;
const PLACES = `mutation ($input: ImportLocationsInput!) {
  importLocations(input: $input) { rejected userErrors { message } } }`;
const PUBLISH = `mutation ($input: PublishResponseInput!) {
  publishResponse(input: $input) { response { id } userErrors { code } } }`;
const WITHDRAW = `mutation ($input: WithdrawResponseInput!) {
  withdrawResponse(input: $input) { userErrors { code } } }`;
const DELETE = `mutation ($input: DeleteReviewInput!) { deleteReview(input: $input) { userErrors { code } } }`;

/**
 * A random history of writes over a few reviews and locations of an organization of its own: reviews
 * arrive, are edited, move, are answered and deleted, responses are withdrawn, locations change
 * their time zones, and days are packed; by several writers at once, who get in each other's way.
 */
export class History {
  readonly #api: TestApi;
  readonly #random: Random;
  readonly organizationId: string;
  readonly #reviews = new Map<string, string>();
  readonly #responses: string[] = [];

  private constructor(api: TestApi, random: Random, organizationId: string) {
    this.#api = api;
    this.#random = random;
    this.organizationId = organizationId;
  }

  static async begin(api: TestApi, random: Random, name: string): Promise<History> {
    const timeZone = random.pick(ZONES);
    const organizationId = await createOrganization(api.db, { slug: name, timeZone });
    const history = new History(api, random, organizationId);
    await history.#run(PLACES, {
      locations: [0, 1, 2].map((n) => history.#place(n)),
    });
    return history;
  }

  /** Each writer does so many things, one after the other, beside the others. */
  async play(writers: number, steps: number): Promise<void> {
    await Promise.all(
      Array.from({ length: writers }, async () => {
        for (let i = 0; i < steps; i++) await this.#step();
      }),
    );
  }

  async #step(): Promise<void> {
    const random = this.#random;
    const dice = random.next();
    const review = this.#known([...this.#reviews.values()]);
    const response = this.#known(this.#responses);
    if (dice < 0.08) {
      await this.#run(PLACES, { locations: [this.#place(random.below(3))] });
    } else if (dice < 0.25 && review !== null) {
      const done = await this.#run(PUBLISH, { reviewId: review, body: 'Thank you.' });
      if (done.publishResponse.response) this.#responses.push(done.publishResponse.response.id);
    } else if (dice < 0.35 && response !== null) {
      await this.#run(WITHDRAW, { responseId: response });
    } else if (dice < 0.42 && review !== null) {
      await this.#run(DELETE, { reviewId: review });
    } else if (dice < 0.5) {
      await this.pack();
    } else {
      await this.#import(1 + random.below(4));
    }
  }

  async pack(): Promise<void> {
    for await (const _ of packDays(this.#api.db, this.organizationId, new Date())) continue;
  }

  async #import(count: number): Promise<void> {
    const rows = Array.from({ length: count }, () => this.#review());
    const { importReviews } = await this.#run(IMPORT, { reviews: rows });
    if (importReviews.rejected > 0) throw new Error(JSON.stringify(importReviews));
    importReviews.results.forEach(({ review }: Data, i: number) => {
      // Deleted meanwhile by another writer.
      if (review !== null) this.#reviews.set(rows[i]!.externalId, review.id);
    });
  }

  #known(ids: readonly string[]): string | null {
    return ids.length === 0 ? null : this.#random.pick(ids);
  }

  #place(n: number) {
    const random = this.#random;
    const groupPath = random.chance(0.3) ? null : [`Region ${random.below(2)}`];
    return {
      externalId: `place-${n}`,
      name: `Place ${n}`,
      timeZone: random.pick(ZONES),
      groupPath,
    };
  }

  #review() {
    const random = this.#random;
    const scale = random.pick(Object.keys(RATINGS));
    const place = random.below(4);
    const authoredAt = new Date(Date.parse(random.pick(MOMENTS)) + random.below(3) * HOUR);
    return {
      source: random.pick(SOURCES),
      externalId: `r${random.below(8)}`,
      locationExternalId: place === 3 ? null : `place-${place}`,
      ratingScale: scale,
      rating: random.pick(RATINGS[scale]!),
      text: random.pick(['Wonderful, great!', 'Terrible, awful.', 'Soup.', null]),
      language: random.pick(LANGUAGES),
      authoredAt: authoredAt.toISOString(),
      response: random.chance(0.3) ? this.#response(authoredAt) : null,
    };
  }

  /** Published before the review came here, or after; sources' clocks may be ahead by some hours. */
  #response(authoredAt: Date) {
    const soon = new Date(Date.now() + this.#random.below(20 * HOUR));
    const publishedAt = this.#random.chance(0.5) ? authoredAt : soon;
    return { body: `Answer ${this.#random.below(3)}`, publishedAt: publishedAt.toISOString() };
  }

  async #run(source: string, input: object): Promise<Data> {
    return this.#api.run(source, { input }, callerOf(this.organizationId, 'INTEGRATOR'));
  }
}
