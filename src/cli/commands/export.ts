import { Argument, Option } from 'commander';
import type { Command } from 'commander';
import { CONNECTION_HELP, withConnection } from '../connection-options.ts';
import type { ConnectionOptions } from '../connection-options.ts';
import { EXIT_CODES_HELP } from '../exit-codes.ts';

/** Rows that can be imported again. */
export const ROW_EXPORTS = ['reviews', 'locations', 'customers'] as const;
export type RowExport = (typeof ROW_EXPORTS)[number];
export const EXPORT_KINDS = [...ROW_EXPORTS, 'metrics'] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];
/** What customers have in common by what they answered, as options name it. */
export const SEGMENTS = [
  'promoter',
  'passive',
  'detractor',
  'at-risk',
  'advocate',
  'silent-churn',
] as const;
export const EXPORT_FORMATS = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions extends ConnectionOptions {
  readonly format?: ExportFormat;
  readonly output?: string;
  readonly spreadsheetSafe?: true;
  readonly location: readonly string[];
  readonly source: readonly string[];
  readonly sentiment: readonly string[];
  readonly awaitingResponse?: true;
  readonly authoredAfter?: string;
  readonly authoredBefore?: string;
  readonly segment: readonly (typeof SEGMENTS)[number][];
  /** The key of a metric view. */
  readonly view?: string;
  /** A file that holds a MetricQuery. */
  readonly query?: string;
  readonly json?: true;
}

const HELP = `
Rows have the fields of \`antiphon import\`, so that an export can be imported elsewhere. Reviews come
with their published response; a machine translation is joined to the text as Google does it.
Reviews are written the oldest first, locations by name, customers as they came. Without --output, rows
go to stdout.

Customers are contact data: whoever gets the file holds it. --segment writes those in any of the given
segments alone; what a segment is says the enumeration CustomerSegment of the schema.

Metrics are the numbers of a metric view, or of a query: a JSON file with the fields of MetricQuery.
With the same --view or --query, \`export reviews\` writes the reviews that the numbers are about.

With --json and --output: {"rows": how many were written}.

Examples:
  antiphon export reviews --output reviews.ndjson.gz
  antiphon export reviews --format csv --sentiment NEGATIVE --awaiting-response > inbox.csv
  antiphon export reviews --location ams-1 --authored-after 2026-01-01 --output ams-1.csv
  antiphon export locations --output locations.csv
  antiphon export customers --segment at-risk --output call-them.csv
  antiphon export metrics --view overview --format csv --output overview.csv
  antiphon export reviews --view overview --output behind-overview.ndjson`;

export function addExport(program: Command): void {
  const command = program
    .command('export')
    .summary('write reviews, locations, customers or metrics to a file')
    .description(
      'Writes reviews, locations, customers or metrics as NDJSON or CSV, to a file or to stdout.',
    )
    .addArgument(new Argument('<what>', 'what to write').choices(EXPORT_KINDS))
    .addOption(
      new Option('--format <format>', 'by default as --output ends, or else ndjson').choices(
        EXPORT_FORMATS,
      ),
    )
    .option('--output <file>', 'where to; .gz compresses it')
    .option('--spreadsheet-safe', "CSV: put ' before cells that a spreadsheet would compute")
    .option('--json', 'print the number of rows as JSON, and nothing else');
  withConnection(addFilters(command))
    .addHelpText('after', HELP + CONNECTION_HELP + EXIT_CODES_HELP)
    .action(async (what: ExportKind, options: ExportOptions) => {
      const { exportRows } = await import('../export/export-rows.ts');
      process.exitCode = await exportRows(what, options);
    });
}

function addFilters(command: Command): Command {
  return command
    .option('--location <externalId...>', 'reviews of these locations only', [])
    .option('--source <source...>', 'reviews from these sites only, such as GOOGLE', [])
    .option('--sentiment <sentiment...>', 'NEGATIVE, NEUTRAL or POSITIVE reviews only', [])
    .option('--awaiting-response', 'reviews without a published response only')
    .option('--authored-after <time>', 'reviews written then or later (2026-01-01, or RFC 3339)')
    .option('--authored-before <time>', 'reviews written before then')
    .addOption(
      new Option('--segment <segment...>', 'customers in any of these only')
        .choices(SEGMENTS)
        .default([]),
    )
    .option('--view <key>', 'metrics of this view, or the reviews that it is about')
    .option('--query <file>', 'the same for a query: JSON with the fields of MetricQuery');
}
