import type { Database } from './db/database.ts';
import type { UserErrorData } from './graphql/user-error.ts';
import { RequestError } from './graphql/admission/errors.ts';
import type { SurveyDoor, SurveyReply, SurveyRequest } from './http/survey-route.ts';
import {
  answerFor,
  begunBy,
  canStopAsking,
  type Opened,
  openFor,
  respondentView,
  stopAsking,
  tokenToBegin,
} from './modules/survey-responses/index.ts';
import { resolveLocale } from './modules/surveys/index.ts';
import { pageQuestion, type QuestionToShow, readAnswer } from './survey-question.ts';
import type { AnswerError } from './pages/survey/question-form.ts';
import { createSurveyShell } from './pages/survey/shell.ts';
import { type Ending, type Frame, SurveyPages } from './pages/survey/survey-pages.ts';

const ENDINGS: Readonly<Record<Exclude<Opened['state'], 'OPEN'>, Ending>> = {
  ANSWERED: 'answered',
  EXPIRED: 'expired',
  CLOSED: 'closed',
  REVOKED: 'revoked',
};

/** What stands behind the page on which respondents answer: the same as behind the schema. */
export class RespondentDoor implements SurveyDoor {
  readonly pages = new SurveyPages(createSurveyShell());
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async show(request: SurveyRequest): Promise<SurveyReply> {
    const opened = await this.#open(request);
    const frame = frameOf(request, opened);
    if (opened.state !== 'OPEN') return endReply(this.pages, frame, opened);
    if (opened.survey === null) {
      return { status: 200, page: this.pages.review(frame, opened.reviewUrl) };
    }
    const { query } = request;
    const show = { wanted: query.get('q'), preselected: query.get('score') };
    return this.#question(request, opened, show);
  }

  async answer(request: SurveyRequest, form: URLSearchParams): Promise<SurveyReply> {
    const opened = await this.#open(request);
    const { address, token } = request;
    const asked = { ...request, query: new URLSearchParams({ lang: form.get('lang') ?? '' }) };
    const given = readAnswer(opened, form);
    if (opened.state !== 'OPEN' || given === null) return again(token);
    const answered = await answerFor(
      this.#db,
      { address, organizationId: null },
      {
        ...{ token, answers: [given], complete: 'WHEN_DONE' },
        locale: localeFor(asked, opened),
        beginAs: await begunBy(this.#db, form.get('once')),
      },
    );
    if (answered.userErrors.length === 0) return again(answered.token);
    const error = errorOf(answered.userErrors, given);
    if (error === null) return again(token);
    return this.#question(asked, opened, { wanted: given.questionKey, given, error });
  }

  async showUnsubscribe(request: SurveyRequest): Promise<SurveyReply> {
    const opened = await this.#open(request);
    if (!canStopAsking(opened)) throw nothingThere();
    return { status: 200, page: this.pages.unsubscribe(frameOf(request, opened)) };
  }

  async unsubscribe(request: SurveyRequest): Promise<SurveyReply> {
    const opened = await this.#open(request);
    if (!canStopAsking(opened)) throw nothingThere();
    await stopAsking(this.#db, opened);
    return { status: 200, page: this.pages.unsubscribed(frameOf(request, opened)) };
  }

  localeOf(request: SurveyRequest): string {
    return request.query.get('lang') ?? preferredLocales(request)[0] ?? 'en';
  }

  async #open({ token, address }: SurveyRequest): Promise<Opened> {
    const opened = await openFor(this.#db, { address, organizationId: null }, token);
    if (opened === null) throw nothingThere();
    return opened;
  }

  async #question(
    request: SurveyRequest,
    opened: Opened,
    show: Omit<QuestionToShow, 'view'>,
  ): Promise<SurveyReply> {
    const frame = frameOf(request, opened);
    const view = respondentView(opened, frame.locale);
    const question = pageQuestion(opened, { ...show, view });
    if (question === null) return { status: 410, page: this.pages.ending(frame, 'closed') };
    const once = opened.kind === 'public' ? await tokenToBegin(this.#db, opened) : null;
    const page = this.pages.question(frame, { ...question, once });
    return { status: show.error === undefined ? 200 : 422, page };
  }
}

function nothingThere(): RequestError {
  return new RequestError('NOT_FOUND', 'This token opens nothing.');
}

/** The page that stands there now, by GET: reloading it sends nothing again. */
function again(token: string): SurveyReply {
  return { seeOther: `/s/${token}` };
}

function endReply(pages: SurveyPages, frame: Frame, opened: Opened): SurveyReply {
  const { state } = opened;
  if (state === 'OPEN') throw new Error('It has not ended');
  const { thankYouPage } = respondentView(opened, frame.locale);
  if (thankYouPage !== null) return { status: 200, page: pages.thanks(frame, thankYouPage) };
  const page = pages.ending(frame, ENDINGS[state]);
  return { status: state === 'ANSWERED' ? 200 : 410, page };
}

function frameOf(request: SurveyRequest, opened: Opened): Frame {
  const { organizationName, survey } = opened;
  return {
    locale: localeFor(request, opened),
    organizationName,
    path: `/s/${request.token}`,
    locales: survey?.definition.locales ?? [],
    canUnsubscribe: canStopAsking(opened),
  };
}

/**
 * What the respondent chose; else as they were asked. Of a public link nobody was: there, what the
 * browser prefers.
 */
function localeFor(request: SurveyRequest, { kind, survey, locale }: Opened): string {
  if (survey === null) return locale;
  const { locales, defaultLocale } = survey.definition;
  const known = (tag: string) => resolveLocale({ locales, defaultLocale: '' }, tag);
  const wanted = [
    request.query.get('lang') ?? '',
    ...(kind === 'public' ? preferredLocales(request) : []),
    locale,
  ];
  return wanted.map(known).find((tag) => tag !== '') ?? defaultLocale;
}

const MOST_PREFERENCES = 10;

function preferredLocales({ acceptLanguage }: SurveyRequest): string[] {
  return acceptLanguage
    .split(',', MOST_PREFERENCES)
    .map((range) => {
      const [tag = '', ...parameters] = range.trim().split(';');
      const quality = parameters.find((each) => each.trim().startsWith('q='));
      return { tag, quality: quality === undefined ? 1 : Number(quality.trim().slice(2)) };
    })
    .filter(({ tag, quality }) => tag !== '*' && quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag);
}

/** What to tell of an answer that was refused; null: that something else stands there meanwhile. */
function errorOf(
  userErrors: readonly UserErrorData[],
  given: NonNullable<ReturnType<typeof readAnswer>>,
): AnswerError | null {
  const [error] = userErrors;
  if (error === undefined || error.path[0] !== 'answers' || error.code === 'INVALID_STATE') {
    return null;
  }
  if (error.code === 'LIMIT_EXCEEDED') return given.text == null ? 'notOffered' : 'tooLong';
  const isEmpty = given.number == null && given.text == null && (given.choices ?? []).length === 0;
  return isEmpty ? 'required' : 'notOffered';
}
