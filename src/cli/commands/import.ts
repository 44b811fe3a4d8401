import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { CONNECTION_HELP, withConnection } from '../connection-options.ts';
import type { ConnectionOptions } from '../connection-options.ts';
import { EXIT_CODES_HELP } from '../exit-codes.ts';
import { ENCODINGS } from '../import/encoding.ts';
import type { Encoding } from '../import/encoding.ts';
import { IMPORT_FORMATS } from '../import/format.ts';
import type { ImportFormat } from '../import/format.ts';
import { ROW_FIELDS, ROW_KINDS } from '../import/row-fields.ts';

/** What is said without options. */
export interface ImportArguments {
  /** What the file holds; null: it is left to the options, or it is reviews. */
  readonly what: string | null;
  readonly file: string;
}

export interface ImportOptions extends ConnectionOptions {
  readonly locations?: true;
  readonly products?: true;
  readonly format?: ImportFormat;
  readonly map?: ReadonlyMap<string, string>;
  readonly source?: string;
  readonly ratingScale?: string;
  readonly delimiter?: string;
  readonly encoding?: Encoding;
  readonly timeZone: string;
  readonly dateFormat?: string;
  readonly dryRun?: true;
  readonly rejected?: string;
  readonly state?: string;
  readonly restart?: true;
  readonly concurrency: number;
  readonly json?: true;
}

const HELP = `
Formats:
  ndjson   one JSON object a line, with the fields below; response is {"body", "publishedAt"}
  csv      a line of column names, then one row a line; columns of common names are found by
           themselves (Review ID, Stars, Date, Comment …), others are named by --map
  takeout  the folder of an unpacked Google Takeout export of a Business Profile (ZIP archives are
           not read), or one of its files of reviews
  Each may be compressed by gzip. The format is told by the name or the content.

Fields of reviews (--map COLUMN=FIELD):
${wrap(Object.keys(ROW_FIELDS.reviews))}
Fields of locations (--locations):
${wrap(Object.keys(ROW_FIELDS.locations))}
Fields of products (--products):
${wrap(Object.keys(ROW_FIELDS.products))}
Fields of customers:
${wrap(Object.keys(ROW_FIELDS.customers))}
  In a CSV, tags are separated by ";" and the levels of groupPath by ">"; a consent is yes or no.
  A review is known again by source and externalId, all others by externalId.

The same file again changes nothing. An import that was interrupted goes on where it stopped. Rows
that cannot be taken never stop the others: they are written to a file with the reasons.

With --json, one object is printed: {"created", "updated", "unchanged", "rejected"} counts the rows
of this run; "resumedFrom" is the number of rows that an earlier run had done already,
"rejectedFile" where the rejected rows are, "dryRun" and "interrupted" say what their names say.

Examples:
  antiphon import reviews.ndjson.gz
  antiphon import export.csv --source TRUSTPILOT --map "Order no=externalId" --map "Score=rating"
  antiphon import export.csv --date-format "dd/MM/yyyy" --time-zone Europe/Amsterdam --dry-run
  antiphon import "Takeout/Google Business Profile" --organization acme
  antiphon import locations locations.csv --url https://feedback.example.org
  antiphon import customers customers.csv --map "Member since=signedUpAt" --dry-run`;

export function addImport(program: Command): void {
  const command = program
    .command('import')
    .summary('import reviews, locations, products or customers from a file')
    .description(
      'Imports reviews, locations, products or customers from NDJSON, CSV or Google Takeout.',
    )
    .usage(`[options] [${ROW_KINDS.join('|')}] <file>`)
    .argument('<what-or-file>', 'what the file holds, where that is not reviews; or the file')
    .argument('[file]', 'a file, or the folder of a Takeout export')
    .option('--locations', 'the file holds locations')
    .option('--products', 'the file holds products');
  addReading(command);
  addRunning(command);
  withConnection(command)
    .addHelpText('after', HELP + CONNECTION_HELP + EXIT_CODES_HELP)
    .action(async (first: string, second: string | undefined, options: ImportOptions) => {
      const { importFile } = await import('../import/import-file.ts');
      const named =
        second === undefined ? { what: null, file: first } : { what: first, file: second };
      process.exitCode = await importFile(named, options);
    });
}

function addReading(command: Command): void {
  command
    .addOption(
      new Option('--format <format>', 'where it is not to be told').choices(IMPORT_FORMATS),
    )
    .option(
      '--map <column=field>',
      'CSV: the field that a column becomes; "column=" leaves it out (repeatable)',
      addMapping,
    )
    .option('--source <source>', 'the review site of rows that do not name it, such as GOOGLE')
    .option(
      '--rating-scale <scale>',
      'of rows that do not name it: STARS_5 (1–5), NUMERIC_10 (1–10), THUMBS (0 or 1), TEXT_ONLY',
    )
    .option('--delimiter <character>', 'CSV: what is between cells; found out by default')
    .addOption(
      new Option('--encoding <encoding>', 'of the text; found out by default').choices(ENCODINGS),
    )
    .option('--time-zone <name>', 'of times without an offset (IANA name)', 'UTC')
    .option('--date-format <tokens>', 'of times that are not ISO 8601, such as dd/MM/yyyy HH:mm');
}

function addRunning(command: Command): void {
  command
    .option('--dry-run', 'tell what would happen; change nothing')
    .option('--rejected <file>', 'where rejected rows go (default: <file>.rejected.ndjson)')
    .option('--state <file>', 'where progress is kept (default: <file>.antiphon-import.json)')
    .option('--restart', 'begin at the first row, whatever an earlier run has done')
    .option('--concurrency <n>', 'calls of 1,000 rows at the same time, 1 to 16', concurrency, 6)
    .option('--json', 'print the summary as JSON, and nothing else');
}

function addMapping(argument: string, before: ReadonlyMap<string, string> = new Map()) {
  // A column's name may hold "=", a field's name does not.
  const at = argument.lastIndexOf('=');
  if (at < 1) throw new InvalidArgumentError('It has the form "column=field".');
  return new Map([...before, [argument.slice(0, at), argument.slice(at + 1)]]);
}

function concurrency(argument: string): number {
  const number = Number(argument);
  if (Number.isInteger(number) && number >= 1 && number <= 16) return number;
  throw new InvalidArgumentError('It is a whole number from 1 to 16.');
}

function wrap(words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 96) {
      lines[lines.length - 1] = `${last}, ${word}`;
    } else lines.push(`  ${word}`);
  }
  return lines.join(',\n');
}
