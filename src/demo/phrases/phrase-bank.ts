/** What reviews are about. */
export const THEMES = [
  'staff',
  'price',
  'waiting',
  'cleanliness',
  'quality',
  'atmosphere',
] as const;
export type Theme = (typeof THEMES)[number];

/** What the demo's brands sell. */
export const TRADES = ['bakery', 'hotel', 'outdoor'] as const;
export type Trade = (typeof TRADES)[number];

export type Tone = 'good' | 'mixed' | 'bad';

/**
 * The sentences of one language. `{item}` stands for something that the trade sells, with its
 * article, as the subject of the sentence; `{name}` for the reviewer's name, `{brand}` for the
 * brand's. Sentences end with their full stop.
 */
export interface PhraseBank {
  /** What stands between two sentences. */
  readonly space: string;
  readonly themes: Readonly<Record<Theme, { good: readonly string[]; bad: readonly string[] }>>;
  readonly openers: Readonly<Record<Tone, readonly string[]>>;
  readonly closers: Readonly<Record<Tone, readonly string[]>>;
  /** Between praise and complaint. */
  readonly turns: readonly string[];
  readonly titles: Readonly<Record<Tone, readonly string[]>>;
  readonly responses: Readonly<Record<Tone, readonly string[]>>;
  readonly items: Readonly<Record<Trade, readonly string[]>>;
  /** How an anonymous reviewer is addressed. */
  readonly guest: string;
  /** Of reviewers; made up. */
  readonly names: readonly string[];
}
