import { BigIntType, OptionalProps, PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';

/**
 * Entities as the tutorials of this stack have them: one class is the table and the schema's type.
 */
const count = new BigIntType('number');

@ObjectType()
export class Address {
  @Field(() => String, { nullable: true })
  street?: string;

  @Field(() => String, { nullable: true })
  postalCode?: string;

  @Field(() => String, { nullable: true })
  city?: string;

  @Field(() => String, { nullable: true })
  country?: string;
}

@ObjectType()
@Entity({ tableName: 'location' })
export class Location {
  [PrimaryKeyProp]?: ['organizationId', 'id'];

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @Field(() => ID)
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => String)
  @Property({ type: 'text' })
  externalId!: string;

  @Field(() => String)
  @Property({ type: 'text' })
  name!: string;

  @Field(() => String, { nullable: true })
  @Property({ type: 'text', nullable: true })
  phone!: string | null;

  @Field(() => String)
  @Property({ type: 'text' })
  timeZone!: string;

  @Field(() => Address, { nullable: true })
  @Property({ type: 'json', nullable: true })
  address!: Address | null;
}

@ObjectType()
export class ReviewAuthor {
  @Field(() => String, { nullable: true })
  name!: string | null;
}

@ObjectType()
@Entity({ tableName: 'review' })
export class Review {
  [PrimaryKeyProp]?: ['organizationId', 'id'];

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @Field(() => ID)
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Location, {
    joinColumns: ['organization_id', 'location_id'],
    ref: true,
    nullable: true,
  })
  location!: Ref<Location> | null;

  @Field(() => String)
  @Property({ type: 'text' })
  source!: string;

  @Property({ type: 'text' })
  externalId!: string;

  @Field(() => Float, { nullable: true })
  @Property({ type: 'double', nullable: true })
  rating!: number | null;

  @Field(() => String)
  @Property({ type: 'text' })
  ratingScale!: string;

  @Field(() => String)
  @Property({ type: 'text' })
  sentiment!: string;

  @Field(() => String, { nullable: true })
  @Property({ type: 'text', nullable: true })
  title!: string | null;

  @Field(() => String, { nullable: true })
  @Property({ type: 'text', nullable: true })
  text!: string | null;

  @Field(() => String, { nullable: true })
  @Property({ type: 'text', nullable: true })
  language!: string | null;

  @Property({ type: 'text', nullable: true })
  authorName!: string | null;

  @Field(() => Date)
  @Property({ type: 'datetime' })
  authoredAt!: Date;

  @Property({ type: 'datetime' })
  receivedAt!: Date;

  @Property({ type: 'datetime' })
  updatedAt!: Date;

  @Property({ type: 'boolean' })
  isPublic: boolean = true;

  @Property({ type: 'blob' })
  contentHash!: Buffer;

  @Field(() => Date, { nullable: true })
  @Property({ type: 'datetime', nullable: true })
  responseDueAt!: Date | null;

  @Property({ type: 'datetime', nullable: true })
  firstResponseAt!: Date | null;
}

@ObjectType()
@Entity({ tableName: 'response' })
export class Response {
  [PrimaryKeyProp]?: ['organizationId', 'id'];

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @Field(() => ID)
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => Review, { joinColumns: ['organization_id', 'review_id'], ref: true })
  review!: Ref<Review>;

  @Field(() => String)
  @Property({ type: 'text' })
  body!: string;

  @Field(() => String)
  @Property({ type: 'text' })
  status!: string;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Property({ type: 'datetime' })
  updatedAt!: Date;

  @Field(() => Date, { nullable: true })
  @Property({ type: 'datetime', nullable: true })
  publishedAt!: Date | null;
}

@Entity({ tableName: 'review_rollup' })
export class ReviewRollup {
  [PrimaryKeyProp]?: ['location', 'ratingScale'];
  [OptionalProps]?:
    | 'reviewCount'
    | 'ratingSum'
    | 'stars1'
    | 'stars2'
    | 'stars3'
    | 'stars4'
    | 'stars5'
    | 'respondedCount';

  @ManyToOne(() => Location, {
    primary: true,
    joinColumns: ['organization_id', 'location_id'],
    ref: true,
  })
  location!: Ref<Location>;

  @PrimaryKey({ type: 'text' })
  ratingScale!: string;

  @Property({ type: count })
  reviewCount: number = 0;

  @Property({ type: 'double' })
  ratingSum: number = 0;

  @Property({ type: count, fieldName: 'stars_1' })
  stars1: number = 0;

  @Property({ type: count, fieldName: 'stars_2' })
  stars2: number = 0;

  @Property({ type: count, fieldName: 'stars_3' })
  stars3: number = 0;

  @Property({ type: count, fieldName: 'stars_4' })
  stars4: number = 0;

  @Property({ type: count, fieldName: 'stars_5' })
  stars5: number = 0;

  @Property({ type: count })
  respondedCount: number = 0;
}

/** The reviews of a place on one of its days. */
@Entity({ tableName: 'review_total' })
export class ReviewTotal {
  [PrimaryKeyProp]?: ['organizationId', 'placeId', 'span', 'starts'];

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: 'uuid' })
  placeId!: string;

  @PrimaryKey({ type: 'text' })
  span!: string;

  @PrimaryKey({ type: 'date' })
  starts!: string;

  @Property({ type: 'integer' })
  reviews!: number;

  @Property({ type: 'integer' })
  rated!: number;

  @Property({ type: count })
  scoreSum!: number;
}

/** The log that tells subscribers what happened. */
@Entity({ tableName: 'feed_event' })
export class FeedEvent {
  [PrimaryKeyProp]?: ['organizationId', 'seq'];

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: count })
  seq!: number;

  @Property({ type: 'text' })
  kind!: string;

  @Property({ type: 'datetime' })
  occurredAt!: Date;

  @Property({ type: 'uuid', nullable: true })
  reviewId!: string | null;

  @Property({ type: 'uuid', nullable: true })
  responseId!: string | null;

  @Property({ type: 'uuid', nullable: true })
  locationId!: string | null;

  @Property({ type: 'text', nullable: true })
  sentiment!: string | null;
}

@ObjectType()
export class RatingCount {
  @Field(() => Int)
  rating!: number;

  @Field(() => Int)
  count!: number;
}

@ObjectType()
export class ReviewSummary {
  @Field(() => Int)
  count!: number;

  @Field(() => Float, { nullable: true })
  averageRating!: number | null;

  @Field(() => Float, { nullable: true })
  responseRate!: number | null;

  @Field(() => [RatingCount])
  distribution!: RatingCount[];
}

@ObjectType()
export class ReviewPage {
  @Field(() => [Review])
  nodes!: Review[];

  @Field(() => Boolean)
  hasNextPage!: boolean;

  @Field(() => String, { nullable: true })
  endCursor!: string | null;
}

@ObjectType()
export class DayOfReviews {
  @Field(() => String)
  day!: string;

  @Field(() => Int)
  count!: number;

  @Field(() => Float, { nullable: true })
  averageScore!: number | null;
}

export const ENTITIES = [Location, Review, Response, ReviewRollup, ReviewTotal, FeedEvent];
