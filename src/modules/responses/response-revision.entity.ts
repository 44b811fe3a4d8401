import { PrimaryKeyProp, type Ref } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { ResponseEntity } from './response.entity.ts';

/** What a response said before it was changed. */
@Entity({ tableName: 'response_revision' })
export class ResponseRevisionEntity {
  [PrimaryKeyProp]?: ['response', 'revision'];

  @ManyToOne(() => ResponseEntity, {
    primary: true,
    joinColumns: ['organization_id', 'response_id'],
    ref: true,
  })
  response!: Ref<ResponseEntity>;

  @PrimaryKey({ type: 'integer' })
  revision!: number;

  @Property({ type: 'text' })
  body!: string;

  @Property({ type: 'datetime' })
  replacedAt!: Date;
}
