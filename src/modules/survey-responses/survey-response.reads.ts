import { column, converted, Noun, relation } from '../../db/read/noun.ts';
import type { Order } from '../../db/read/page.ts';
import type { PlannedValue } from '../../graphql/plan/planned.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { convertedId } from '../noun-fields.ts';

export const surveyResponseNoun = new Noun({
  type: 'SurveyResponse',
  table: 'survey_response',
  alias: 'sr',
  types: {
    survey_version: 'int4',
    params: 'jsonb',
    score: 'float8',
    started_at: 'timestamptz',
    completed_at: 'timestamptz',
    response_seconds: 'float8',
    updated_at: 'timestamptz',
  },
  fields: {
    id: convertedId('SurveyResponse'),
    versionNumber: column('survey_version'),
    channel: column('channel'),
    touchpoint: column('touchpoint'),
    locale: column('locale'),
    params: converted('params', paramsOf),
    state: column('state'),
    scale: column('scale'),
    score: column('score'),
    segment: column('segment'),
    sentiment: column('sentiment'),
    outcome: column('outcome'),
    startedAt: column('started_at'),
    completedAt: column('completed_at'),
    responseSeconds: column('response_seconds'),
    survey: relation('survey_id', 'surveyKey'),
    customer: relation('customer_id', 'customerKey'),
    location: relation('location_id', 'locationKey'),
    product: relation('product_id', 'productKey'),
  },
  // Answers are private: no storefront sees one, whatever way an id comes.
  publicWhen: 'false',
});

/** Below a survey, a customer or a location, whose indexes go on with it. */
export const LATEST_RESPONSES: Order = {
  name: 'LATEST',
  expression: 'sr.started_at',
  type: 'timestamptz',
  descending: true,
};

interface Param {
  readonly name: string;
  readonly value: string;
}

function paramsOf(params: Readonly<Record<string, string>>): Param[] {
  return Object.entries(params).map(([name, value]) => ({ name, value }));
}

/** An answer as members read it. */
export interface AnswerData {
  readonly questionKey: string;
  readonly number: number | null;
  readonly choices: readonly string[];
  readonly text: string | null;
  readonly answeredAt: Date;
}

/** What a question that was passed over leaves is not an answer. */
const IS_GIVEN = '(a.number is not null or a.choices is not null or a.text is not null)';

const ANSWER = `json_build_object('questionKey', a.question_key, 'number', a.number,
  'choices', coalesce(a.choices, '{}'), 'text', a.text, 'answeredAt', a.answered_at)`;
const IN_ORDER = 'order by a.answered_at, a.question_key';

/** The answers of a response as a part of one statement. */
export const PLANNED_ANSWERS: PlannedValue = {
  kind: 'value',
  sql:
    `(select json_agg(${ANSWER} ${IN_ORDER}) from survey_answer a ` +
    `where a.organization_id = $1 and a.response_id = sr.id and ${IS_GIVEN})`,
  value: (cell) => (cell === null ? [] : answersOf(JSON.parse(cell) as StoredAnswer[])),
};

/** The same by itself; those of a whole list by one statement. */
export function answersOfResponse(
  ctx: GraphQLContext,
  key: string,
): Promise<readonly AnswerData[]> {
  const { db, organizationId } = ctx.reader;
  return ctx.loaders.load<readonly AnswerData[]>(
    'SurveyAnswer by response',
    key,
    async (keys) => {
      const rows = await db.read<{ id: string; answers: StoredAnswer[] }>(
        organizationId,
        `select a.response_id as id, json_agg(${ANSWER} ${IN_ORDER}) as answers
         from survey_answer a
         where a.organization_id = $1 and a.response_id = any($2::uuid[]) and ${IS_GIVEN}
         group by a.response_id`,
        [keys],
      );
      return new Map(rows.map(({ id, answers }) => [id, answersOf(answers)]));
    },
    [],
  );
}

type StoredAnswer = Omit<AnswerData, 'answeredAt'> & { readonly answeredAt: string };

function answersOf(stored: readonly StoredAnswer[]): AnswerData[] {
  return stored.map((answer) => ({ ...answer, answeredAt: new Date(answer.answeredAt) }));
}
