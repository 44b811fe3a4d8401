import { pick, type Question, randomFrom } from './question.ts';

/** The page behind this review. */
export interface InboxVariables {
  readonly authoredAt: string;
  readonly reviewId: string;
}

/** How many places of the inbox are drawn from. */
const PLACES = 2_000;

export const inbox: Question<InboxVariables> = {
  name: 'Q4',
  title:
    'Inbox: the 50 newest negative reviews awaiting a response over all locations, with location, by cursor',
  key: 'secret',
  async variables(client, { organizationId }) {
    const { rows } = await client.query<{ id: string; authored_at: Date }>(
      `select id, authored_at from review
       where organization_id = $1 and sentiment = 'NEGATIVE' and first_response_at is null
       order by md5(id::text) limit ${PLACES}`,
      [organizationId],
    );
    const places = rows.map((row) => ({
      authoredAt: row.authored_at.toISOString(),
      reviewId: row.id,
    }));
    const random = randomFrom(4);
    return () => pick(places, random);
  },
};
