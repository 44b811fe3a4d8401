import { againstRule, type UserErrorData } from '../../graphql/user-error.ts';
import type { SurveyDefinition, ThankYouPage } from './definition.ts';
import { gatedReviewLink } from './review-links.ts';

/** Why public reviews are asked of everybody alike, or of nobody. */
export const REVIEW_GATING_RULE = {
  rule: 'Public reviews are asked of every customer alike, whatever they answered. Google forbids merchants to discourage or prohibit negative reviews, or to solicit positive reviews selectively from customers. 16 CFR Part 465 (§ 465.7) forbids to suppress reviews by their rating or sentiment while those that are shown stand for all; the Federal Trade Commission tells businesses not to ask for reviews only those who are expected to write good ones.',
  sources: [
    'https://www.ecfr.gov/current/title-16/chapter-I/subchapter-D/part-465',
    'https://www.ftc.gov/business-guidance/resources/soliciting-paying-online-reviews-guide-marketers',
    'https://support.google.com/contributionpolicy/answer/7400114',
  ],
} as const;

/** The error for a configuration by which only some would be asked for a review. */
export function reviewGatingRefused(path: readonly string[], message: string): UserErrorData {
  return againstRule('REVIEW_GATING_REFUSED', path, message, REVIEW_GATING_RULE);
}

/**
 * Whether what one answers decides who is invited to write a review: by some pages and not by others,
 * or by a link in a text that only some come to see.
 */
export function checkReviewGating(
  definition: SurveyDefinition,
  path: readonly string[],
): UserErrorData[] {
  const gated = gatedReviewLink(definition);
  const errors = checkInvitations(definition, path);
  if (gated === null) return errors;
  const message = `Only some respondents come to see the link ${gated.link}, where reviews are written: take it out, and set \`invitesReview\` on every page to invite everybody.`;
  return [...errors, reviewGatingRefused([...path, ...gated.path], message)];
}

function checkInvitations(
  { thankYouPages }: SurveyDefinition,
  path: readonly string[],
): UserErrorData[] {
  const inviting = thankYouPages.findIndex(({ invitesReview }) => invitesReview === true);
  if (inviting === -1) return [];
  const silent = thankYouPages.findIndex(({ invitesReview }) => invitesReview !== true);
  if (silent === -1 && thankYouPages.some(isForEverybody)) return [];
  const page = thankYouPages[inviting] as ThankYouPage;
  const other =
    silent === -1
      ? 'there is no page for everybody else'
      : `"${(thankYouPages[silent] as ThankYouPage).key}" does not`;
  const message = `Page "${page.key}" invites to write a public review, and ${other}: set \`invitesReview\` on every page, or on none.`;
  return [
    reviewGatingRefused([...path, 'thankYouPages', String(inviting), 'invitesReview'], message),
  ];
}

export function isForEverybody({ showIf }: Pick<ThankYouPage, 'showIf'>): boolean {
  return showIf == null || showIf.length === 0;
}
