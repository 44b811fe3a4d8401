import { packDays, verifyRollups } from '../../src/modules/reviews/index.ts';
import { callerOf, type Data, type TestApi } from '../testkit/api.ts';
import { createOrganization } from '../testkit/database.ts';

/** In the middle of March: February is over everywhere. */
export const NOW = new Date('2026-03-15T12:00:00Z');

export interface Written {
  readonly [externalId: string]: { readonly on: string; readonly rating: number };
}

export const WINTER: Written = {
  before: { on: '2025-11-19', rating: 1 },
  a: { on: '2025-11-20', rating: 5 },
  b: { on: '2025-12-31', rating: 3 },
  c: { on: '2026-02-01', rating: 4 },
  d: { on: '2026-02-28', rating: 5 },
  e: { on: '2026-02-28', rating: 1 },
  f: { on: '2026-03-14', rating: 2 },
  after: { on: '2026-03-15', rating: 1 },
};
/** Those of winter that {@link PackedPlace.days} gives by default: day, reviews, those before, average score. */
export const DAYS = [
  ['2025-11-20', 1, null, 1],
  ['2025-12-31', 1, null, 0.5],
  ['2026-02-01', 1, null, 0.75],
  ['2026-02-28', 2, null, 0.5],
  ['2026-03-14', 1, null, 0.25],
];

export const ASK = `query ($query: MetricQuery!) { metrics(query: $query) { rows {
  bucket values { value previous n numerator denominator } } } }`;
const MEASURES = ['REVIEW_COUNT', 'REVIEW_AVERAGE_SCORE', 'RESPONSE_RATE', 'REVIEW_STARS_5'];
const IMPORT_LOCATIONS =
  'mutation ($input: ImportLocationsInput!) { importLocations(input: $input) { rejected } }';
const IMPORT_REVIEWS =
  'mutation ($input: ImportReviewsInput!) { importReviews(input: $input) { rejected } }';

let number = 0;

/** An organization with one location, whose days are packed. */
export class PackedPlace {
  readonly api: TestApi;
  readonly organizationId: string;

  private constructor(api: TestApi, organizationId: string) {
    this.api = api;
    this.organizationId = organizationId;
  }

  static async make(api: TestApi): Promise<PackedPlace> {
    const organizationId = await createOrganization(api.db, { slug: `packed-${number++}` });
    const place = new PackedPlace(api, organizationId);
    await place.addLocation('here', 'Here');
    return place;
  }

  async run(source: string, variables: object = {}): Promise<Data> {
    return this.api.run(source, variables, callerOf(this.organizationId, 'INTEGRATOR'));
  }

  async addLocation(externalId: string, name: string): Promise<void> {
    await this.run(IMPORT_LOCATIONS, { input: { locations: [{ externalId, name }] } });
  }

  /** @throws Error where a review is rejected */
  async write(reviews: Written, locationExternalId = 'here'): Promise<void> {
    const rows = Object.entries(reviews).map(([externalId, { on, rating }]) => ({
      source: 'GOOGLE',
      externalId,
      rating,
      locationExternalId,
      authoredAt: `${on}T12:00:00Z`,
    }));
    const { importReviews } = await this.run(IMPORT_REVIEWS, { input: { reviews: rows } });
    if (importReviews.rejected > 0) throw new Error(`${importReviews.rejected} were rejected`);
  }

  /** @returns how many months were packed */
  async pack(now = NOW): Promise<number> {
    let months = 0;
    for await (const { done, total } of packDays(this.api.db, this.organizationId, now)) {
      months = done;
      if (done > total) throw new Error(`${done} of ${total} months are packed`);
    }
    return months;
  }

  /** The days that count something, by the location and over all, which have to be the same. */
  async days(range = { from: '2025-11-20', to: '2026-03-14' }, compare = false): Promise<Data[]> {
    const { location } = await this.run('{ location(externalId: "here") { id } }');
    const query = { measures: MEASURES, range, granularity: 'DAY', compare };
    const [here, all] = await Promise.all([
      this.#countedDays({ ...query, filter: { locationIds: [location.id] } }),
      this.#countedDays({ ...query, filter: null }),
    ]);
    const text = JSON.stringify(here);
    if (text !== JSON.stringify(all))
      throw new Error(`${text} here, ${JSON.stringify(all)} in all`);
    return here;
  }

  async #countedDays(query: object): Promise<Data[]> {
    const { metrics } = await this.run(ASK, { query });
    const rows = metrics.rows.filter(({ values }: Data) =>
      values.some(({ n, previous }: Data) => n > 0 || previous > 0),
    );
    return rows.map(({ bucket, values: [count, average] }: Data) => [
      bucket,
      count.n,
      count.previous,
      average.value,
    ]);
  }

  /** The packed months over all. */
  async rows(): Promise<Data[]> {
    return this.api.db.read<Data>(
      this.organizationId,
      `select to_char(p.starts, 'YYYY-MM') as month, p.revision = m.revision as holds, p.reviews, p.score_sum
       from packed_days p join review_total m using (organization_id, place_id, starts)
       where p.organization_id = $1 and p.place_id = $1 and m.span = 'MONTH' order by 1`,
    );
  }

  async differences(): Promise<Data[]> {
    const all = [];
    for await (const step of verifyRollups(this.api.db, this.organizationId)) {
      all.push(...step.differences);
    }
    return all;
  }
}
