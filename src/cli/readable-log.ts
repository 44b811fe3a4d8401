import { Writable } from 'node:stream';
import { styled } from './terminal.ts';

const LEVELS: ReadonlyMap<unknown, string> = new Map([
  [10, styled('dim', 'trace', process.stderr)],
  [20, styled('dim', 'debug', process.stderr)],
  [30, styled('green', 'info', process.stderr)],
  [40, styled('yellow', 'warning', process.stderr)],
  [50, styled('red', 'error', process.stderr)],
  [60, styled('red', 'fatal', process.stderr)],
]);

/** Turns pino's lines into lines for a person who watches a terminal. */
export function readableLog(): Writable {
  return new Writable({
    decodeStrings: false,
    write(line: string | Buffer, _encoding, done) {
      process.stderr.write(`${readable(line.toString())}\n`);
      done();
    },
  });
}

function readable(line: string): string {
  try {
    const {
      time,
      level,
      msg,
      err,
      pid: _pid,
      hostname: _host,
      ...rest
    } = JSON.parse(line) as Record<string, unknown>;
    const clock = new Date(Number(time)).toTimeString().slice(0, 8);
    const details = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    const head = [styled('dim', clock, process.stderr), LEVELS.get(level), msg, ...details].join(
      ' ',
    );
    const stack = (err as { stack?: string } | undefined)?.stack;
    return stack === undefined ? head : `${head}\n${stack}`;
  } catch {
    return line.trimEnd();
  }
}
