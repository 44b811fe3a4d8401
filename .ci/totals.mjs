// `node totals.mjs <directory>`: sums what jest's JSON reports in the directory say, as the last line.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [directory] = process.argv.slice(2);
const reports = readdirSync(directory).map((file) =>
  JSON.parse(readFileSync(join(directory, file), 'utf8')),
);
const sum = (count) => reports.reduce((total, report) => total + count(report), 0);
const passed = sum((report) => report.numPassedTests);
// A suite that could not even be loaded has no tests that failed, and must not count as nothing.
const failed = sum((report) => report.numFailedTests + report.numRuntimeErrorTestSuites);
const skipped = sum((report) => report.numPendingTests + report.numTodoTests);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
if (passed === 0 || failed > 0) process.exitCode = 1;
