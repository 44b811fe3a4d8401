import { LockMode, ref } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { hash } from 'node:crypto';
import { Arg, Ctx, Field, Float, ID, InputType, Int, Mutation, Resolver } from 'type-graphql';
import { ANSWERED_COLUMNS, COUNT_IMPORTED, countAnswered } from './metric-rollups.statements.ts';
import type { Context } from './plain.context.ts';
import { FeedEvent, Location, Response, Review, ReviewRollup } from './plain.entities.ts';
import { writerOf } from './serving.ts';
import { newId } from './write-statements.ts';

@InputType()
export class ReviewInput {
  @Field(() => String)
  source!: string;

  @Field(() => String)
  externalId!: string;

  @Field(() => String)
  locationExternalId!: string;

  @Field(() => Float)
  rating!: number;

  @Field(() => String, { nullable: true })
  title!: string | null;

  @Field(() => String, { nullable: true })
  text!: string | null;

  @Field(() => String, { nullable: true })
  language!: string | null;

  @Field(() => String, { nullable: true })
  authorName!: string | null;

  @Field(() => String)
  authoredAt!: string;
}

const HOUR = 3_600_000;
const LOCKED = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;

/** Takes numbers from the feed's counter; gives the one before them. */
async function takeNumbers(em: EntityManager, organizationId: string, count: number) {
  const [row] = await em.execute<{ last_seq: string }[]>(
    'update feed_counter set last_seq = last_seq + ? where organization_id = ? returning last_seq',
    [count, organizationId],
  );
  return Number(row!.last_seq) - count;
}

/** Each mutation is one transaction of a unit of work: entities are found, changed and flushed. */
@Resolver()
export class WriteResolver {
  @Mutation(() => Response)
  draftResponse(
    @Arg('reviewId', () => ID) reviewId: string,
    @Arg('body', () => String) body: string,
    @Ctx() ctx: Context,
  ): Promise<Response> {
    const organizationId = writerOf(ctx.caller);
    return ctx.em.transactional(async (em) => {
      const review = await em.findOneOrFail(Review, { organizationId, id: reviewId }, LOCKED);
      const now = new Date();
      const response = em.create(Response, {
        organizationId,
        id: newId(),
        review: ref(review),
        body,
        status: 'DRAFT',
        createdAt: now,
        updatedAt: now,
        publishedAt: null,
      });
      await tell(em, 'RESPONSE_DRAFTED', review, response);
      return response;
    });
  }

  @Mutation(() => Response)
  publishResponse(@Arg('id', () => ID) id: string, @Ctx() ctx: Context): Promise<Response> {
    const organizationId = writerOf(ctx.caller);
    return ctx.em.transactional(async (em) => {
      const response = await em.findOneOrFail(Response, { organizationId, id });
      const key = { organizationId, id: response.review.id };
      const review = await em.findOneOrFail(Review, key, LOCKED);
      const now = new Date();
      em.assign(response, { status: 'PUBLISHED', publishedAt: now, updatedAt: now });
      if (review.firstResponseAt === null) {
        await countMetrics(em, COUNT_RESPONSE, [organizationId, review.id, now]);
        review.firstResponseAt = now;
        await countResponse(em, review);
      }
      await tell(em, 'RESPONSE_PUBLISHED', review, response);
      return response;
    });
  }

  @Mutation(() => Int)
  importReviews(
    @Arg('reviews', () => [ReviewInput]) reviews: ReviewInput[],
    @Ctx() ctx: Context,
  ): Promise<number> {
    const organizationId = writerOf(ctx.caller);
    return ctx.em.transactional(async (em) => {
      const externalId = { $in: reviews.map((review) => review.locationExternalId) };
      const places = await em.find(Location, { organizationId, externalId });
      const byExternalId = new Map(places.map((location) => [location.externalId, location]));
      const rows = reviews.map((input) => {
        const location = byExternalId.get(input.locationExternalId);
        if (location === undefined) throw new Error(`no location ${input.locationExternalId}`);
        return reviewRow(input, location);
      });
      // The fastest way in its documentation: no unit of work, one statement.
      await em.insertMany(Review, rows);
      await countReviews(em, organizationId, rows);
      await countMetrics(em, COUNT_REVIEWS, [
        organizationId,
        `{${rows.map(({ id }) => id).join()}}`,
      ]);
      const before = await takeNumbers(em, organizationId, rows.length);
      const events = rows.map((row, index) => ({
        organizationId,
        seq: before + index + 1,
        kind: 'REVIEW_RECEIVED',
        occurredAt: row.receivedAt,
        reviewId: row.id,
        responseId: null,
        locationId: row.location[1],
        sentiment: row.sentiment,
      }));
      await em.insertMany(FeedEvent, events);
      return rows.length;
    });
  }
}

