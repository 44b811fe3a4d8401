import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import type { Shaped } from '../../db/read/noun.ts';
import { RequiresScope } from '../../graphql/access.ts';
import {
  type Connection,
  PageArgs,
  readConnection,
  readConnectionOf,
} from '../../graphql/connection.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { Planned } from '../../graphql/plan/planned.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readOne } from '../../graphql/single.ts';
import { SurveyFilter } from './survey.input.ts';
import {
  chosenSurvey,
  LATEST_VERSIONS,
  NEWEST_SURVEYS,
  PLANNED_KEY,
  plannedVersion,
  surveyBy,
  type SurveyChoice,
  surveyConditions,
  surveyNoun,
  surveyVersionNoun,
  versionOf,
} from './survey.reads.ts';
import { Survey, SurveyConnection, SurveyVersion, SurveyVersionConnection } from './survey.type.ts';

interface SurveyListArgs {
  filter?: SurveyFilter | null | undefined;
}

function surveyList({ filter }: SurveyListArgs) {
  return { order: NEWEST_SURVEYS, where: surveyConditions(filter) };
}

@Resolver(() => Survey)
export class SurveyResolver {
  @RequiresScope('surveys:read')
  @Planned<SurveyChoice>({ kind: 'one', noun: surveyNoun, by: surveyBy })
  @Query(() => Survey, {
    nullable: true,
    description: 'One survey, by its id or by its key; null where there is none.',
  })
  async survey(
    @Arg('id', () => ID, { nullable: true }) id: string | null | undefined,
    @Arg('key', () => String, { nullable: true }) key: string | null | undefined,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    const chosen = await chosenSurvey(ctx.reader, { id, key });
    return chosen === null ? null : readOne(surveyNoun, ctx, chosen, selectionOf(info));
  }

  @RequiresScope('surveys:read')
  @Planned<SurveyListArgs>({ kind: 'connection', noun: surveyNoun, list: surveyList })
  @Query(() => SurveyConnection, {
    description: 'The surveys of the organization, the latest created first.',
  })
  surveys(
    @Arg('filter', () => SurveyFilter, { nullable: true }) filter: SurveyFilter | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    const selection = selectionOf(info);
    return readConnection(surveyNoun, ctx, { args, ...surveyList({ filter }), selection });
  }

  @Planned(PLANNED_KEY)
  @FieldResolver(() => String, {
    description: 'How programs and links name it: lower case letters, digits and hyphens.',
  })
  key(@Root() survey: Shaped): string {
    return survey['surveyKey'] as string;
  }

  @Planned(plannedVersion('published'))
  @FieldResolver(() => SurveyVersion, {
    nullable: true,
    description: 'What is asked now; null where nothing was published.',
  })
  publishedVersion(@Root() survey: Shaped, @Ctx() ctx: GraphQLContext): Promise<Shaped | null> {
    return versionOf(ctx, survey.key, 'published');
  }

  @Planned(plannedVersion('draft'))
  @FieldResolver(() => SurveyVersion, {
    nullable: true,
    description: 'What will be asked once it is published; null where nothing is prepared.',
  })
  draftVersion(@Root() survey: Shaped, @Ctx() ctx: GraphQLContext): Promise<Shaped | null> {
    return versionOf(ctx, survey.key, 'draft');
  }

  @Planned({
    kind: 'connection',
    noun: surveyVersionNoun,
    parentColumn: 'survey_id',
    list: () => ({ order: LATEST_VERSIONS }),
  })
  @FieldResolver(() => SurveyVersionConnection, {
    description: 'All versions, the draft included, the latest begun first.',
  })
  versions(
    @Root() survey: Shaped,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    const parent = { column: 'survey_id', key: survey.key };
    const list = { args, order: LATEST_VERSIONS, selection: selectionOf(info), identity: null };
    return readConnectionOf(surveyVersionNoun, ctx, parent, list);
  }
}
