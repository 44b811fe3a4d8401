import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type pg from 'pg';
import { PROJECT } from '../process.ts';

/** Antiphon in this process, with all rights: the key of the bench need not manage surveys. */
interface InProcess {
  execute(
    query: string,
    variables: object,
  ): Promise<{ readonly data?: unknown; readonly errors?: unknown }>;
  close(): Promise<void>;
}
interface Modules {
  openInProcess(config: object, organization: string, logger: object): Promise<InProcess>;
  readConfig(variables: object): object;
  commandLogger(config: object): object;
}

/** Respondents come from many places. */
const LINKS = 20;

/**
 * Tokens of public links to a survey, each at a location of its own. Made by the product itself, and
 * on opening: a dataset that was generated before the bench asked for them need not be made anew.
 */
export async function ensureSurveyLinks(
  client: pg.Client,
  { url, slug, organizationId }: { url: string; slug: string; organizationId: string },
): Promise<void> {
  const { rows } = await client.query(`select to_regclass('bench.survey_link') as known`);
  if (rows[0].known !== null) return;
  const tokens = await makeLinks(url, slug);
  await client.query('begin');
  await client.query('create table bench.survey_link (token text not null)');
  await client.query('insert into bench.survey_link select unnest($1::text[])', [tokens]);
  // That the survey was published is told and pruned, as all events of the dataset are.
  await client.query(
    `delete from feed_event where organization_id = $1 and kind = 'SURVEY_PUBLISHED'`,
    [organizationId],
  );
  await client.query(
    `update feed_counter set pruned_seq = last_seq
     where organization_id = $1 and last_seq = pruned_seq + 1`,
    [organizationId],
  );
  await client.query('commit');
}

/** The tokens, in one order. */
export async function surveyTokens(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ token: string }>(
    'select token from bench.survey_link order by token',
  );
  return rows.map(({ token }) => token);
}

const CREATE = `mutation ($input: CreateSurveyInput!) {
  createSurvey(input: $input) { survey { id } userErrors { code message path } }
}`;
const PUBLISH = `mutation ($input: SurveyInput!) {
  publishSurvey(input: $input) { survey { id } userErrors { code message path } }
}`;
const LINK = `mutation ($input: CreateSurveyLinkInput!) {
  createSurveyLink(input: $input) { link userErrors { code message path } }
}`;

/** By calls that may be repeated: a run may break off between two of them. */
async function makeLinks(databaseUrl: string, slug: string): Promise<string[]> {
  const { openInProcess, readConfig, commandLogger } = await built();
  const config = readConfig({ DATABASE_URL: databaseUrl, LOG_LEVEL: 'error' });
  const antiphon = await openInProcess(config, slug, commandLogger(config));
  const call = async <Result>(query: string, name: string, input: object): Promise<Result> => {
    const idempotencyKey = `bench ${JSON.stringify([name, input]).slice(0, 100)}`;
    const answer = await antiphon.execute(query, { input: { ...input, idempotencyKey } });
    const result = (answer.data as Record<string, { userErrors: unknown[] }> | undefined)?.[name];
    if (result === undefined || result.userErrors.length > 0) {
      throw new Error(`${name} was refused: ${JSON.stringify(answer)}`);
    }
    return result as Result;
  };
  try {
    type Made = { readonly survey: { readonly id: string } };
    const { survey } = await call<Made>(CREATE, 'createSurvey', SURVEY);
    await call(PUBLISH, 'publishSurvey', { id: survey.id });
    const tokens: string[] = [];
    for (let n = 1; n <= LINKS; n++) {
      const input = {
        surveyId: survey.id,
        locationExternalId: `place-${n}`,
        touchpoint: 'receipt',
      };
      const { link } = await call<{ link: string }>(LINK, 'createSurveyLink', input);
      tokens.push(link.slice(link.lastIndexOf('/') + 1));
    }
    return tokens;
  } finally {
    await antiphon.close();
  }
}

async function built(): Promise<Modules> {
  const files = ['in-process.js', 'config.js', 'cli/command-logger.js'];
  const modules = await Promise.all(
    files.map((file) => import(pathToFileURL(join(PROJECT, 'dist', file)).href)),
  );
  return Object.assign({}, ...modules) as Modules;
}

const texts = (en: string, nl: string) => [
  { locale: 'en', text: en },
  { locale: 'nl', text: nl },
];

/** A score, what follows from it, and an end for each: as long as such surveys are. */
const SURVEY = {
  key: 'bench',
  name: 'Your visit',
  kind: 'NPS',
  anonymous: true,
  definition: {
    defaultLocale: 'en',
    locales: ['en', 'nl'],
    questions: [
      {
        key: 'recommend',
        kind: 'SCALE',
        scale: 'NPS_10',
        text: texts('How likely are you to recommend us?', 'Hoe waarschijnlijk beveelt u ons aan?'),
        lowLabel: texts('Not at all likely', 'Zeer onwaarschijnlijk'),
        highLabel: texts('Extremely likely', 'Zeer waarschijnlijk'),
        required: true,
      },
      {
        key: 'best',
        kind: 'MULTIPLE_CHOICE',
        text: texts('What did we do best?', 'Wat deden we het best?'),
        choices: [
          { key: 'staff', label: texts('The people', 'De mensen') },
          { key: 'price', label: texts('The price', 'De prijs') },
          { key: 'place', label: texts('The place', 'De plek') },
        ],
        showIf: [{ question: 'recommend', atLeast: 9 }],
      },
      {
        key: 'wrong',
        kind: 'TEXT',
        text: texts('What went wrong?', 'Wat ging er mis?'),
        required: true,
        showIf: [{ question: 'recommend', atMost: 6 }],
      },
    ],
    thankYouPages: [
      {
        key: 'sorry',
        title: texts('We are sorry', 'Dat spijt ons'),
        body: texts('We will work on it.', 'We gaan ermee aan de slag.'),
        showIf: [{ question: 'recommend', atMost: 6 }],
      },
      {
        key: 'thanks',
        title: texts('Thank you!', 'Bedankt!'),
        body: texts('We hope to see you again.', 'We zien u graag terug.'),
      },
    ],
  },
};
