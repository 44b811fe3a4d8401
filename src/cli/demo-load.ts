import { DemoRefused, loadDemo } from '../demo/load-demo.ts';
import type { DemoCommandOptions } from './commands/demo.ts';
import { connect } from './connect.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { listenForInterruption } from './interruption.ts';
import { startProgress } from './progress.ts';
import { formatCount, openTerminal } from './terminal.ts';

/**
 * Loads the demo as the options say.
 *
 * @returns the exit code
 * @throws CommandError where the organization has reviews; RequestFailed
 */
export async function demoLoad(options: DemoCommandOptions): Promise<ExitCode> {
  const terminal = openTerminal(options);
  await using backend = await connect(options);
  const progress = startProgress(terminal, options.reviews);
  using interruption = listenForInterruption();
  try {
    const loaded = await loadDemo((document, variables) => backend.execute(document, variables), {
      now: new Date(),
      seed: options.seed,
      reviews: options.reviews,
      signal: interruption.signal,
      onProgress: (done) => progress.update(done, done),
    });
    progress.stop();
    const { locations, products, reviews } = loaded;
    terminal.result(
      loaded,
      `Loaded ${formatCount(locations)} locations, ${formatCount(products)} products and ${formatCount(reviews)} reviews into ${backend.description}.`,
    );
    return interruption.signal.aborted ? ExitCode.INTERRUPTED : ExitCode.OK;
  } catch (error) {
    if (error instanceof DemoRefused) throw new CommandError(error.message);
    throw error;
  } finally {
    progress.stop();
  }
}
