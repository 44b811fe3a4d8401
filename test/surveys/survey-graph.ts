import type { Data, TestApi } from '../testkit/api.ts';

/** The fields of a definition, in the words of the schema. */
const TEXT = '{ locale text }';
const SHOW_IF = 'showIf { question atLeast atMost choices }';
export const DEFINITION = `definition { defaultLocale locales
  questions { key kind text ${TEXT} help ${TEXT} scale lowLabel ${TEXT} highLabel ${TEXT}
    choices { key label ${TEXT} } required ${SHOW_IF} }
  thankYouPages { key title ${TEXT} body ${TEXT} ${SHOW_IF} invitesReview } }`;
export const VERSION = `id number questionCount createdAt publishedAt ${DEFINITION}`;
export const SURVEY = `id key name kind state anonymous alertAtMost endsAt
  publishedVersion { ${VERSION} } draftVersion { ${VERSION} }`;
export const ERRORS = `userErrors { __typename code message path ... on InvalidValueError { allowed }
  ... on LimitExceededError { limit } ... on RuleViolationError { rule sources } }`;
const CHECK = 'code severity passed message action path';
export const READINESS = `readiness { ready checks { ${CHECK} } }`;

const DOCUMENTS = {
  createSurvey: `mutation ($input: CreateSurveyInput!) { createSurvey(input: $input) { survey { ${SURVEY} } ${ERRORS} } }`,
  updateSurvey: `mutation ($input: UpdateSurveyInput!) { updateSurvey(input: $input) { survey { ${SURVEY} } ${ERRORS} } }`,
  publishSurvey: `mutation ($input: SurveyInput!) { publishSurvey(input: $input) { survey { ${SURVEY} } version { ${VERSION} } warnings { ${CHECK} } ${ERRORS} } }`,
  closeSurvey: `mutation ($input: SurveyInput!) { closeSurvey(input: $input) { survey { ${SURVEY} } ${ERRORS} } }`,
  deleteSurvey: `mutation ($input: SurveyInput!) { deleteSurvey(input: $input) { deletedId ${ERRORS} } }`,
};

/** An answer as it goes over the wire. */
export const wired = (answer: Data): Data => JSON.parse(JSON.stringify(answer));

/** The payload of a mutation on surveys, as it goes over the wire. */
export async function mutate(
  api: TestApi,
  name: keyof typeof DOCUMENTS,
  input: object,
): Promise<Data> {
  return wired(await api.run(DOCUMENTS[name], { input }))[name];
}

export const texts = (...pairs: [locale: string, text: string][]) =>
  pairs.map(([locale, text]) => ({ locale, text }));
export const en = (text: string) => texts(['en', text]);
export const both = (english: string, dutch: string) => texts(['en', english], ['nl', dutch]);

export const NPS_QUESTION = {
  key: 'score',
  kind: 'SCALE',
  scale: 'NPS_10',
  required: true,
  text: both('How likely are you to recommend us?', 'Hoe waarschijnlijk beveelt u ons aan?'),
  lowLabel: both('Not at all', 'Helemaal niet'),
  highLabel: both('Extremely', 'Zeer'),
};
export const BEST_QUESTION = {
  key: 'best',
  kind: 'TEXT',
  text: both('What did we do best?', 'Wat deden we het best?'),
  showIf: [{ question: 'score', atLeast: 9 }],
};
export const THANKS = {
  key: 'thanks',
  title: both('Thank you', 'Dank u'),
  body: both('Your answers help us.', 'Uw antwoorden helpen ons.'),
};

/** A definition that can be published without a warning. */
export const nps = (parts: object = {}) => ({
  defaultLocale: 'en',
  locales: ['en', 'nl'],
  questions: [NPS_QUESTION, BEST_QUESTION],
  thankYouPages: [THANKS],
  ...parts,
});

let made = 0;
export const surveyInput = (parts: object = {}) => ({
  key: `survey-${++made}`,
  name: 'How we do',
  kind: 'NPS',
  definition: nps(),
  ...parts,
});

/** A survey by these parts, made and, where it can be, published. */
export async function publish(api: TestApi, parts: object = {}): Promise<Data> {
  const { survey, userErrors } = await mutate(api, 'createSurvey', surveyInput(parts));
  if (survey === null) throw new Error(JSON.stringify(userErrors));
  return mutate(api, 'publishSurvey', { id: survey.id });
}

export const CHOICES = ['a', 'b'].map((key) => ({ key, label: both(key, key) }));
export const reasons = {
  key: 'why',
  kind: 'SINGLE_CHOICE',
  text: both('Why?', 'Waarom?'),
  choices: CHOICES,
};
export const text = (key: string, showIf: object[] = []) => ({
  key,
  kind: 'TEXT',
  text: both(key, key),
  showIf,
});
export const page = (key: string, showIf: object[] = [], parts: object = {}) => ({
  ...THANKS,
  key,
  showIf,
  ...parts,
});
export const questions = (...more: object[]) => nps({ questions: [NPS_QUESTION, ...more] });
export const pages = (...thankYouPages: object[]) => nps({ thankYouPages });
export const of = (question: string, condition: object) => ({ question, ...condition });

/** The errors of a payload: the code and the path of each. */
export const errorsOf = ({ userErrors }: Data): string[] =>
  userErrors.map(({ code, path }: Data) => `${code} ${path.join('.')}`.trim());
