import type { Outcome, Result } from './report.ts';

const HEAD = [
  '',
  'operations/s',
  'p50 ms',
  'p99 ms',
  'CPU server',
  'CPU PostgreSQL',
  'CPU together',
  '× limit',
  '× of Antiphon',
];

/** The figures of one question as a Markdown table, the cheapest first. */
export function table({ question, results }: Outcome): string {
  const sorted = [...results].sort((a, b) => costOf(a) - costOf(b));
  const named = (name: string) => results.find(({ contender }) => contender.name === name);
  const rows = sorted.map((result) => row(result, named('limit'), named('antiphon')));
  const { connections, unit } = question;
  const notes = [
    connections === undefined ? '' : `${connections} connections. `,
    unit === undefined ? '' : `One operation is ${unit.perOperation} ${unit.name}. `,
  ].join('');
  return `## ${question.name}\n\n${question.title}. ${notes}\n\n${lines([HEAD, ...rows])}\n`;
}

function lines(cells: readonly (readonly string[])[]): string {
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  const [head, ...body] = cells.map((row) =>
    line(row.map((cell, column) => cell[column === 0 ? 'padEnd' : 'padStart'](widths[column]!))),
  );
  const rule = line(
    widths.map((width, column) => `${'-'.repeat(width - 1)}${column === 0 ? '-' : ':'}`),
  );
  return [head, rule, ...body].join('\n');
}

function row(result: Result, limit: Result | undefined, antiphon: Result | undefined): string[] {
  const { perSecond, p50, p99, serverCpu, postgresqlCpu, totalCpu } = result.figures;
  return [
    result.contender.name,
    perSecond.toFixed(perSecond < 100 ? 1 : 0),
    p50.toFixed(1),
    p99.toFixed(1),
    serverCpu.toFixed(3),
    postgresqlCpu?.toFixed(3) ?? '–',
    totalCpu?.toFixed(3) ?? '–',
    ratio(result, limit),
    ratio(result, antiphon),
  ];
}

function ratio(result: Result, to: Result | undefined): string {
  return to === undefined ? '–' : (costOf(result) / costOf(to)).toFixed(2);
}

/** CPU of server and database; of the server alone where the database's cannot be seen. */
function costOf({ figures }: Result): number {
  return figures.totalCpu ?? figures.serverCpu;
}
