// Reads a file of rows, in a process of its own with little memory: `node stream-rows.ts <file>`.
import { readFileSync } from 'node:fs';
import { openBytes } from '../../src/cli/import/byte-source.ts';
import { readNdjson } from '../../src/cli/import/ndjson-reader.ts';

const source = await openBytes(process.argv[2] ?? '');
let rows = 0;
for await (const row of readNdjson(source, { encoding: 'utf-8', skip: 0 })) {
  if ('row' in row) rows += 1;
}
process.stdout.write(JSON.stringify({ rows, maxRssMb: peakMemoryMb() }));

/**
 * Of this process alone: the peak that `resourceUsage` tells on Linux begins with the parent's, which
 * is jest's and much larger.
 */
function peakMemoryMb(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(peak?.[1]) / 1024;
}
