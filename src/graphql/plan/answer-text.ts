import { joinedUtf8, type Utf8, utf8Of } from '../utf8.ts';
import type { Run } from './place.ts';

/** Stands for a list in the text around it. JSON has no such character: it would be escaped. */
const MARK = '\0';

/**
 * The items of a list between their brackets. Those of lists that are in no other list are most of an
 * answer: their items are encoded one by one and put aside, so that none is copied again and again
 * with what stands around it.
 */
export function listText(run: Run, items: readonly string[], isOutermost: boolean): string {
  if (!isOutermost) return `[${items.join(',')}]`;
  return `[${MARK}${run.lists.push(joinedUtf8(items.map(utf8Of), ',')) - 1}${MARK}]`;
}

/** The text with its lists in their places. */
export function answerText(text: string, { lists }: Run): Utf8 {
  if (lists.length === 0) return utf8Of(text);
  // Every second part is the number of a list.
  const parts = text.split(MARK);
  return joinedUtf8(parts.map((part, i) => (i % 2 === 1 ? lists[Number(part)]! : utf8Of(part))));
}
