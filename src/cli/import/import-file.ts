import { access, constants } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Backend } from '../backend.ts';
import type { ImportArguments, ImportOptions } from '../commands/import.ts';
import { connect } from '../connect.ts';
import { usageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { listenForInterruption } from '../interruption.ts';
import { startProgress } from '../progress.ts';
import type { Progress } from '../progress.ts';
import { formatCount, formatSeconds, openTerminal } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';
import { ImportCall } from './import-call.ts';
import { AT_THE_BEGINNING, ImportState } from './import-state.ts';
import type { ImportProgress } from './import-state.ts';
import { openSource } from './import-source.ts';
import type { ImportSource } from './import-source.ts';
import { importSummary } from './import-summary.ts';
import { RejectedFile } from './rejected-file.ts';
import { rowCheck } from './row-check.ts';
import type { RowCheck } from './row-check.ts';
import { ROW_KINDS } from './row-fields.ts';
import type { RowKind } from './row-fields.ts';
import { runImport } from './run-import.ts';
import { isTimeZone } from './times.ts';

/** Everything that an import needs before its first row is read. */
interface Prepared {
  readonly path: string;
  readonly options: ImportOptions;
  readonly kind: RowKind;
  readonly source: ImportSource;
  readonly check: RowCheck;
  readonly terminal: Terminal;
}

/**
 * Imports a file as the options say.
 *
 * @returns the exit code
 * @throws CommandError, RequestFailed, and the system's errors about the file
 */
export async function importFile(
  { what, file }: ImportArguments,
  options: ImportOptions,
): Promise<ExitCode> {
  const path = resolve(file);
  const terminal = openTerminal(options);
  const kind = kindOf(what, options);
  const source = await openSource(path, {
    kind,
    format: options.format,
    encoding: options.encoding,
    delimiter: options.delimiter === '\\t' ? '\t' : options.delimiter,
    columns: options.map ?? new Map(),
    given: options.source === undefined ? [] : ['source'],
  });
  for (const notice of source.notices) terminal.note(notice);
  const check = checkOf(kind, options);
  await using backend = await connect(options);
  return await importInto(backend, { path, options, kind, source, check, terminal });
}

async function importInto(backend: Backend, prepared: Prepared): Promise<ExitCode> {
  const { path, options, kind, source, check, terminal } = prepared;
  const state = await openState(backend, prepared);
  const known = options.restart ? null : ((await state?.load()) ?? null);
  const from = known ?? AT_THE_BEGINNING;
  tellBeginning(backend, prepared, from);
  const rejectedPath = options.rejected ?? (await besideOrHere(path, 'rejected.ndjson'));
  const rejectedFile = await RejectedFile.open(resolve(rejectedPath), from.rejectedBytes);
  const startedAt = performance.now();
  const progress = startProgress(terminal, source.totalBytes);
  using interruption = listenForInterruption(() => {
    progress.note('Stopping: finishing what is on its way. Ctrl-C again stops at once.');
  });
  try {
    const end = await runImport({
      rows: source.rows(from.rows),
      check,
      call: callOf(backend, kind, options, interruption.signal, progress),
      concurrency: options.concurrency,
      rejectedFile,
      state,
      from,
      stop: interruption.signal,
      onProgress: (counts, bytesRead) => progress.update(bytesRead, sum(Object.values(counts))),
    });
    progress.stop();
    const seconds = (performance.now() - startedAt) / 1000;
    const rejectedFileOfThis = rejectedFile.bytes > 0 ? rejectedFile.path : null;
    const facts = { end, from, seconds, rejectedFile: rejectedFileOfThis };
    const summary = importSummary({
      ...facts,
      dryRun: options.dryRun === true,
      state: state?.path ?? null,
    });
    terminal.result(summary.json, summary.text);
    return summary.exitCode;
  } finally {
    progress.stop();
    await rejectedFile.close();
  }
}

function callOf(
  backend: Backend,
  kind: RowKind,
  { dryRun }: ImportOptions,
  signal: AbortSignal,
  progress: Progress,
): ImportCall {
  return new ImportCall({
    backend,
    kind,
    dryRun: dryRun === true,
    signal,
    onPause: ({ message }, pauseMs) =>
      progress.note(`${message} Trying again in ${formatSeconds(pauseMs / 1000)}.`),
  });
}

/** Null for a dry run, which does nothing that could be gone on with. */
async function openState(
  backend: Backend,
  { path, options, kind, source }: Prepared,
): Promise<ImportState | null> {
  if (options.dryRun) return null;
  const { source: site, ratingScale, delimiter, encoding, timeZone, dateFormat } = options;
  // The organization's id, and not its name: a database that was made anew has another one.
  const organization = await organizationId(backend);
  return new ImportState(
    resolve(options.state ?? (await besideOrHere(path, 'antiphon-import.json'))),
    {
      file: source.identity,
      format: source.format,
      kind,
      organization,
      columns: [...(options.map ?? [])],
      ...{ site, ratingScale, delimiter, encoding, timeZone, dateFormat },
    },
  );
}

async function organizationId(backend: Backend): Promise<string> {
  const { viewer } = await backend.execute<{ viewer: { organization: { id: string } } }>(
    'query ImportTarget { viewer { organization { id } } }',
  );
  return viewer.organization.id;
}

function kindOf(what: string | null, { locations, products }: ImportOptions): RowKind {
  const kind = ROW_KINDS.find((name) => name === what);
  if (what !== null && kind === undefined) {
    throw usageError(`"${what}" cannot be imported; ${ROW_KINDS.join(', ')} can.`);
  }
  const named = new Set([
    ...(kind === undefined ? [] : [kind]),
    ...(locations ? (['locations'] as const) : []),
    ...(products ? (['products'] as const) : []),
  ]);
  if (named.size > 1) throw usageError(`Say once what the file holds: ${[...named].join(' or ')}.`);
  const [only = 'reviews'] = named;
  return only;
}

function checkOf(kind: RowKind, options: ImportOptions): RowCheck {
  const { timeZone, dateFormat, source, ratingScale } = options;
  if (!isTimeZone(timeZone)) {
    throw usageError(`"${timeZone}" is no IANA time zone; one is Europe/Amsterdam.`);
  }
  return rowCheck(
    kind,
    { ...(source !== undefined && { source }), ...(ratingScale !== undefined && { ratingScale }) },
    { timeZone, format: dateFormat ?? null },
  );
}

function tellBeginning(backend: Backend, prepared: Prepared, from: ImportProgress): void {
  const { path, terminal, options, source } = prepared;
  const verb = options.dryRun ? 'Trying' : 'Importing';
  terminal.note(`${verb} ${basename(path)} (${source.format}) into ${backend.description}`);
  if (from.rows > 0) {
    const done = formatCount(from.rows);
    terminal.note(`Going on after ${done} rows that are done; --restart begins anew.`);
  }
}

/** A file beside the imported one, or where nothing can be written there, in the current folder. */
async function besideOrHere(path: string, ending: string): Promise<string> {
  const beside = `${path}.${ending}`;
  try {
    await access(dirname(beside), constants.W_OK);
    return beside;
  } catch {
    return `${basename(path)}.${ending}`;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
