import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** What a command tells: data and results on stdout, everything else on stderr. */
export interface Terminal {
  /** Only the result, as JSON, and nothing else. */
  readonly isJson: boolean;
  /** Whether a person is looking at stderr, so that a line there may move. */
  readonly isInteractive: boolean;
  /** The result: the object as one line of JSON, or else the text. */
  result(json: object, text: string): void;
  /** What the user should know besides; not with --json. */
  note(text: string): void;
}

export function openTerminal({ json = false }: { json?: boolean | undefined }): Terminal {
  return {
    isJson: json,
    isInteractive: !json && process.stderr.isTTY === true,
    result: (value, text) => {
      process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
    },
    note: (text) => {
      if (!json) process.stderr.write(`${text}\n`);
    },
  };
}

/** Coloured where the stream is a terminal that shows colours and NO_COLOR is not set. */
export function styled(
  style: Style,
  text: string,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  return styleText(style, text, { stream });
}

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `75,324` */
export function formatCount(count: number): string {
  return WHOLE.format(count);
}

/** `9.1 s`, `2 min 5 s` */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Lines of a name and a value, the values aligned. */
export function formatRows(rows: ReadonlyArray<readonly [string, string]>): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}

/** A table with a head; numbers are for the caller to align. */
export function formatTable(
  head: readonly string[],
  rows: ReadonlyArray<readonly string[]>,
): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [styled('bold', line(head)), ...rows.map(line)].join('\n');
}
