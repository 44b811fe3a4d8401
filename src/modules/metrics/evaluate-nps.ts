import type { Add, Evaluate } from './evaluate.ts';

/** How many answers are in each segment. */
export interface NpsSegments {
  readonly promoters: number;
  readonly passives: number;
  readonly detractors: number;
}

/** 100 × (promoters − detractors) ÷ answers. */
export function netPromoterScore(promotersOf: Add, passivesOf: Add, detractorsOf: Add): Evaluate {
  return (facts) => {
    const promoters = promotersOf(facts);
    const passives = passivesOf(facts);
    const detractors = detractorsOf(facts);
    const answers = promoters + passives + detractors;
    const numerator = 100 * (promoters - detractors);
    return {
      value: answers === 0 ? null : numerator / answers,
      n: answers,
      numerator,
      denominator: answers,
      components: null,
      npsSegments: { promoters, passives, detractors },
    };
  };
}
