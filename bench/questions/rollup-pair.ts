import { importReviews, type ImportVariables } from './q6-import.ts';
import type { Question } from './question.ts';

/** Antiphon alone: the import of Q6 with all rollups, and with none. */
export const rollupPair: Question<ImportVariables> = {
  ...importReviews,
  name: 'rollups',
  title: 'Import with all rollups against none: new reviews, 1,000 a call',
  async written(client, dataset, variables) {
    const written = (await importReviews.written?.(client, dataset, variables)) as object;
    return { ...written, wrongRollups: 'not compared' };
  },
};
