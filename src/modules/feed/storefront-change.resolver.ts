import { Arg, Extensions, Field, Resolver, Root, Subscription } from 'type-graphql';
import { encodeCursor } from '../../feed/cursor.ts';
import { type FeedEvent, feedEventKinds } from '../../feed/events.ts';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { executedByHub } from '../../graphql/schema.ts';
import { keysOutdatedBy, LIST_CHANGED_BY } from '../../graphql/surrogate-keys.ts';
import { type FeedField, startAfter } from './feed-field.ts';

@RequiresScope('feed:read')
@PlainObjectType({ description: 'Something has changed that storefronts show.' })
export class StorefrontChange {
  @Field(() => String, { description: 'Give it as `after` to go on behind this event.' })
  cursor!: string;

  @Field(() => DateTime, { description: 'When it was written here.' })
  occurredAt!: Date;

  @Field(() => [String], {
    description:
      'The answers that are outdated carry one of these in their headers `Surrogate-Key` and `Cache-Tag`: purge them where you keep answers.',
  })
  surrogateKeys!: string[];
}

const follow: FeedField<StorefrontChange> = {
  async open(args: { readonly after?: string | null }, ctx) {
    const { organizationId } = ctx.caller;
    const kinds = feedEventKinds.filter((kind) => LIST_CHANGED_BY[kind] !== null);
    const afterSeq = await startAfter(ctx, args.after);
    const toChange = (event: FeedEvent): StorefrontChange => ({
      cursor: encodeCursor({ organizationId, epoch: event.epoch, seq: event.seq }),
      occurredAt: event.occurredAt,
      surrogateKeys: [...keysOutdatedBy(organizationId, event)],
    });
    const produce = async (events: readonly FeedEvent[]) =>
      events.map((event) => ({ seq: event.seq, value: toChange(event) }));
    return { spec: { key: '', organizationId, kinds, produce }, afterSeq };
  },
};

@Resolver()
export class StorefrontChangeResolver {
  @RequiresScope('feed:read')
  @Extensions({ feed: follow })
  @Subscription(() => StorefrontChange, {
    subscribe: executedByHub,
    description:
      'What has changed for storefronts, in the order it was committed: for whoever keeps their answers, such as in a CDN. `after`: a cursor of an earlier event, or feedPosition; what happened since is sent first, then the live feed, with no gap and no repeat. Without it: from now on.',
  })
  storefrontChanged(
    @Root() change: StorefrontChange,
    @Arg('after', () => String, {
      nullable: true,
      description: 'A cursor of an earlier event, or `feedPosition`; without it, from now on.',
    })
    _after?: string | null,
  ): StorefrontChange {
    return change;
  }
}