async function tell(em: EntityManager, kind: string, review: Review, response: Response) {
  const { organizationId } = review;
  em.create(FeedEvent, {
    organizationId,
    seq: (await takeNumbers(em, organizationId, 1)) + 1,
    kind,
    occurredAt: new Date(),
    reviewId: review.id,
    responseId: response.id,
    locationId: review.location?.id ?? null,
    sentiment: review.sentiment,
  });
}

async function countResponse(em: EntityManager, { organizationId, ...review }: Review) {
  if (review.location === null || !review.isPublic) return;
  const location = { organizationId, id: review.location.id };
  const { ratingScale } = review;
  const rollup = await em.findOneOrFail(ReviewRollup, { location, ratingScale }, LOCKED);
  rollup.respondedCount += 1;
}

/** The rollups of metrics: set-wise SQL costs it less than entities would. */
const COUNT_REVIEWS = `
  with written as (select * from review where organization_id = $1 and id = any($2::uuid[])), ${COUNT_IMPORTED}
  select`;
const COUNT_RESPONSE = `
  with r as (select ${ANSWERED_COLUMNS} from review r where r.organization_id = $1 and r.id = $2), ${countAnswered('$3::timestamptz')}
  select`;

/** MikroORM has one mark for all values. */
async function countMetrics(em: EntityManager, sql: string, values: readonly unknown[]) {
  const bound: unknown[] = [];
  const marked = sql.replaceAll(/\$(\d)/g, (_, number: string) => {
    bound.push(values[Number(number) - 1]);
    return '?';
  });
  await em.execute(marked, bound);
}

function sentimentOf(rating: number): string {
  if (rating <= 2) return 'NEGATIVE';
  return rating >= 4 ? 'POSITIVE' : 'NEUTRAL';
}

function reviewRow(input: ReviewInput, { organizationId, id: locationId }: Location) {
  const { locationExternalId: _, authoredAt, ...row } = input;
  const now = new Date();
  return {
    ...row,
    organizationId,
    id: newId(),
    location: [organizationId, locationId] as [string, string],
    ratingScale: 'STARS_5',
    sentiment: sentimentOf(row.rating),
    authoredAt: new Date(authoredAt),
    receivedAt: now,
    updatedAt: now,
    isPublic: true,
    contentHash: hash('sha256', JSON.stringify(row), 'buffer'),
    responseDueAt: new Date(now.getTime() + (row.rating <= 2 ? 24 : 48) * HOUR),
    firstResponseAt: null,
  };
}

/** In the order of the keys, so that two imports do not wait for each other in a circle. */
async function countReviews(
  em: EntityManager,
  organizationId: string,
  rows: readonly ReturnType<typeof reviewRow>[],
): Promise<void> {
  const byLocation = Map.groupBy(rows, (row) => row.location[1]);
  const location = { organizationId, id: { $in: [...byLocation.keys()] } };
  const known = await em.find(
    ReviewRollup,
    { location, ratingScale: 'STARS_5' },
    { ...LOCKED, orderBy: { location: { id: 'asc' } } },
  );
  const rollups = new Map(known.map((rollup) => [rollup.location.id, rollup]));
  for (const [id, own] of byLocation) {
    const rollup =
      rollups.get(id) ??
      em.create(ReviewRollup, {
        location: em.getReference(Location, [organizationId, id], { wrapped: true }),
        ratingScale: 'STARS_5',
      });
    for (const { rating } of own) {
      rollup.reviewCount += 1;
      rollup.ratingSum += rating;
      rollup[`stars${rating as 1 | 2 | 3 | 4 | 5}`] += 1;
    }
  }
  await em.flush();
}
