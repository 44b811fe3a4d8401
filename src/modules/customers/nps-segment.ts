import { registerEnumType } from 'type-graphql';

export const NpsSegment = {
  PROMOTER: 'PROMOTER',
  PASSIVE: 'PASSIVE',
  DETRACTOR: 'DETRACTOR',
} as const;
export type NpsSegment = keyof typeof NpsSegment;

registerEnumType(NpsSegment, {
  name: 'NpsSegment',
  description:
    'What an answer from 0 to 10 to "how likely would you recommend us" counts as (Reichheld, Harvard Business Review, December 2003).',
  valuesConfig: {
    PROMOTER: { description: '9 or 10.' },
    PASSIVE: { description: '7 or 8.' },
    DETRACTOR: { description: '0 to 6.' },
  },
});
