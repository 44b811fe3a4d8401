import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Mutation, Resolver, Root } from 'type-graphql';
import type { Shaped } from '../../db/read/noun.ts';
import { RequiresScope } from '../../graphql/access.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { encodeId } from '../../graphql/ids.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readRelated } from '../../graphql/single.ts';
import { closeSurvey, deleteSurvey, publishSurvey } from './publish.service.ts';
import type { SurveyResult } from './survey-unit.ts';
import { CreateSurveyInput, SurveyInput, UpdateSurveyInput } from './survey.input.ts';
import { surveyNoun, surveyVersionNoun } from './survey.reads.ts';
import { createSurvey, updateSurvey } from './survey.service.ts';
import {
  DeleteSurveyPayload,
  PublishSurveyPayload,
  Survey,
  SurveyPayload,
  SurveyVersion,
} from './survey.type.ts';

@Resolver()
export class SurveyMutationsResolver {
  @RequiresScope('surveys:write')
  @Mutation(() => SurveyPayload, {
    description:
      'Makes a survey with its first draft, which may be incomplete: `readiness` tells what is missing.',
  })
  createSurvey(
    @Arg('input', () => CreateSurveyInput) input: CreateSurveyInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<SurveyResult> {
    return createSurvey(ctx, input);
  }

  @RequiresScope('surveys:write')
  @Mutation(() => SurveyPayload, {
    description:
      'Changes a survey. What is asked changes when the draft is published: published versions stay as they are.',
  })
  updateSurvey(
    @Arg('input', () => UpdateSurveyInput) input: UpdateSurveyInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<SurveyResult> {
    return updateSurvey(ctx, input);
  }

  @RequiresScope('surveys:write')
  @Mutation(() => PublishSurveyPayload, {
    description:
      'Publishes the draft: from now on it is what is asked, and never changes. Refused with everything that is wrong at once.',
  })
  publishSurvey(
    @Arg('input', () => SurveyInput) input: SurveyInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<SurveyResult> {
    return publishSurvey(ctx, input);
  }

  @RequiresScope('surveys:write')
  @Mutation(() => SurveyPayload, {
    description: 'Ends a survey now: no answer is taken any more. Answers stay.',
  })
  closeSurvey(
    @Arg('input', () => SurveyInput) input: SurveyInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<SurveyResult> {
    return closeSurvey(ctx, input);
  }

  @RequiresScope('surveys:write')
  @Mutation(() => DeleteSurveyPayload, {
    description: 'Deletes a survey that was never published.',
  })
  deleteSurvey(
    @Arg('input', () => SurveyInput) input: SurveyInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<SurveyResult> {
    return deleteSurvey(ctx, input);
  }
}

@Resolver(() => SurveyPayload)
export class SurveyPayloadResolver {
  @RequiresScope('surveys:read')
  @FieldResolver(() => Survey, {
    nullable: true,
    description: 'As it is now; null where it was refused.',
  })
  survey(
    @Root() result: SurveyResult,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(surveyNoun, ctx, result.key, selectionOf(info));
  }
}

@Resolver(() => PublishSurveyPayload)
export class PublishSurveyPayloadResolver {
  @RequiresScope('surveys:read')
  @FieldResolver(() => Survey, {
    nullable: true,
    description: 'As it is now; null where it was refused.',
  })
  survey(
    @Root() result: SurveyResult,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(surveyNoun, ctx, result.key, selectionOf(info));
  }

  @RequiresScope('surveys:read')
  @FieldResolver(() => SurveyVersion, {
    nullable: true,
    description: 'What is asked from now on; null where it was refused.',
  })
  version(
    @Root() result: SurveyResult,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(surveyVersionNoun, ctx, result.versionKey, selectionOf(info));
  }
}

@Resolver(() => DeleteSurveyPayload)
export class DeleteSurveyPayloadResolver {
  @FieldResolver(() => ID, { nullable: true, description: 'Null where the call was refused.' })
  deletedId(@Root() { key }: SurveyResult): string | null {
    return key === null ? null : encodeId('Survey', key);
  }
}
