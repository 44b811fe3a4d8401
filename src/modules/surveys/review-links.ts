import type { Question, SurveyDefinition, ThankYouPage, Translations } from './definition.ts';

/** Where public reviews are written; subdomains belong to them. */
const REVIEW_HOSTS = [
  'g.page',
  'maps.app.goo.gl',
  'search.google.com',
  'trustpilot.com',
  'tripadvisor.com',
  'yelp.com',
  'booking.com',
  'kiyoh.com',
  'feedbackcompany.com',
  'trustedshops.com',
  'reviews.io',
  'zoover.nl',
  'thefork.com',
  'opentable.com',
  'holidaycheck.de',
  'provenexpert.com',
  'glassdoor.com',
];
/** Sites of which a part is for reviews, in any country. */
const REVIEW_PLACES = [/^(?:www\.|maps\.)?google\.[a-z.]+\/maps/, /^goo\.gl\/maps/];
const COUNTRY = /\.(?:com\.[a-z]{2}|co\.[a-z]{2}|[a-z]{2,3})$/;
// Only from the beginning of a word: else a long one would be read again from each of its letters.
const LINK = /(?<![a-z0-9-])(?:[a-z0-9-]+\.)+[a-z]{2,}(?:\/[^\s<>"')]*)?/gi;

/** A link to a site of reviews, and where it stands. */
export interface ReviewLink {
  readonly link: string;
  readonly path: readonly string[];
}

/** A link to write a review that only some come to see: on one page and not on each, or in a branch. */
export function gatedReviewLink({ questions, thankYouPages }: SurveyDefinition): ReviewLink | null {
  const asked = questions.findIndex(
    (question) => (question.showIf ?? []).length > 0 && linkOf(textsOf(question)) !== null,
  );
  const thanked = thankYouPages.findIndex((page) => linkOf(textsOfPage(page)) !== null);
  if (asked !== -1) {
    const link = linkOf(textsOf(questions[asked] as Question)) ?? '';
    return { link, path: ['questions', String(asked)] };
  }
  if (thanked === -1 || thankYouPages.every((page) => linkOf(textsOfPage(page)) !== null)) {
    return null;
  }
  const link = linkOf(textsOfPage(thankYouPages[thanked] as ThankYouPage)) ?? '';
  return { link, path: ['thankYouPages', String(thanked)] };
}

function textsOf({ text, help, choices }: Question): (Translations | null | undefined)[] {
  return [text, help, ...(choices ?? []).map(({ label }) => label)];
}

function textsOfPage({ title, body }: ThankYouPage): Translations[] {
  return [title, body];
}

function linkOf(texts: readonly (Translations | null | undefined)[]): string | null {
  const links = texts.flatMap((translations) =>
    Object.values(translations ?? {}).flatMap((text) => text.match(LINK) ?? []),
  );
  return links.find(isForReviews) ?? null;
}

function isForReviews(link: string): boolean {
  const place = link.toLowerCase();
  if (REVIEW_PLACES.some((pattern) => pattern.test(place))) return true;
  const host = place.split('/')[0] ?? '';
  return REVIEW_HOSTS.some((site) => isOf(host, site) || isOf(worldwide(host), worldwide(site)));
}

function isOf(host: string, site: string): boolean {
  return host === site || host.endsWith(`.${site}`);
}

/** tripadvisor.nl and tripadvisor.co.uk are one site. */
function worldwide(host: string): string {
  return host.replace(COUNTRY, '.*');
}
