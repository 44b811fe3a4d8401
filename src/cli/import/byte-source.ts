import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { constants, createGunzip, gunzip } from 'node:zlib';
import { promisify } from 'node:util';

/** The bytes of a file, decompressed where it is gzipped (told by its first bytes, not its name). */
export interface ByteSource extends AsyncIterable<Buffer> {
  /** Bytes of the file, as it is stored. */
  readonly totalBytes: number;
  /** Bytes of the file, as it is stored, that were read so far. */
  readonly bytesRead: number;
}

const CHUNK_BYTES = 64 * 1024;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** @throws the system's error where the file cannot be read; while iterating also on damaged gzip */
export async function openBytes(path: string): Promise<ByteSource> {
  const { size } = await stat(path);
  const zipped = isGzip(await firstBytes(path, GZIP_MAGIC.length));
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  if (!zipped) return asSource(file, size, () => file.bytesRead);

  const unzipped = createGunzip({ chunkSize: CHUNK_BYTES });
  file.once('error', (error) => unzipped.destroy(error));
  unzipped.once('close', () => file.destroy());
  return asSource(file.pipe(unzipped), size, () => file.bytesRead);
}

/**
 * The first bytes of a file's content, decompressed where it is gzipped: enough to tell its format.
 *
 * @param length at most; an upper bound, the file may be shorter
 */
export async function readHead(path: string, length: number): Promise<Buffer> {
  // A compressed block begins with its own tables, so that few bytes of it may hold no content yet.
  const head = await firstBytes(path, Math.max(length, CHUNK_BYTES));
  if (!isGzip(head)) return head.subarray(0, length);
  // The end of the stream is missing here by intention.
  const unzipped = await promisify(gunzip)(head, { finishFlush: constants.Z_SYNC_FLUSH });
  return unzipped.subarray(0, length);
}

/** The first bytes of a file as they are stored. */
export async function firstBytes(path: string, length: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function isGzip(head: Buffer): boolean {
  return head.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC);
}

function asSource(
  stream: AsyncIterable<Buffer>,
  totalBytes: number,
  bytesRead: () => number,
): ByteSource {
  return {
    totalBytes,
    get bytesRead() {
      return bytesRead();
    },
    [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator](),
  };
}
