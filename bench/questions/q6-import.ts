import { pick, type Question, randomFrom } from './question.ts';
import { rollupsDiffer } from './rollups-differ.ts';

export interface ImportedReview {
  readonly source: string;
  readonly externalId: string;
  readonly locationExternalId: string;
  readonly rating: number;
  readonly title: string | null;
  readonly text: string;
  readonly language: string;
  readonly authorName: string;
  readonly authoredAt: string;
}

export interface ImportVariables {
  readonly reviews: readonly ImportedReview[];
}

const ROWS = 1_000;
/** By which the rows are told from the dataset's. */
export const IMPORTED_LEAD = 'import-';

const TEXTS = [
  'We came on a rainy Tuesday, were shown to a table at once, and the soup was excellent.',
  'The order took an hour. Nobody told us why, and nobody said sorry when it came cold.',
  'Good value, friendly people, and they remembered what I had bought the last time I was here.',
  'It is all right. The rooms are clean, the street is loud, and breakfast ends too early for a weekend.',
];

let calls = 0;

export const importReviews: Question<ImportVariables> = {
  name: 'Q6',
  title: 'Import: new reviews, 1,000 a call, with their events and the rollups',
  key: 'secret',
  // A call is a thousand rows already.
  connections: 4,
  unit: { name: 'reviews', perOperation: ROWS },
  async variables(client, { organizationId, url }) {
    const { rows } = await client.query<{ external_id: string }>(
      'select external_id from location where organization_id = $1 order by external_id',
      [organizationId],
    );
    const random = randomFrom(6);
    const run = `${IMPORTED_LEAD}${url.length}-${Date.now()}`;
    return () => {
      calls += 1;
      const reviews = Array.from({ length: ROWS }, (_, index) => ({
        source: pick(['GOOGLE', 'YELP', 'TRUSTPILOT'], random),
        externalId: `${run}-${calls}-${index}`,
        locationExternalId: pick(rows, random).external_id,
        rating: 1 + Math.floor(random() * 5),
        title: random() < 0.3 ? 'A visit' : null,
        text: `${pick(TEXTS, random)} ${pick(TEXTS, random)}`,
        language: 'en',
        authorName: `Guest ${index}`,
        authoredAt: new Date(Date.UTC(2026, 0, 1) + Math.floor(random() * 1e9)).toISOString(),
      }));
      return { reviews };
    };
  },
  async written(client, { organizationId }, { reviews }) {
    const { rows } = await client.query<{ places: string[]; from: Date; to: Date }>(
      `select array_agg(distinct r.location_id) as places, min(r.authored_at) as from, max(r.authored_at) as to, count(*)::int as reviews,
         bool_and(r.rating_scale = 'STARS_5' and r.is_public and octet_length(r.content_hash) = 32
           and r.version = 1 and r.first_response_at is null) as "isAsImported",
         bool_and(r.sentiment = case when r.rating <= 2 then 'NEGATIVE' when r.rating >= 4 then 'POSITIVE' else 'NEUTRAL' end
           and r.response_due_at = r.received_at + case when r.rating <= 2 then interval '24 hours' else interval '48 hours' end
         ) as "isJudged",
         count(e.seq)::int as events,
         bool_and(e.kind = 'REVIEW_RECEIVED' and e.location_id = r.location_id and e.sentiment = r.sentiment) as "isTold",
         bool_and(r.text = n.text and r.authored_at = n.authored_at and r.author_name = n.author_name) as "isTheSame",
         max(e.seq) = (select last_seq from feed_counter where organization_id = $1) as "isDense"
       from unnest($2::text[], $3::text[], $4::timestamptz[], $5::text[]) as n(external_id, text, authored_at, author_name)
       join review r on r.organization_id = $1 and r.external_id = n.external_id
       left join feed_event e on e.organization_id = $1 and e.review_id = r.id`,
      [
        organizationId,
        reviews.map((review) => review.externalId),
        reviews.map((review) => review.text),
        reviews.map((review) => review.authoredAt),
        reviews.map((review) => review.authorName),
      ],
    );
    const { places: locationIds, from, to, ...facts } = rows[0]!;
    const touched = { locationIds, from, to };
    return { ...facts, wrongRollups: await rollupsDiffer(client, organizationId, touched) };
  },
};
