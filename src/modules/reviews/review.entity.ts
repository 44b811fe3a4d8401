import { OptionalProps, PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { LocationEntity } from '../locations/location.entity.ts';
import { ProductEntity } from '../products/product.entity.ts';
import type { RatingScale } from './rating-scale.ts';
import type { ReviewSource } from './review.type.ts';
import type { Sentiment } from './sentiment.ts';

@Entity({ tableName: 'review' })
@Unique({ properties: ['organizationId', 'source', 'externalId'] })
export class ReviewEntity {
  [PrimaryKeyProp]?: ['organizationId', 'id'];
  [OptionalProps]?: 'isPublic' | 'version' | 'score' | 'revisedUpward';

  @PrimaryKey({ type: 'uuid' })
  organizationId!: string;

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text' })
  source!: ReviewSource;

  @Property({ type: 'text' })
  externalId!: string;

  @ManyToOne(() => LocationEntity, {
    joinColumns: ['organization_id', 'location_id'],
    ref: true,
    nullable: true,
  })
  location!: Ref<LocationEntity> | null;

  @ManyToOne(() => ProductEntity, {
    joinColumns: ['organization_id', 'product_id'],
    ref: true,
    nullable: true,
  })
  product!: Ref<ProductEntity> | null;

  @Property({ type: 'text', nullable: true })
  url!: string | null;

  @Property({ type: 'text' })
  ratingScale!: RatingScale;

  /** On its own scale, as a decimal text of two places; null for TEXT_ONLY. */
  @Property({ type: 'decimal', precision: 4, scale: 2, nullable: true })
  rating!: string | null;

  /** 0..1, computed by the database from scale and rating; null for TEXT_ONLY. */
  @Property({ type: 'double', nullable: true, generated: 'by the migration' })
  readonly score!: number | null;

  @Property({ type: 'text' })
  sentiment!: Sentiment;

  @Property({ type: 'text', nullable: true })
  title!: string | null;

  /** The customer's own words. */
  @Property({ type: 'text', nullable: true })
  text!: string | null;

  /** The source's translation of them. */
  @Property({ type: 'text', nullable: true })
  translatedText!: string | null;

  /** Of the customer's own words. */
  @Property({ type: 'text', nullable: true })
  language!: string | null;

  @Property({ type: 'text', nullable: true })
  authorName!: string | null;

  @Property({ type: 'datetime' })
  authoredAt!: Date;

  @Property({ type: 'datetime' })
  receivedAt!: Date;

  @Property({ type: 'datetime' })
  updatedAt!: Date;

  @Property({ type: 'boolean', default: true })
  isPublic!: boolean;

  /** SHA-256 of the imported content: when it is equal, nothing has changed. */
  @Property({ type: 'blob' })
  contentHash!: Buffer;

  /** 1, and one more with each edit. */
  @Property({ type: 'integer', default: 1 })
  version!: number;

  @Property({ type: 'datetime', nullable: true })
  responseDueAt!: Date | null;

  /** The first publishedAt of any response. */
  @Property({ type: 'datetime', nullable: true })
  firstResponseAt!: Date | null;

  /** Whether its score is above that of its first version. */
  @Property({ type: 'boolean', default: false })
  revisedUpward!: boolean;
}
