import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { MEASURES } from '../../src/modules/metrics/measures.ts';
import { DEFAULT_METRIC_SETTINGS } from '../../src/modules/metrics/metric-settings.ts';

const guide = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');

/** The cells of the rows of all tables. */
const rows = guide
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('the guide to metrics', () => {
  it('says of each measure what the catalogue says, and of no other', () => {
    const told = rows.filter(([name]) => /^`[A-Z]/.test(name ?? ''));
    expect(told).toEqual(MEASURES.map(({ name, unit, formula }) => [`\`${name}\``, unit, formula]));
  });

  it('gives the weights of the reputation score as they are', () => {
    const weights = Object.entries(DEFAULT_METRIC_SETTINGS.weights).map(([name, weight]) => [
      name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
      String(weight),
    ]);
    const told = rows.filter(([, weight]) => /^\d+$/.test(weight ?? ''));
    expect(told.map((row) => row.slice(0, 2)).sort()).toEqual(weights.sort());
  });
});
