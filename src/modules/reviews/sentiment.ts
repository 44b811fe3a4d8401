import SentimentAnalyzer from 'sentiment';
import { type RatingScale, scoreOf } from './rating-scale.ts';

export const Sentiment = {
  NEGATIVE: 'NEGATIVE',
  NEUTRAL: 'NEUTRAL',
  POSITIVE: 'POSITIVE',
} as const;
export type Sentiment = keyof typeof Sentiment;

/** The organization's thresholds on the score, both inclusive. */
export interface SentimentThresholds {
  readonly negativeAtMost: number;
  readonly positiveAtLeast: number;
}

const analyzer = new SentimentAnalyzer();
/** AFINN's words go from −5 to 5; a mean per word beyond this is told as an opinion. */
const OPINION_PER_WORD = 0.1;

/**
 * From the score where there is one; else from the text, by the AFINN word list, which knows
 * English: a text in another language without a translation is NEUTRAL.
 */
export function sentimentOf(
  review: {
    readonly ratingScale: RatingScale;
    readonly rating: number | null;
    readonly text: string | null;
    readonly translatedText: string | null;
    readonly language: string | null;
  },
  thresholds: SentimentThresholds,
): Sentiment {
  const score = scoreOf(review.ratingScale, review.rating);
  if (score !== null) {
    if (score <= thresholds.negativeAtMost) return 'NEGATIVE';
    return score >= thresholds.positiveAtLeast ? 'POSITIVE' : 'NEUTRAL';
  }
  const isEnglish = review.language?.split('-')[0] === 'en';
  const english = review.translatedText ?? (isEnglish ? review.text : null);
  if (english === null) return 'NEUTRAL';
  const { comparative } = analyzer.analyze(english);
  if (comparative <= -OPINION_PER_WORD) return 'NEGATIVE';
  return comparative >= OPINION_PER_WORD ? 'POSITIVE' : 'NEUTRAL';
}
