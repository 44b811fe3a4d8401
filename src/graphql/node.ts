import { Field, ID, InterfaceType } from 'type-graphql';
import { Storefront } from './access.ts';

/** Relay's Node: anything that has a global id and can be fetched by it. */
@InterfaceType('Node', {
  description: 'Anything with a global id; `node(id:)` fetches it.',
})
export abstract class Node {
  @Storefront()
  @Field(() => ID, {
    description: 'A prefix that names the type and a sortable UUIDv7, such as rev_01jx4k….',
  })
  id!: string;
}
