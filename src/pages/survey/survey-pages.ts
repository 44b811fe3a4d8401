import { html, type Html } from './html.ts';
import { type PageQuestion, questionForm } from './question-form.ts';
import type { SurveyShell } from './shell.ts';
import { textsIn } from './texts.ts';

/** What all pages of a survey show around what they are about. */
export interface Frame {
  /** BCP 47. */
  readonly locale: string;
  readonly organizationName: string;
  /** Of this page, without a query. */
  readonly path: string;
  /** In which the survey can be answered. */
  readonly locales: readonly string[];
  /** Whether the respondent was written to, and can say that it shall be the last time. */
  readonly canUnsubscribe: boolean;
}

/** Why there is nothing to answer, by the name of the text that says so. */
export type Ending = 'answered' | 'expired' | 'closed' | 'revoked';

/** A page that has no frame of a survey, since none is known. */
export type Notice = 'unknown' | 'busy' | 'tooLarge' | 'failed';

const NOTICE_TITLES = {
  unknown: 'unknownTitle',
  busy: 'busyTitle',
  tooLarge: 'errorTitle',
  failed: 'failedTitle',
} as const;

/** The pages that respondents see, as HTML. */
export class SurveyPages {
  readonly #shell: SurveyShell;

  constructor(shell: SurveyShell) {
    this.#shell = shell;
  }

  question(frame: Frame, question: PageQuestion): string {
    const texts = textsIn(frame.locale);
    const title = question.error === null ? question.text : `${texts.error}: ${question.text}`;
    return this.#page(frame, title, questionForm(frame, question, texts));
  }

  thanks(
    frame: Frame,
    page: { readonly title: string; readonly body: string; readonly reviewUrl: string | null },
  ): string {
    const { writeReview } = textsIn(frame.locale);
    return this.#page(
      frame,
      page.title,
      html`<h1>${page.title}</h1>
        ${paragraphs(page.body)} ${page.reviewUrl && away(page.reviewUrl, writeReview)}`,
    );
  }

  ending(frame: Frame, why: Ending): string {
    const text = textsIn(frame.locale)[why];
    return this.#page(frame, text, html`<h1>${text}</h1>`);
  }

  review(frame: Frame, reviewUrl: string | null): string {
    const { reviewTitle, reviewAsk, writeReview } = textsIn(frame.locale);
    const body = html`<h1>${reviewTitle}</h1>
      <p>${reviewAsk}</p>
      ${reviewUrl && away(reviewUrl, writeReview)}`;
    return this.#page(frame, reviewTitle, body);
  }

  unsubscribe(frame: Frame): string {
    const { unsubscribeTitle, unsubscribeAsk, unsubscribeDo } = textsIn(frame.locale);
    const asked = withOrganization(unsubscribeAsk, frame);
    const body = html`<h1>${unsubscribeTitle}</h1>
      <p>${asked}</p>
      <form method="post" action="${frame.path}/unsubscribe">
        <p class="actions"><button>${unsubscribeDo}</button></p>
      </form>`;
    return this.#page({ ...frame, canUnsubscribe: false }, unsubscribeTitle, body);
  }

  unsubscribed(frame: Frame): string {
    const { unsubscribed } = textsIn(frame.locale);
    const body = html`<h1>${unsubscribed}</h1>`;
    return this.#page({ ...frame, canUnsubscribe: false }, unsubscribed, body);
  }

  notice(locale: string, notice: Notice): string {
    const texts = textsIn(locale);
    const title = texts[NOTICE_TITLES[notice]];
    const body = html`<main id="content">
      <h1>${title}</h1>
      <p>${texts[notice]}</p>
    </main>`;
    return this.#shell({ locale, title, body });
  }

  #page(frame: Frame, title: string, content: Html): string {
    const { locale, organizationName, path, canUnsubscribe } = frame;
    const texts = textsIn(locale);
    const askedBy = withOrganization(texts.askedBy, frame);
    const body = html`<header>
        <p>${askedBy}</p>
        ${languages(frame, texts.language)}
      </header>
      <main id="content">${content}</main>
      <footer>
        ${canUnsubscribe && html`<p><a href="${path}/unsubscribe">${texts.unsubscribe}</a></p>`}
      </footer>`;
    return this.#shell({ locale, title: `${title} – ${organizationName}`, body });
  }
}

function withOrganization(text: string, { organizationName }: Frame): string {
  return text.replace('{organization}', () => organizationName);
}

/** Each language by its own name. */
function languages({ locale, locales, path }: Frame, label: string): Html | null {
  if (locales.length < 2) return null;
  const links = locales.map((each) => {
    const name = new Intl.DisplayNames([each], { type: 'language' }).of(each) ?? each;
    const current = each === locale ? html` aria-current="true"` : '';
    return html`<li>
      <a href="${path}?lang=${each}" lang="${each}" hreflang="${each}" ${current}>${name}</a>
    </li>`;
  });
  return html`<nav aria-label="${label}">
    <ul>
      ${links}
    </ul>
  </nav>`;
}

function paragraphs(text: string): Html[] {
  const parts = text.split(/\n{2,}/).filter((part) => part.trim() !== '');
  return parts.map((part) => html`<p>${part}</p>`);
}

/** To another site, which is not told from where. */
function away(url: string, text: string): Html {
  return html`<p class="actions"><a class="button" href="${url}" rel="noreferrer">${text}</a></p>`;
}
