import type { Add, Evaluator, Facts } from './evaluate.ts';

/** How many answers are in each segment. */
export interface NpsSegments {
  readonly promoters: number;
  readonly passives: number;
  readonly detractors: number;
}

/** 100 × (promoters − detractors) ÷ answers. */
export function netPromoterScore(promotersOf: Add, passivesOf: Add, detractorsOf: Add): Evaluator {
  const answersOf = (facts: Facts) => promotersOf(facts) + passivesOf(facts) + detractorsOf(facts);
  const numeratorOf = (facts: Facts) => 100 * (promotersOf(facts) - detractorsOf(facts));
  return {
    value(facts) {
      const answers = answersOf(facts);
      return answers === 0 ? null : numeratorOf(facts) / answers;
    },
    n: answersOf,
    numerator: numeratorOf,
    denominator: answersOf,
    components: () => null,
    npsSegments: (facts) => ({
      promoters: promotersOf(facts),
      passives: passivesOf(facts),
      detractors: detractorsOf(facts),
    }),
  };
}
