import { expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { makeFolder, ndjson, review } from './files.ts';

const MEGABYTES = 300;

it('reads a file of 300 MB in little memory', async () => {
  await using folder = await makeFolder();
  const file = join(folder.path, 'large.ndjson');
  const rows = Array.from({ length: 1_000 }, (_, at) =>
    review(`r${at}`, { text: 'A rather long text. '.repeat(12) }),
  );
  const chunk = ndjson(rows);
  const chunks = Math.ceil((MEGABYTES * 1e6) / chunk.length);
  await pipeline(
    Readable.from(Array.from({ length: chunks }, () => chunk)),
    createWriteStream(file),
  );

  const script = join(import.meta.dirname, 'stream-rows.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--max-old-space-size=24', script, file],
    { env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const { rows: read, maxRssMb } = JSON.parse(stdout) as { rows: number; maxRssMb: number };
  expect(read).toBe(chunks * 1_000);
  expect(maxRssMb).toBeLessThan(160);
}, 120_000);
