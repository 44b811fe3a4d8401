import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { openBytes } from './byte-source.ts';
import { asUtf8 } from './encoding.ts';
import { JsonListScanner } from './json-list-scanner.ts';
import type { ScannedElement } from './json-list-scanner.ts';
import { isRow, malformed, preview, tooLong } from './source-row.ts';
import type { Place, Row, SourceRow } from './source-row.ts';
import { toReviewRow } from './takeout-review.ts';
import type { TakeoutLocation } from './takeout-review.ts';

const REVIEWS_FILE = /^reviews.*\.json$/;

/** The reviews of a Google Takeout export of a Business Profile, as files of reviews. */
export interface TakeoutExport {
  /** Below it all the files lie; their paths are told relative to it. */
  readonly folder: string;
  /** Sorted, so that rows have the same order each time. */
  readonly files: ReadonlyArray<{ readonly path: string; readonly size: number }>;
  readonly totalBytes: number;
}

/** @param path a folder at any height of the export, or one file of reviews */
export async function openTakeout(path: string): Promise<TakeoutExport> {
  const isFolder = (await stat(path)).isDirectory();
  const folder = isFolder ? path : dirname(path);
  const names = isFolder ? await readdir(folder, { recursive: true }) : [basename(path)];
  const wanted = isFolder ? names.filter((name) => REVIEWS_FILE.test(basename(name))) : names;
  const files = await Promise.all(
    wanted.sort().map(async (name) => {
      const file = join(folder, name);
      return { path: file, size: (await stat(file)).size };
    }),
  );
  return { folder, files, totalBytes: files.reduce((sum, file) => sum + file.size, 0) };
}

/** @param skip rows at the beginning that are not wanted again */
export async function* readTakeout(
  takeout: TakeoutExport,
  skip: number,
): AsyncGenerator<SourceRow> {
  let row = 0;
  let bytesBefore = 0;
  for (const { path, size } of takeout.files) {
    const file = relative(takeout.folder, path);
    const location = await readLocation(dirname(path));
    for await (const { element, index, bytesRead } of elementsOf(path)) {
      if (row++ < skip) continue;
      const place = { file, index };
      yield toSourceRow(element, location, place, bytesBefore + bytesRead);
    }
    bytesBefore += size;
  }
}

type Element = ScannedElement | 'CUT_OFF' | 'NO_LIST';

async function* elementsOf(
  path: string,
): AsyncGenerator<{ element: Element; index: number; bytesRead: number }> {
  const source = await openBytes(path);
  const scanner = new JsonListScanner('reviews');
  let index = 0;
  for await (const chunk of asUtf8(source, 'utf-8')) {
    for (const element of scanner.push(chunk)) {
      yield { element, index, bytesRead: source.bytesRead };
      index += 1;
    }
  }
  const { bytesRead } = source;
  if (!scanner.isComplete) yield { element: 'CUT_OFF', index, bytesRead };
  else if (!scanner.foundList) yield { element: 'NO_LIST', index, bytesRead };
}

function toSourceRow(
  element: Element,
  location: TakeoutLocation,
  place: Place,
  bytesRead: number,
): SourceRow {
  const refuse = (original: unknown, message: string): SourceRow => ({
    place,
    bytesRead,
    original,
    error: malformed(message),
  });
  if (element === 'CUT_OFF') return refuse('', 'The file ends in the middle: export it again.');
  if (element === 'NO_LIST') return refuse('', 'The file has no list of reviews.');
  const text = element.bytes.toString();
  if (element.cut) return { place, bytesRead, original: preview(text), error: tooLong() };
  try {
    const review: unknown = JSON.parse(text);
    if (!isRow(review)) return refuse(review, 'The element of the list is not an object.');
    return { place, bytesRead, original: review, row: toReviewRow(review, location) };
  } catch (error) {
    return refuse(preview(text), `The element is not valid JSON: ${(error as Error).message}.`);
  }
}

/** What `data.json` beside the reviews says of their location; all absent where there is none. */
async function readLocation(folder: string): Promise<TakeoutLocation> {
  let data: unknown;
  try {
    data = JSON.parse(await readFile(join(folder, 'data.json'), 'utf8'));
  } catch {
    return {};
  }
  return isRow(data) ? locationOf(data) : {};
}

function locationOf({ name, title, storeCode }: Row): TakeoutLocation {
  return {
    ...(typeof name === 'string' && { name }),
    ...(typeof title === 'string' && { title }),
    ...(typeof storeCode === 'string' && { storeCode }),
  };
}
