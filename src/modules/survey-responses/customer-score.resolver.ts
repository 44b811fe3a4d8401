import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { Shaped } from '../../db/read/noun.ts';
import { RequiresScope } from '../../graphql/access.ts';
import { type Connection, PageArgs, readConnectionOf } from '../../graphql/connection.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { Planned } from '../../graphql/plan/planned.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { Customer } from '../customers/index.ts';
import { SurveyKindEnum } from '../surveys/index.ts';
import {
  CustomerScore,
  CustomerScoreConnection,
  customerScoreNoun,
  HAS_SCORE,
  kindOfSurvey,
  LATEST_SCORES,
  PLANNED_SURVEY_KIND,
} from './customer-score.ts';

@Resolver(() => CustomerScore)
export class CustomerScoreResolver {
  @Planned(PLANNED_SURVEY_KIND)
  @FieldResolver(() => SurveyKindEnum, { description: 'What was measured.' })
  surveyKind(@Root() score: Shaped, @Ctx() ctx: GraphQLContext): Promise<unknown> {
    return kindOfSurvey(ctx, String(score['surveyKey']));
  }
}

@Resolver(() => Customer)
export class CustomerScoresResolver {
  @RequiresScope('surveys:read')
  @Planned({
    kind: 'connection',
    noun: customerScoreNoun,
    parentColumn: 'customer_id',
    list: () => ({ order: LATEST_SCORES, where: HAS_SCORE }),
  })
  @FieldResolver(() => CustomerScoreConnection, {
    description: 'What the customer gave in surveys, the latest first.',
  })
  scoreHistory(
    @Root() customer: Shaped,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    const parent = { column: 'customer_id', key: customer.key };
    const list = { order: LATEST_SCORES, where: HAS_SCORE, selection: selectionOf(info) };
    return readConnectionOf(customerScoreNoun, ctx, parent, { args, ...list, identity: null });
  }
}
