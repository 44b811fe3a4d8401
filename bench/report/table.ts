import type { Figures } from '../measure/measure.ts';
import type { Outcome, Result } from './report.ts';

/** Aligned Markdown: the first column to the left, numbers to the right. */
export function markdown(cells: readonly (readonly string[])[]): string {
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  const [head, ...body] = cells.map((row) =>
    line(row.map((cell, column) => cell[column === 0 ? 'padEnd' : 'padStart'](widths[column]!))),
  );
  const rule = line(
    widths.map((width, column) => `${'-'.repeat(width - 1)}${column === 0 ? '-' : ':'}`),
  );
  return [head, rule, ...body].join('\n');
}

const HEAD = [
  '',
  'operations/s',
  'p50 ms',
  'p99 ms',
  'CPU server',
  'CPU PostgreSQL',
  'CPU together',
  '× limit',
  '× Antiphon',
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
  return `## ${question.name}\n\n${question.title}. ${notes}\n\n${markdown([HEAD, ...rows])}\n`;
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

const ENGINE_HEAD = [
  'operation',
  'operations/s',
  'by graphql-js',
  'CPU server',
  'by graphql-js',
  'CPU together',
  'by graphql-js',
];

/** The operations of the clients, a line each: Antiphon, and the same executed by graphql-js. */
export function engineTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ question, results }) => {
    const figuresOf = (name: string) =>
      results.find(({ contender }) => contender.name === name)?.figures;
    const both = [figuresOf('antiphon'), figuresOf('graphql-js')];
    const pair = (value: (figures: Figures) => string | undefined) =>
      both.map((figures) => (figures && value(figures)) ?? '–');
    return [
      question.name.replace(/^sdk\./, ''),
      ...pair(({ perSecond }) => perSecond.toFixed(0)),
      ...pair(({ serverCpu }) => serverCpu.toFixed(3)),
      ...pair(({ totalCpu }) => totalCpu?.toFixed(3)),
    ];
  });
  return `## Operations of the clients\n\nOf Antiphon as it is, and of the same server executing by graphql-js.\n\n${markdown([ENGINE_HEAD, ...rows])}\n`;
}
