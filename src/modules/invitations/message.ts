import { encodeId } from '../../graphql/ids.ts';
import { type Question, scoredQuestion, SURVEY_SCALES, textIn } from '../surveys/index.ts';
import { filled, wordsFor } from './mail-words.ts';
import { reviewUrlOf, type Surroundings } from './surroundings.ts';
import type { Delivery } from './take.ts';
import { linkOf } from './token.ts';

/** What is said to a customer, before a channel gives it its form. */
export interface Message {
  readonly subject: string;
  readonly intro: string;
  /** The survey's first question; null of a review. */
  readonly question: string | null;
  /** Answers of the first question that are one click; none where it has no scale. */
  readonly scores: readonly { readonly score: number; readonly link: string }[];
  readonly lowLabel: string;
  readonly highLabel: string;
  readonly action: string;
  /** Where it is answered, or the review is written. */
  readonly link: string;
  readonly why: string;
  readonly unsubscribe: string;
  /** Takes a POST without a question (RFC 8058), and shows a page to a GET. */
  readonly unsubscribeLink: string;
  readonly locale: string;
}

/**
 * The same for all copies of an invitation or reminder, and for no other: receivers know a copy by it.
 * Without the angle brackets.
 */
export function messageIdOf({ invitation, reminder }: Delivery, publicUrl: string): string {
  return `${deliveryId(invitation.id, reminder)}@${new URL(publicUrl).hostname}`;
}

export function deliveryId(invitationId: string, reminder: number): string {
  return `${encodeId('SurveyInvitation', invitationId)}.${reminder}`;
}

export function messageOf(delivery: Delivery, token: string, around: Surroundings): Message {
  const { invitation, reminder } = delivery;
  const { means, settings, organizationName } = around;
  const { locale } = invitation;
  const words = wordsFor(locale);
  const sender = settings.senderName ?? organizationName;
  const page = linkOf(means.publicUrl, token);
  const isReview = invitation.target === 'REVIEW';
  const place = invitation.productName ?? invitation.locationName ?? sender;
  const say = (text: string) => filled(text, { sender, place });
  const subject = say(isReview ? words.reviewSubject : words.subject);
  return {
    subject: reminder === 0 ? subject : filled(words.reminder, { subject }),
    intro: say(isReview ? words.reviewIntro : words.intro),
    ...firstQuestion(delivery, page),
    action: isReview ? words.writeReview : words.answer,
    link: isReview ? (reviewUrlOf(invitation, settings) ?? page) : page,
    why: say(words.why),
    unsubscribe: words.unsubscribe,
    unsubscribeLink: `${page}/unsubscribe`,
    locale,
  };
}

const NO_QUESTION = { question: null, scores: [], lowLabel: '', highLabel: '' };

function firstQuestion({ invitation, version }: Delivery, page: string) {
  const definition = version?.definition;
  const first: Question | undefined = definition?.questions[0];
  if (definition === undefined || first === undefined) return NO_QUESTION;
  const { locale } = invitation;
  const say = (texts: Question['text'] | null | undefined) =>
    textIn(texts, locale, definition.defaultLocale);
  // What a score in the link answers is the scored question: where another one comes first, one has to go there.
  const isScored = scoredQuestion(definition) === first;
  return {
    question: say(first.text),
    scores: isScored ? scoresOf(first, page) : [],
    lowLabel: say(first.lowLabel),
    highLabel: say(first.highLabel),
  };
}

function scoresOf({ scale }: Question, page: string) {
  if (scale == null) return [];
  const { min, max } = SURVEY_SCALES[scale];
  return Array.from({ length: max - min + 1 }, (_, index) => ({
    score: min + index,
    link: `${page}?score=${min + index}`,
  }));
}
