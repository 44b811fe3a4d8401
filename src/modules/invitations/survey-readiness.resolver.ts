import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { Reader, Shaped } from '../../db/read/noun.ts';
import { readPage } from '../../db/read/page.ts';
import { RequiresScope } from '../../graphql/access.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { customerNoun } from '../customers/index.ts';
import { chosenSurvey, Survey, SurveyReadiness, surveyReadiness } from '../surveys/index.ts';

/** Whether a survey can be sent: who knows both surveys and customers can tell. */
@Resolver(() => Survey)
export class SurveyReadinessResolver {
  @RequiresScope('surveys:read')
  @Query(() => SurveyReadiness, {
    nullable: true,
    description:
      'The checklist before a survey is sent, by its id or by its key; null where there is none.',
  })
  async surveyReadiness(
    @Arg('id', () => ID, { nullable: true }) id: string | null | undefined,
    @Arg('key', () => String, { nullable: true }) key: string | null | undefined,
    @Ctx() ctx: GraphQLContext,
  ): Promise<SurveyReadiness | null> {
    const chosen = await chosenSurvey(ctx.reader, { id, key });
    return chosen === null ? null : readinessOf(ctx, chosen);
  }

  @FieldResolver(() => SurveyReadiness, {
    description: 'What is to be seen to before it is sent for the first time.',
  })
  async readiness(@Root() survey: Shaped, @Ctx() ctx: GraphQLContext): Promise<SurveyReadiness> {
    const readiness = await readinessOf(ctx, survey.key);
    if (readiness === null) throw new Error('A survey was deleted while it was asked');
    return readiness;
  }
}

function readinessOf(ctx: GraphQLContext, surveyKey: string): Promise<SurveyReadiness | null> {
  return ctx.loaders.load<SurveyReadiness | null>(
    'SurveyReadiness',
    surveyKey,
    (keys) => surveyReadiness(ctx.reader, keys, hasCustomers),
    null,
  );
}

/** One row is enough to know. */
async function hasCustomers(reader: Reader): Promise<boolean> {
  const page = { limit: 1, backward: false, beyond: null };
  const order = {
    name: 'OLDEST',
    expression: 'c.created_at',
    type: 'timestamptz',
    descending: false,
  } as const;
  const { rows } = await readPage(customerNoun, reader, { fields: ['id'], order, page });
  return rows.length > 0;
}
