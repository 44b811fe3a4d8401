import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { type Shaped, withId } from '../../db/read/noun.ts';
import { RequiresScope } from '../../graphql/access.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { decodeId } from '../../graphql/ids.ts';
import { Planned } from '../../graphql/plan/planned.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readOne, readRelated } from '../../graphql/single.ts';
import { Customer, customerNoun } from '../customers/index.ts';
import { Location, locationNoun } from '../locations/index.ts';
import { Product, productNoun } from '../products/index.ts';
import { Survey, surveyNoun } from '../surveys/index.ts';
import {
  type AnswerData,
  answersOfResponse,
  PLANNED_ANSWERS,
  surveyResponseNoun,
} from './survey-response.reads.ts';
import { SurveyAnswer, SurveyResponse } from './survey-response.type.ts';

@Resolver(() => SurveyResponse)
export class SurveyResponseResolver {
  @RequiresScope('surveys:read')
  @Planned<{ id: string }>({
    kind: 'one',
    noun: surveyResponseNoun,
    by: ({ id }) => withId(surveyResponseNoun, decodeId('SurveyResponse', id)),
  })
  @Query(() => SurveyResponse, { nullable: true, description: 'One; null where there is none.' })
  async surveyResponse(
    @Arg('id', () => ID) id: string,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readOne(surveyResponseNoun, ctx, decodeId('SurveyResponse', id), selectionOf(info));
  }

  @Planned(PLANNED_ANSWERS)
  @FieldResolver(() => [SurveyAnswer], {
    description: 'In the order in which they were given; those that were passed over are left out.',
  })
  answers(@Root() response: Shaped, @Ctx() ctx: GraphQLContext): Promise<readonly AnswerData[]> {
    return answersOfResponse(ctx, response.key);
  }

  @Planned({ kind: 'relation', noun: surveyNoun, column: 'survey_id' })
  @FieldResolver(() => Survey, { description: 'What was answered; see `versionNumber`.' })
  survey(
    @Root() response: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(surveyNoun, ctx, response['surveyKey'], selectionOf(info));
  }

  @RequiresScope('customers:read')
  @Planned({ kind: 'relation', noun: customerNoun, column: 'customer_id' })
  @FieldResolver(() => Customer, {
    nullable: true,
    description: 'Who answered; null where that is not known.',
  })
  customer(
    @Root() response: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(customerNoun, ctx, response['customerKey'], selectionOf(info));
  }

  @RequiresScope('locations:read')
  @Planned({ kind: 'relation', noun: locationNoun, column: 'location_id' })
  @FieldResolver(() => Location, { nullable: true, description: 'About which it was asked.' })
  location(
    @Root() response: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(locationNoun, ctx, response['locationKey'], selectionOf(info));
  }

  @RequiresScope('products:read')
  @Planned({ kind: 'relation', noun: productNoun, column: 'product_id' })
  @FieldResolver(() => Product, { nullable: true, description: 'About which it was asked.' })
  product(
    @Root() response: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(productNoun, ctx, response['productKey'], selectionOf(info));
  }
}
