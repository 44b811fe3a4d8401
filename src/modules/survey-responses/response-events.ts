import type { Noun, Shaped } from '../../db/read/noun.ts';
import { encodeCursor } from '../../feed/cursor.ts';
import type { FeedEvent, FeedEventKind } from '../../feed/events.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { type FeedField, startAfter } from '../feed/index.ts';
import { detractorAlertNoun } from './alert.reads.ts';
import { surveyResponseNoun } from './survey-response.reads.ts';

/** What a subscriber gets for an event of the feed, beside what the event is about. */
interface EventData {
  readonly cursor: string;
  readonly occurredAt: Date;
}

export interface ResponseEventData extends EventData {
  readonly response: Shaped;
}

export interface AlertEventData extends EventData {
  readonly alert: Shaped;
}

interface Followed {
  readonly kind: FeedEventKind;
  readonly type: string;
  readonly field: string;
  readonly noun: Noun;
  /** The keys of what the events are about, by the response that they name. */
  readonly keys: (
    ctx: GraphQLContext,
    responses: readonly string[],
  ) => Promise<ReadonlyMap<string, string>>;
}

/** A subscription field over events of a kind; one statement reads what a whole batch is about. */
function followed<T>({ kind, type, field, noun, keys }: Followed): FeedField<T> {
  return {
    async open(args: { readonly after?: string | null }, ctx, info) {
      const fields = selectionOf(info).child(type, field).fields(noun.declaration.type);
      const afterSeq = await startAfter(ctx, args.after);
      const { organizationId } = ctx.caller;
      const produce = async (events: readonly FeedEvent[]) => {
        const responses = events.flatMap(({ surveyResponseId: id }) => (id === null ? [] : [id]));
        const reader = { ...ctx.reader, now: new Date() };
        const keyOf = await keys(ctx, responses);
        const rows = await noun.byKeys(reader, [...keyOf.values()], fields);
        return events.flatMap(({ surveyResponseId, seq, epoch, occurredAt }) => {
          const row = rows.get(keyOf.get(surveyResponseId ?? '') ?? '');
          if (row === undefined) return [];
          const cursor = encodeCursor({ organizationId, epoch, seq });
          return [{ seq, value: { cursor, occurredAt, [field]: row } as T }];
        });
      };
      return { spec: { key: '', organizationId, kinds: [kind], produce }, afterSeq };
    },
  };
}

export const receivedResponses = followed<ResponseEventData>({
  kind: 'SURVEY_RESPONSE_RECEIVED',
  type: 'SurveyResponseEvent',
  field: 'response',
  noun: surveyResponseNoun,
  keys: (_ctx, responses) => Promise.resolve(new Map(responses.map((id) => [id, id]))),
});

export const raisedAlerts = followed<AlertEventData>({
  kind: 'DETRACTOR_ALERT_RAISED',
  type: 'DetractorAlertEvent',
  field: 'alert',
  noun: detractorAlertNoun,
  async keys({ db, caller }, responses) {
    const rows = await db.read<{ id: string; responseId: string }>(
      caller.organizationId,
      `select id, response_id as "responseId" from detractor_alert
       where organization_id = $1 and response_id = any($2::uuid[])`,
      [responses],
    );
    return new Map(rows.map(({ id, responseId }) => [responseId, id]));
  },
});
