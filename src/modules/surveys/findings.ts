/** What a survey is looked at for, before it is published and before it is sent. */
export const SurveyCheckCode = {
  QUESTIONS: 'QUESTIONS',
  SCORED_QUESTION: 'SCORED_QUESTION',
  BRANCHES: 'BRANCHES',
  TRANSLATIONS: 'TRANSLATIONS',
  THANK_YOU_PAGES: 'THANK_YOU_PAGES',
  REVIEW_INVITATION: 'REVIEW_INVITATION',
  COMPARABILITY: 'COMPARABILITY',
  OPEN_QUESTION: 'OPEN_QUESTION',
  LENGTH: 'LENGTH',
  SENDER: 'SENDER',
  AUDIENCE: 'AUDIENCE',
} as const;
export type SurveyCheckCode = keyof typeof SurveyCheckCode;

export const CheckSeverity = { ERROR: 'ERROR', WARNING: 'WARNING' } as const;
export type CheckSeverity = keyof typeof CheckSeverity;

/** Something that was looked for and not found as it should be. */
export interface Finding {
  readonly code: SurveyCheckCode;
  readonly severity: CheckSeverity;
  /** Within the definition. */
  readonly path: readonly string[];
  /** What is wrong. */
  readonly message: string;
  /** What to do about it. */
  readonly action: string;
}

export function finding(
  code: SurveyCheckCode,
  path: readonly (string | number)[],
  message: string,
  action: string,
  severity: CheckSeverity = 'ERROR',
): Finding {
  return { code, severity, path: path.map(String), message, action };
}
