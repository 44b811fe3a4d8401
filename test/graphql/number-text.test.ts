import { describe, expect, it } from '@jest/globals';
import { numberText } from '../../src/graphql/plan/number-text.ts';
import { Random } from '../testkit/random.ts';

describe('the text of a number', () => {
  it('is what JavaScript has, also where another number had its place', () => {
    const random = new Random(8);
    const numbers = [0, -0, 1, 0.1, 1 / 3, 2 / 3, 1e21, 1e-7, -1.5, 5e-324, Number.MAX_VALUE];
    for (let i = 0; i < 20_000; i++) {
      numbers.push(random.next(), random.below(1e6) / (1 + random.below(50)));
    }
    const wrong = [...numbers, ...numbers].filter((each) => numberText(each) !== String(each));
    expect(wrong).toEqual([]);
  });
});
