import type { Condition } from '../../db/read/conditions.ts';
import { column, Noun, relation } from '../../db/read/noun.ts';
import type { Order } from '../../db/read/page.ts';
import { convertedId } from '../noun-fields.ts';

export const detractorAlertNoun = new Noun({
  type: 'DetractorAlert',
  table: 'detractor_alert',
  alias: 'da',
  types: { raised_at: 'timestamptz', acknowledged_at: 'timestamptz' },
  fields: {
    id: convertedId('DetractorAlert'),
    raisedAt: column('raised_at'),
    acknowledgedAt: column('acknowledged_at'),
    response: relation('response_id', 'responseKey'),
    acknowledgedBy: relation('acknowledged_by', 'acknowledgedByKey'),
  },
  publicWhen: 'false',
});

export const LATEST_ALERTS: Order = {
  name: 'LATEST',
  expression: 'da.raised_at',
  type: 'timestamptz',
  descending: true,
};

/** Whether somebody has taken it on; null: all the same. */
export function acknowledged(isSo: boolean | null | undefined): Condition {
  if (isSo == null) return () => [];
  return () => [`da.acknowledged_at is ${isSo ? 'not ' : ''}null`];
}
