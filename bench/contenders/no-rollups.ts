import { join } from 'node:path';
import { antiphonEnvironment } from './antiphon.ts';
import { importReviews } from './antiphon.writes.ts';
import type { Contender } from './contender.ts';

/** What the rollups cost an import: the same server, which writes none. */
export const noRollups: Contender = {
  name: 'no-rollups',
  title: 'Antiphon, with the statement of its rollups taken out',
  program: [join(import.meta.dirname, 'no-rollups.server.ts'), 'serve', '--json'],
  environment: antiphonEnvironment,
  asks: () => ({ rollups: importReviews }),
};
