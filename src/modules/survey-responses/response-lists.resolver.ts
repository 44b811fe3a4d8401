import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { Shaped } from '../../db/read/noun.ts';
import { RequiresScope } from '../../graphql/access.ts';
import { type Connection, PageArgs, readConnectionOf } from '../../graphql/connection.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { Planned } from '../../graphql/plan/planned.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { Customer } from '../customers/index.ts';
import { Survey } from '../surveys/index.ts';
import { responseConditions } from './response-conditions.ts';
import { LATEST_RESPONSES, surveyResponseNoun } from './survey-response.reads.ts';
import { SurveyResponseConnection, SurveyResponseFilter } from './survey-response.type.ts';

interface ResponseListArgs {
  readonly filter?: SurveyResponseFilter | null | undefined;
}

function responseList({ filter }: ResponseListArgs) {
  return { order: LATEST_RESPONSES, where: responseConditions(filter) };
}

const listedBy = (parentColumn: string) =>
  Planned<ResponseListArgs>({
    kind: 'connection',
    noun: surveyResponseNoun,
    parentColumn,
    list: responseList,
  });

function readListedBy(
  column: string,
  parent: Shaped,
  args: ResponseListArgs & PageArgs,
  { ctx, info }: { ctx: GraphQLContext; info: GraphQLResolveInfo },
): Promise<Connection<Shaped>> {
  const { filter, ...page } = args;
  const query = { args: page, ...responseList(args), identity: { filter } };
  const selection = selectionOf(info);
  return readConnectionOf(
    surveyResponseNoun,
    ctx,
    { column, key: parent.key },
    { ...query, selection },
  );
}

/** What was answered to a survey. */
@Resolver(() => Survey)
export class SurveyResponsesResolver {
  @RequiresScope('surveys:read')
  @listedBy('survey_id')
  @FieldResolver(() => SurveyResponseConnection, {
    description: 'What was answered, in all versions, the latest begun first.',
  })
  responses(
    @Root() survey: Shaped,
    @Arg('filter', () => SurveyResponseFilter, { nullable: true })
    filter: SurveyResponseFilter | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    return readListedBy('survey_id', survey, { ...args, filter }, { ctx, info });
  }
}

/** What a customer has answered. */
@Resolver(() => Customer)
export class CustomerResponsesResolver {
  @RequiresScope('surveys:read')
  @listedBy('customer_id')
  @FieldResolver(() => SurveyResponseConnection, {
    description: 'What the customer has answered to surveys, the latest begun first.',
  })
  surveyResponses(
    @Root() customer: Shaped,
    @Arg('filter', () => SurveyResponseFilter, { nullable: true })
    filter: SurveyResponseFilter | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    return readListedBy('customer_id', customer, { ...args, filter }, { ctx, info });
  }
}
