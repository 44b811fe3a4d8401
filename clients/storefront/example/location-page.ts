/** A page about one location: its stars, and what its customers say, ten reviews at a time. */
import { getLocationPage, type RequestClient, type ResultOf } from '../src/index.ts';
import type { GetLocationPageDocument, ReviewFieldsFragment } from '../src/index.ts';

type Location = NonNullable<ResultOf<typeof GetLocationPageDocument>['location']>;

/** HTML; null where there is no such location. `after`: the `endCursor` of the page before. */
export async function locationPage(
  client: RequestClient,
  externalId: string,
  after: string | null = null,
): Promise<string | null> {
  const { location } = await getLocationPage(client, { externalId, after });
  if (location === null) return null;
  const { hasNextPage, endCursor } = location.reviews.pageInfo;
  return `<!doctype html>
<html lang="${escape(location.locale)}">
  <title>${escape(location.name)}: reviews</title>
  <h1>${escape(location.name)}</h1>
  <p>${escape(addressLine(location))}</p>
  ${summary(location)}
  ${location.reviews.nodes.map((review) => article(review, location)).join('\n  ')}
  ${hasNextPage ? `<a rel="next" href="?after=${encodeURIComponent(endCursor ?? '')}">More</a>` : ''}
</html>
`;
}

function addressLine({ address }: Location): string {
  return [address?.street, address?.postalCode, address?.city].filter(Boolean).join(', ');
}

function summary({ reviewSummary: { averageRating, count, distribution } }: Location): string {
  if (averageRating === null) return '<p>No ratings yet.</p>';
  const rows = distribution.map(
    ({ rating, count: n }) =>
      `<tr><th>${rating}</th><td><meter max="${count}" value="${n}">${n}</meter></td></tr>`,
  );
  return `<p><strong>${averageRating.toFixed(1)}</strong> of 5, ${count} reviews</p>
  <table>${rows.reverse().join('')}</table>`;
}

function article(review: ReviewFieldsFragment, { name, timeZone }: Location): string {
  const day = new Date(review.authoredAt).toLocaleDateString('en', { timeZone, dateStyle: 'long' });
  const answers = review.responses.map(
    ({ body }) => `<blockquote><b>${escape(name)}:</b> ${escape(body)}</blockquote>`,
  );
  return `<article lang="${escape(review.language ?? '')}">
    <h2>${stars(review.score)} ${escape(review.author.name ?? 'Anonymous')}, ${day}</h2>
    <p>${escape(review.text ?? '')}</p>
    ${answers.join('')}
  </article>`;
}

/** Whatever the scale of the review's site, shown on five stars. */
function stars(score: number | null): string {
  if (score === null) return '';
  const full = Math.floor(1 + 4 * score + 0.5);
  return `<span aria-label="${full} of 5">${'★'.repeat(full)}${'☆'.repeat(5 - full)}</span>`;
}

/** What customers write is text, and never markup. */
function escape(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
