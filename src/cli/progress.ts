import { SingleBar } from 'cli-progress';
import { formatCount, formatSeconds } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/** Tells a person how far long work has come. */
export interface Progress {
  /** @param done of the total, in the same unit @param rows of this run */
  update(done: number, rows: number): void;
  /** A line beside the progress. */
  note(text: string): void;
  stop(): void;
}

const LINE_EVERY_MS = 5_000;

/**
 * A bar on a terminal, a line now and then elsewhere, and nothing with --json.
 *
 * @param unit what is counted, in the plural
 */
export function startProgress(terminal: Terminal, total: number, unit = 'rows'): Progress {
  if (terminal.isJson) {
    return { update: () => undefined, note: () => undefined, stop: () => undefined };
  }
  return terminal.isInteractive ? bar(total, unit) : lines(terminal, total, unit);
}

function bar(total: number, unit: string): Progress {
  const single = new SingleBar({
    format: `{bar} {percentage}%  {count} ${unit}  {speed}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    fps: 10,
    hideCursor: true,
    clearOnComplete: true,
    // The command itself decides what Ctrl-C does.
    gracefulExit: false,
  });
  const speed = new Speed(total, unit);
  single.start(Math.max(1, total), 0, { count: '0', speed: '' });
  return {
    update: (done, rows) => {
      speed.update(done, rows);
      single.update(done, { count: formatCount(rows), speed: speed.toString() });
    },
    note: (text) => {
      // Between two pictures of the bar, and not into it.
      process.stderr.write(`\r\u001b[K${text}\n`);
    },
    stop: () => single.stop(),
  };
}

function lines(terminal: Terminal, total: number, unit: string): Progress {
  const speed = new Speed(total, unit);
  let toldAt = performance.now();
  return {
    update: (done, rows) => {
      speed.update(done, rows);
      if (performance.now() - toldAt < LINE_EVERY_MS) return;
      toldAt = performance.now();
      const percent = Math.floor((100 * done) / Math.max(1, total));
      terminal.note(`${percent}%  ${formatCount(rows)} ${unit}  ${speed.toString()}`);
    },
    note: (text) => terminal.note(text),
    stop: () => undefined,
  };
}

/** How many a second, and the time that is left. */
class Speed {
  readonly #total: number;
  readonly #unit: string;
  readonly #startedAt = performance.now();
  /** Where the work began, if it goes on where an earlier run stopped. */
  #first: { done: number; at: number } | null = null;
  #done = 0;
  #rows = 0;

  constructor(total: number, unit: string) {
    this.#total = total;
    this.#unit = unit;
  }

  update(done: number, rows: number): void {
    this.#first ??= { done, at: performance.now() };
    this.#done = done;
    this.#rows = rows;
  }

  toString(): string {
    const rate = this.#rows / ((performance.now() - this.#startedAt) / 1000);
    const perSecond = `${formatCount(rate)} ${this.#unit}/s`;
    const left = this.#secondsLeft();
    return left === null ? perSecond : `${perSecond}  ${formatSeconds(left)} left`;
  }

  #secondsLeft(): number | null {
    if (this.#first === null || this.#done <= this.#first.done) return null;
    const seconds = (performance.now() - this.#first.at) / 1000;
    return (seconds * (this.#total - this.#done)) / (this.#done - this.#first.done);
  }
}
