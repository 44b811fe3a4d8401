import { storefrontPage } from './q1-storefront-page.ts';
import { nestedList } from './q2-nested-list.ts';
import { metricView } from './q3-metric-view.ts';
import { overview, ranking } from './metric-growth.ts';
import { inbox } from './q4-inbox.ts';
import { reply } from './q5-reply.ts';
import { importReviews } from './q6-import.ts';
import { rollupPair } from './rollup-pair.ts';
import { SDK_QUESTIONS } from './sdk/sdk.ts';
import type { Question } from './question.ts';

/**
 * In the order in which they are measured; those that write come last. A question draws its variables and its asks read them; nobody in between looks into them.
 */
export const QUESTIONS = [
  storefrontPage,
  nestedList,
  metricView,
  inbox,
  ranking,
  overview,
  reply,
  importReviews,
  rollupPair,
  ...SDK_QUESTIONS,
] as unknown as readonly Question<never>[];
