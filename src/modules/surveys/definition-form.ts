import { checkText } from '../../graphql/text-checks.ts';
import { invalidValue, limitExceeded, type UserErrorData } from '../../graphql/user-error.ts';
import type {
  Choice,
  Condition,
  Question,
  SurveyDefinition,
  ThankYouPage,
  Translations,
} from './definition.ts';
import type {
  LocalizedTextInput,
  SurveyChoiceInput,
  SurveyConditionInput,
  SurveyDefinitionInput,
  SurveyQuestionInput,
  SurveyThankYouPageInput,
} from './definition.input.ts';
import { canonicalLocale } from './locales.ts';

const KEY = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
const MAX = { locales: 30, questions: 50, thankYouPages: 20, choices: 50, showIf: 20 } as const;
const LONGEST = { text: 500, help: 1_000, label: 200, title: 200, body: 2_000 } as const;
/** Of a definition as JSON: each answer of a list of surveys may hold two of them. */
const LONGEST_DEFINITION = 250_000;

type Path = readonly string[];

/** The definition as it is kept, and what is malformed; whether it can be asked is seen when it is published. */
export function storedDefinition(
  input: SurveyDefinitionInput,
  path: Path,
): { definition: SurveyDefinition; errors: readonly UserErrorData[] } {
  const form = new DefinitionForm(input, path);
  return { definition: form.definition, errors: form.errors };
}

/** Takes an input apart, and collects all that is malformed. */
class DefinitionForm {
  readonly errors: UserErrorData[] = [];
  readonly definition: SurveyDefinition;
  readonly #locales: ReadonlySet<string>;

  constructor(input: SurveyDefinitionInput, path: Path) {
    const locales = this.#localesOf(input, [...path, 'locales']);
    this.#locales = new Set(locales);
    const defaultLocale = canonicalLocale(input.defaultLocale) ?? input.defaultLocale;
    if (!this.#locales.has(defaultLocale)) {
      const message = `\`defaultLocale\` is "${defaultLocale}", which is not among \`locales\`: add it there.`;
      this.errors.push(invalidValue([...path, 'defaultLocale'], message, locales));
    }
    this.definition = {
      defaultLocale,
      locales,
      questions: this.#each(input.questions, path, 'questions', (question, at) =>
        this.#question(question, at),
      ),
      thankYouPages: this.#each(input.thankYouPages, path, 'thankYouPages', (page, at) =>
        this.#page(page, at),
      ),
    };
    const { length } = JSON.stringify(this.definition);
    if (length > LONGEST_DEFINITION) {
      const message = `The definition has ${length} characters as JSON: shorten texts, or make two surveys of it.`;
      this.errors.push(limitExceeded(path, message, LONGEST_DEFINITION));
    }
  }

  #localesOf({ locales }: SurveyDefinitionInput, path: Path): string[] {
    const canonical = locales.slice(0, MAX.locales).map((tag) => canonicalLocale(tag) ?? tag);
    if (locales.length === 0) this.errors.push(invalidValue(path, 'Give at least one locale.'));
    this.#checkCount(locales.length, path, MAX.locales);
    return [...new Set(canonical)];
  }

  #question(input: SurveyQuestionInput, path: Path): Question {
    this.#checkKey(input.key, path);
    return {
      key: input.key,
      kind: input.kind,
      text: this.#texts(input.text, [...path, 'text'], LONGEST.text),
      help: this.#optionalTexts(input.help, [...path, 'help'], LONGEST.help),
      scale: input.scale ?? null,
      lowLabel: this.#optionalTexts(input.lowLabel, [...path, 'lowLabel'], LONGEST.label),
      highLabel: this.#optionalTexts(input.highLabel, [...path, 'highLabel'], LONGEST.label),
      choices: this.#each(input.choices ?? [], path, 'choices', (choice, at) =>
        this.#choice(choice, at),
      ),
      required: input.required === true,
      showIf: this.#conditions(input.showIf, path),
    };
  }

  #choice({ key, label }: SurveyChoiceInput, path: Path): Choice {
    this.#checkKey(key, path);
    return { key, label: this.#texts(label, [...path, 'label'], LONGEST.label) };
  }

  #page(input: SurveyThankYouPageInput, path: Path): ThankYouPage {
    this.#checkKey(input.key, path);
    return {
      key: input.key,
      title: this.#texts(input.title, [...path, 'title'], LONGEST.title),
      body: this.#texts(input.body, [...path, 'body'], LONGEST.body),
      showIf: this.#conditions(input.showIf, path),
      invitesReview: input.invitesReview === true,
    };
  }

  #conditions(inputs: readonly SurveyConditionInput[] | null | undefined, path: Path): Condition[] {
    return this.#each(
      inputs ?? [],
      path,
      'showIf',
      ({ question, atLeast, atMost, choices }, at) => {
        this.#checkKey(question, at, 'question');
        this.#checkCount(choices?.length ?? 0, [...at, 'choices'], MAX.choices);
        choices?.forEach((key, index) => this.#checkKey(key, [...at, 'choices'], String(index)));
        return {
          question,
          atLeast: atLeast ?? null,
          atMost: atMost ?? null,
          choices: choices ?? null,
        };
      },
    );
  }

  #optionalTexts(
    inputs: readonly LocalizedTextInput[] | null | undefined,
    path: Path,
    longest: number,
  ): Translations | null {
    const texts = inputs == null ? {} : this.#texts(inputs, path, longest);
    return Object.keys(texts).length === 0 ? null : texts;
  }

  /** An empty text counts as missing: that is told when the survey is published. */
  #texts(inputs: readonly LocalizedTextInput[], path: Path, longest: number): Translations {
    const texts = new Map<string, string>();
    inputs.forEach(({ locale: tag, text }, index) => {
      const at = [...path, String(index)];
      const locale = canonicalLocale(tag) ?? tag;
      this.errors.push(...checkText(text, [...at, 'text'], longest));
      if (!this.#locales.has(locale)) {
        const message = `"${locale}" is not among the \`locales\` of the definition: add it there, or take this text away.`;
        this.errors.push(invalidValue([...at, 'locale'], message, [...this.#locales]));
      } else if (texts.has(locale)) {
        this.errors.push(invalidValue([...at, 'locale'], `There are two texts for "${locale}".`));
      } else {
        texts.set(locale, text.trim());
      }
    });
    return Object.fromEntries([...texts].filter(([, text]) => text !== ''));
  }

  /** What is beyond the limit is not looked at: it is refused as a whole. */
  #each<In, Out>(
    inputs: readonly In[],
    path: Path,
    name: 'questions' | 'thankYouPages' | 'choices' | 'showIf',
    convert: (input: In, path: Path) => Out,
  ): Out[] {
    this.#checkCount(inputs.length, [...path, name], MAX[name]);
    return inputs
      .slice(0, MAX[name])
      .map((input, index) => convert(input, [...path, name, String(index)]));
  }

  #checkCount(count: number, path: Path, most: number): void {
    if (count <= most) return;
    const message = `\`${path.at(-1) ?? ''}\` has ${count} entries; at most ${most} are taken.`;
    this.errors.push(limitExceeded(path, message, most));
  }

  #checkKey(key: string, path: Path, name = 'key'): void {
    if (KEY.test(key)) return;
    const message = `\`${name}\` has to be 1 to 63 letters, digits, hyphens and underscores, with a letter or digit first.`;
    this.errors.push(invalidValue([...path, name], message, [KEY.source]));
  }
}
