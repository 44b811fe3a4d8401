import { BigIntType, OptionalProps, PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { LocationEntity } from '../locations/location.entity.ts';
import type { RatingScale } from './rating-scale.ts';

/** A count of rows: far below 2^53, so a number holds it. */
const count = new BigIntType('number');

/**
 * The public reviews of one location and scale, counted: exact, and kept in the transaction that
 * changes them.
 */
@Entity({ tableName: 'review_rollup' })
export class ReviewRollupEntity {
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

  @ManyToOne(() => LocationEntity, {
    primary: true,
    joinColumns: ['organization_id', 'location_id'],
    ref: true,
  })
  location!: Ref<LocationEntity>;

  @PrimaryKey({ type: 'text' })
  ratingScale!: RatingScale;

  @Property({ type: count, defaultRaw: '0' })
  reviewCount!: number;

  /** Of the ratings on their own scale, as a decimal text. */
  @Property({ type: 'decimal', precision: 20, scale: 2, default: 0 })
  ratingSum!: string;

  /** By the nearest of one to five stars; a review without a rating is in none. */
  @Property({ type: count, fieldName: 'stars_1', defaultRaw: '0' })
  stars1!: number;

  @Property({ type: count, fieldName: 'stars_2', defaultRaw: '0' })
  stars2!: number;

  @Property({ type: count, fieldName: 'stars_3', defaultRaw: '0' })
  stars3!: number;

  @Property({ type: count, fieldName: 'stars_4', defaultRaw: '0' })
  stars4!: number;

  @Property({ type: count, fieldName: 'stars_5', defaultRaw: '0' })
  stars5!: number;

  /** Those with a published response. */
  @Property({ type: count, defaultRaw: '0' })
  respondedCount!: number;
}
