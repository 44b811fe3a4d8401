/**
 * What a survey asks, as it is stored with a version (`survey_version.definition`). Plain data: what
 * may stand here is checked before it is stored, and what stands here is believed afterwards.
 */
export const SURVEY_KINDS = ['NPS', 'CSAT', 'CES', 'CUSTOM'] as const;
export type SurveyKind = (typeof SURVEY_KINDS)[number];

/** Scales that a question of kind SCALE can have. NPS is 0–10; the others count from 1. */
export const SURVEY_SCALES = {
  NPS_10: { min: 0, max: 10, kinds: ['NPS', 'CUSTOM'] },
  POINTS_3: { min: 1, max: 3, kinds: ['CSAT', 'CUSTOM'] },
  POINTS_5: { min: 1, max: 5, kinds: ['CSAT', 'CES', 'CUSTOM'] },
  POINTS_7: { min: 1, max: 7, kinds: ['CSAT', 'CES', 'CUSTOM'] },
  POINTS_10: { min: 1, max: 10, kinds: ['CSAT', 'CUSTOM'] },
} as const satisfies Record<string, { min: number; max: number; kinds: readonly SurveyKind[] }>;
export type SurveyScale = keyof typeof SURVEY_SCALES;

export const QUESTION_KINDS = [
  'SCALE',
  'SINGLE_CHOICE',
  'MULTIPLE_CHOICE',
  'TEXT',
  'DEMOGRAPHIC',
] as const;
export type QuestionKind = (typeof QUESTION_KINDS)[number];

/** Texts by BCP 47 tag; the one of the survey's default locale is always there once published. */
export type Translations = Readonly<Record<string, string>>;

export interface Choice {
  readonly key: string;
  readonly label: Translations;
}

/**
 * When an answer leads somewhere: all that is given must hold. `atLeast` and `atMost` are of the
 * question's own scale; `choices` holds where any of them was chosen.
 */
export interface Condition {
  readonly question: string;
  readonly atLeast?: number | null;
  readonly atMost?: number | null;
  readonly choices?: readonly string[] | null;
}

export interface Question {
  readonly key: string;
  readonly kind: QuestionKind;
  readonly text: Translations;
  readonly help?: Translations | null;
  /** Of kind SCALE. */
  readonly scale?: SurveyScale | null;
  readonly lowLabel?: Translations | null;
  readonly highLabel?: Translations | null;
  /** Of SINGLE_CHOICE, MULTIPLE_CHOICE and DEMOGRAPHIC. */
  readonly choices?: readonly Choice[] | null;
  readonly required: boolean;
  /** Asked where any of these holds; always asked where there are none. They look back only. */
  readonly showIf?: readonly Condition[] | null;
}

export interface ThankYouPage {
  readonly key: string;
  readonly title: Translations;
  readonly body: Translations;
  /** The first page of the list for which this holds is shown; none: always. */
  readonly showIf?: readonly Condition[] | null;
  /** Offers the organization's public review invitation: to everybody, so never with `showIf` on a score. */
  readonly invitesReview?: boolean;
}

export interface SurveyDefinition {
  readonly defaultLocale: string;
  readonly locales: readonly string[];
  /** In the order in which they are asked; the first SCALE question gives the response its score. */
  readonly questions: readonly Question[];
  readonly thankYouPages: readonly ThankYouPage[];
}
