import { Field, Float } from 'type-graphql';
import { column, Noun, relation } from '../../db/read/noun.ts';
import type { Order } from '../../db/read/page.ts';
import { PlainObjectType, RequiresScope } from '../../graphql/access.ts';
import { connectionType } from '../../graphql/connection.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import type { PlannedValue } from '../../graphql/plan/planned.ts';
import { DateTime } from '../../graphql/scalars.ts';
import { NpsSegment } from '../customers/index.ts';
import { Sentiment } from '../reviews/index.ts';
import { type SurveyScale, SurveyScaleEnum } from '../surveys/index.ts';

@RequiresScope('surveys:read')
@PlainObjectType({ description: 'What a customer once gave, as a point of a line over time.' })
export class CustomerScore {
  @Field(() => SurveyScaleEnum, { description: 'Of the score.' })
  scale!: SurveyScale;

  @Field(() => Float, { description: 'On its scale, as it was given.' })
  score!: number;

  @Field(() => NpsSegment, { nullable: true, description: 'Of surveys of kind NPS.' })
  segment!: NpsSegment | null;

  @Field(() => Sentiment)
  sentiment!: Sentiment;

  @Field(() => DateTime, { description: 'When the response was completed.' })
  answeredAt!: Date;
}

export const CustomerScoreConnection = connectionType(
  'CustomerScore',
  () => CustomerScore,
  'surveys:read',
);

/** The completed responses that have a score. */
export const customerScoreNoun = new Noun({
  type: 'CustomerScore',
  table: 'survey_response',
  alias: 'cs',
  types: { score: 'float8', completed_at: 'timestamptz' },
  fields: {
    scale: column('scale'),
    score: column('score'),
    segment: column('segment'),
    sentiment: column('sentiment'),
    answeredAt: column('completed_at'),
    surveyKind: relation('survey_id', 'surveyKey'),
  },
  publicWhen: 'false',
});

/** A customer has few: they need no index of their own. */
export const LATEST_SCORES: Order = {
  name: 'LATEST',
  expression: 'cs.completed_at',
  type: 'timestamptz',
  descending: true,
};

export const HAS_SCORE = () => [`cs.state = 'COMPLETED'`, 'cs.score is not null'];

export const PLANNED_SURVEY_KIND: PlannedValue = {
  kind: 'value',
  sql: '(select s.kind from survey s where s.organization_id = $1 and s.id = cs.survey_id)',
  value: (cell) => cell,
};

export function kindOfSurvey({ loaders, reader }: GraphQLContext, key: string): Promise<unknown> {
  return loaders.load<unknown>(
    'kind of Survey',
    key,
    async (keys) => {
      const rows = await reader.db.read<{ id: string; kind: string }>(
        reader.organizationId,
        'select id, kind from survey where organization_id = $1 and id = any($2::uuid[])',
        [keys],
      );
      return new Map(rows.map(({ id, kind }) => [id, kind]));
    },
    null,
  );
}
