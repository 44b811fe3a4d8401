/**
 * Drafts an answer to every negative review: first to those that wait already, then to each new one
 * the moment it comes in. Started again, it goes on where it was: the feed's cursor is kept in a file,
 * and the idempotency key sees to it that no review gets two drafts.
 *
 *     ANTIPHON_URL=http://localhost:4000 INTEGRATOR_KEY=ant_sec_… \
 *       node clients/internal/example/reply-to-negatives.ts feed-cursor.txt
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { argv, env, stdout } from 'node:process';
import {
  createInternalClient,
  draftResponse,
  eachAwaitingResponse,
  followNegativeReviews,
  getFeedPosition,
  type InternalClient,
  type ReviewFieldsFragment,
} from '../src/index.ts';

/** A draft: a person reads it over, makes it their own, and publishes it. */
async function reply(client: InternalClient, review: ReviewFieldsFragment): Promise<void> {
  const place = review.location?.name ?? 'us';
  const body = `Thank you for telling us about your visit to ${place}. We are sorry, and want to make it right.`;
  const input = { reviewId: review.id, body, idempotencyKey: `first-draft-${review.id}` };
  const { draftResponse: result } = await draftResponse(client, { input });
  const outcome = result.response?.status ?? result.userErrors.map(({ message }) => message).join();
  stdout.write(`${review.id} ${place} ${review.responseDueAt ?? ''}: ${outcome}\n`);
}

/** Whole or not at all, whenever the process ends. */
async function keep(cursor: string): Promise<void> {
  await writeFile(`${cursorFile}.new`, cursor);
  await rename(`${cursorFile}.new`, cursorFile);
}

const [, , cursorFile = 'feed-cursor.txt'] = argv;
const client = createInternalClient({
  url: env['ANTIPHON_URL'] ?? 'http://localhost:4000',
  key: env['INTEGRATOR_KEY'] ?? '',
  transport: env['TRANSPORT'] === 'event-stream' ? 'event-stream' : 'websocket',
});

let after = await readFile(cursorFile, 'utf8').catch(() => null);
if (after === null) {
  // Taken before the list is read, so that what comes in meanwhile is not missed.
  after = (await getFeedPosition(client)).feedPosition;
  for await (const review of eachAwaitingResponse(client)) {
    if (review.sentiment !== 'NEGATIVE') break;
    await reply(client, review);
  }
  await keep(after);
}

const negatives = followNegativeReviews(
  client,
  { after },
  { onInterrupted: (error) => stdout.write(`interrupted: ${error.message}\n`) },
);
for await (const { review, cursor } of negatives) {
  await reply(client, review);
  await keep(cursor);
}
