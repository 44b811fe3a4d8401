import { html, type Html } from './html.ts';
import type { Frame } from './survey-pages.ts';
import type { PageTexts } from './texts.ts';

/** What is wrong with an answer, by the name of the text that says so. */
export type AnswerError = 'required' | 'notOffered' | 'tooLong';

/** One question as it is shown: with what was answered, or is about to be. */
export interface PageQuestion {
  readonly key: string;
  readonly kind: 'SCALE' | 'SINGLE_CHOICE' | 'MULTIPLE_CHOICE' | 'TEXT' | 'DEMOGRAPHIC';
  readonly text: string;
  readonly help: string | null;
  readonly scale: {
    readonly min: number;
    readonly max: number;
    readonly lowLabel: string | null;
    readonly highLabel: string | null;
  } | null;
  readonly choices: readonly { readonly key: string; readonly label: string }[];
  readonly required: boolean;
  readonly given: {
    readonly number: number | null;
    readonly choices: readonly string[];
    readonly text: string;
  };
  readonly error: AnswerError | null;
  /** Whether no other question can follow. */
  readonly isLast: boolean;
  /** The key of the question before. */
  readonly back: string | null;
  /** Makes sending this form twice the same as once. */
  readonly once: string | null;
}

export const LONGEST_TEXT = 5_000;

/** A form that needs no script: what is wrong, the server says. */
export function questionForm(
  { path, locale }: Frame,
  question: PageQuestion,
  texts: PageTexts,
): Html {
  const { back, once, isLast, required } = question;
  return html`${errorSummary(question, texts)}
    <form method="post" action="${path}" novalidate autocomplete="off">
      <input type="hidden" name="question" value="${question.key}" />
      <input type="hidden" name="lang" value="${locale}" />
      ${once && html`<input type="hidden" name="once" value="${once}" />`}
      ${question.kind === 'TEXT' ? textField(question, texts) : choiceFields(question, texts)}
      <p class="actions">
        <button>${isLast ? texts.send : texts.next}</button>
        ${!required && html`<button name="skip" value="1" class="quiet">${texts.skip}</button>`}
        ${back && html`<a class="quiet" href="${path}?q=${back}&lang=${locale}">${texts.back}</a>`}
      </p>
    </form>`;
}

/** Read out at once, and leads to what has to be corrected. */
function errorSummary(question: PageQuestion, texts: PageTexts): Html | null {
  const { error } = question;
  if (error === null) return null;
  return html`<div class="problem" role="alert" tabindex="-1" autofocus>
    <h2>${texts.errorTitle}</h2>
    <p><a href="#${firstControl(question)}">${texts[error]}</a></p>
  </div>`;
}

function firstControl({ kind }: PageQuestion): string {
  return kind === 'TEXT' ? 'answer' : 'answer-0';
}

/** Which elements say more about the question than it does itself. */
function describedBy({ help, error, kind }: PageQuestion): string {
  const ids = [
    help === null ? '' : 'help',
    kind === 'MULTIPLE_CHOICE' ? 'any' : '',
    error === null ? '' : 'error',
  ];
  return ids.filter((id) => id !== '').join(' ');
}

function hints(question: PageQuestion, texts: PageTexts): Html {
  const { help, error, kind } = question;
  return html`${help && html`<p id="help" class="help">${help}</p>`}
  ${kind === 'MULTIPLE_CHOICE' && html`<p id="any" class="help">${texts.chooseAny}</p>`}
  ${error && html`<p id="error" class="error">${texts[error]}</p>`}`;
}

function title({ text, required }: PageQuestion, { optional }: PageTexts): Html {
  return html`<h1>${text} ${!required && html`<small>(${optional})</small>`}</h1>`;
}

function textField(question: PageQuestion, texts: PageTexts): Html {
  const described = describedBy(question);
  const invalid = question.error === null ? '' : html` aria-invalid="true"`;
  const says = described === '' ? '' : html` aria-describedby="${described}"`;
  return html`<label for="answer">${title(question, texts)}</label>
    ${hints(question, texts)}
    <textarea id="answer" name="text" rows="5" maxlength="${LONGEST_TEXT}" ${says} ${invalid}>
${question.given.text}</textarea>`;
}

function choiceFields(question: PageQuestion, texts: PageTexts): Html {
  const described = describedBy(question);
  const says = described === '' ? '' : html` aria-describedby="${described}"`;
  return html`<fieldset ${says}>
    <legend>${title(question, texts)}</legend>
    ${hints(question, texts)} ${question.scale === null ? choices(question) : scale(question)}
  </fieldset>`;
}

function choices({ kind, choices: offered, given, error }: PageQuestion): Html {
  const type = kind === 'MULTIPLE_CHOICE' ? 'checkbox' : 'radio';
  const items = offered.map(({ key, label }, index) =>
    choice({
      ...{ type, name: 'choices', value: key, label, index },
      isChosen: given.choices.includes(key),
      isWrong: error !== null,
    }),
  );
  return html`<div class="choices">${items}</div>`;
}

function scale({ scale: of, given, error }: PageQuestion): Html {
  const { min, max, lowLabel, highLabel } = of ?? {
    min: 0,
    max: -1,
    lowLabel: null,
    highLabel: null,
  };
  const steps = Array.from({ length: max - min + 1 }, (_, index) => {
    const value = String(min + index);
    const meaning = (index === 0 && lowLabel) || (min + index === max && highLabel) || null;
    return choice({
      ...{ type: 'radio', name: 'number', value, label: value, index, meaning },
      isChosen: given.number === min + index,
      isWrong: error !== null,
    });
  });
  return html`<div class="scale">${steps}</div>
    <p class="ends" aria-hidden="true">
      <span>${lowLabel && `${min}: ${lowLabel}`}</span>
      <span>${highLabel && `${max}: ${highLabel}`}</span>
    </p>`;
}

function choice(of: {
  type: 'radio' | 'checkbox';
  name: string;
  value: string;
  label: string;
  index: number;
  /** Read out with the label, and shown elsewhere. */
  meaning?: string | null;
  isChosen: boolean;
  isWrong: boolean;
}): Html {
  const { type, name, value, label, index, meaning = null, isChosen, isWrong } = of;
  return html`<div class="choice">
    <input
      type="${type}"
      id="answer-${index}"
      name="${name}"
      value="${value}"
      ${isChosen && html`checked`}
      ${isWrong && html`aria-invalid="true"`}
    />
    <label for="answer-${index}"
      >${label}${meaning && html`<span class="spoken">: ${meaning}</span>`}</label
    >
  </div>`;
}
