import { PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { RatingScale } from './rating-scale.ts';
import { ReviewEntity } from './review.entity.ts';

/** What an edited review said before. */
@Entity({ tableName: 'review_version' })
export class ReviewVersionEntity {
  [PrimaryKeyProp]?: ['review', 'version'];

  @ManyToOne(() => ReviewEntity, {
    primary: true,
    joinColumns: ['organization_id', 'review_id'],
    ref: true,
  })
  review!: Ref<ReviewEntity>;

  @PrimaryKey({ type: 'integer' })
  version!: number;

  @Property({ type: 'text' })
  ratingScale!: RatingScale;

  @Property({ type: 'decimal', precision: 4, scale: 2, nullable: true })
  rating!: string | null;

  @Property({ type: 'text', nullable: true })
  title!: string | null;

  @Property({ type: 'text', nullable: true })
  text!: string | null;

  @Property({ type: 'text', nullable: true })
  translatedText!: string | null;

  @Property({ type: 'text', nullable: true })
  language!: string | null;

  @Property({ type: 'datetime' })
  authoredAt!: Date;

  @Property({ type: 'datetime' })
  replacedAt!: Date;
}
