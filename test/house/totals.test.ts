/** The last line of `.ci/run`, which other programs read. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const TOTALS = resolve(import.meta.dirname, '../../.ci/totals.mjs');
const GREEN = {
  numPassedTests: 40,
  numFailedTests: 0,
  numRuntimeErrorTestSuites: 0,
  numPendingTests: 0,
  numTodoTests: 0,
};

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'antiphon-totals-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function totals(...reports: object[]): { line: string; status: number | null } {
  reports.forEach((report, i) =>
    writeFileSync(join(directory, `${i}.json`), JSON.stringify(report)),
  );
  const { stdout, status } = spawnSync(process.execPath, [TOTALS, directory], { encoding: 'utf8' });
  return { line: stdout, status };
}

describe('the totals of all test runs', () => {
  it('are sums', () => {
    expect(totals(GREEN, { ...GREEN, numPassedTests: 2 })).toEqual({
      line: '42 passed, 0 failed\n',
      status: 0,
    });
  });

  it('tell of skipped tests', () => {
    expect(totals({ ...GREEN, numPendingTests: 2, numTodoTests: 1 })).toEqual({
      line: '40 passed, 0 failed, 3 skipped\n',
      status: 0,
    });
  });

  it('fail with a test, and with a file that could not be loaded', () => {
    expect(totals({ ...GREEN, numFailedTests: 1 })).toEqual({
      line: '40 passed, 1 failed\n',
      status: 1,
    });
    expect(totals({ ...GREEN, numRuntimeErrorTestSuites: 1 }).status).toBe(1);
  });

  it('fail when no test ran at all', () => {
    expect(totals()).toEqual({ line: '0 passed, 0 failed\n', status: 1 });
  });
});
