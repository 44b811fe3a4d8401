import type { Shaped } from '../../db/read/noun.ts';
import { encodeCursor } from '../../feed/cursor.ts';
import type { FeedEvent } from '../../feed/events.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { type FeedField, startAfter } from '../feed/index.ts';
import { customerNoun } from './customer.reads.ts';

/** What a subscriber gets for an event of the feed: the root value of its selection. */
export interface CustomerAtRiskData {
  readonly cursor: string;
  readonly occurredAt: Date;
  readonly customer: Shaped;
}

/**
 * The subscription field over customers whose risk has begun. Who was erased since is left out. One
 * statement reads the customers of a whole batch of events.
 */
export const followRisks: FeedField<CustomerAtRiskData> = {
  async open(args: { readonly after?: string | null }, ctx, info) {
    const fields = selectionOf(info).child('CustomerAtRiskEvent', 'customer').fields('Customer');
    const afterSeq = await startAfter(ctx, args.after);
    const { organizationId } = ctx.caller;
    const produce = async (events: readonly FeedEvent[]) => {
      const keys = events.flatMap(({ customerId }) => (customerId === null ? [] : [customerId]));
      const reader = { ...ctx.reader, now: new Date() };
      const customers = await customerNoun.byKeys(reader, keys, fields);
      return events.flatMap(({ customerId, seq, epoch, occurredAt }) => {
        const customer = customers.get(customerId ?? '');
        if (customer === undefined) return [];
        const cursor = encodeCursor({ organizationId, epoch, seq });
        return [{ seq, value: { cursor, occurredAt, customer } }];
      });
    };
    return { spec: { key: '', organizationId, kinds: ['CUSTOMER_AT_RISK'], produce }, afterSeq };
  },
};
