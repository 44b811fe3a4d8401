import type { Contender } from '../contenders/contender.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { say } from '../process.ts';
import type { Question } from '../questions/question.ts';
import { type RunningContender, startContender } from './server-process.ts';

/**
 * Servers that run, each from its first question to its last: one that has nothing to answer any more
 * would still be woken by what the others write.
 */
export class Servers {
  readonly #contenders: readonly Contender[];
  readonly #dataset: Dataset;
  readonly #running = new Map<Contender, RunningContender>();

  constructor(contenders: readonly Contender[], dataset: Dataset) {
    this.#contenders = contenders;
    this.#dataset = dataset;
  }

  /** Starts those of its contenders that do not run yet. */
  async answering({ name }: Question<never>): Promise<readonly RunningContender[]> {
    const answering: RunningContender[] = [];
    for (const contender of this.#contenders) {
      const asks = contender.asks(this.#dataset);
      if (!(name in asks)) continue;
      let running = this.#running.get(contender);
      if (running === undefined) {
        say(`starting ${contender.title}`);
        running = await startContender(contender, asks, this.#dataset);
        this.#running.set(contender, running);
      }
      answering.push(running);
    }
    return answering;
  }

  /** Stops those that none of these is asked of. */
  async stopAllBut(questions: readonly Question<never>[]): Promise<void> {
    for (const [contender, { asks, stop }] of this.#running) {
      if (questions.some(({ name }) => name in asks)) continue;
      this.#running.delete(contender);
      await stop();
    }
  }
}
