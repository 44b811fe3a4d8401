import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver } from 'type-graphql';
import type { Reader } from '../../db/read/noun.ts';
import { RequiresScope } from '../../graphql/access.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { Planned } from '../../graphql/plan/planned.ts';
import {
  type ConfirmResult,
  confirmSender,
  type ProofResult,
  proveSender,
} from './sender-proof.service.ts';
import { type SettingsResult, updateSurveySettings } from './survey-settings.service.ts';
import { surveySettings } from './survey-settings.ts';
import {
  ConfirmSenderInput,
  ConfirmSenderPayload,
  ProveSenderInput,
  ProveSenderPayload,
  SurveySettings,
  UpdateSurveySettingsInput,
  UpdateSurveySettingsPayload,
} from './survey-settings.type.ts';

/** Without the secret, which nobody reads again. */
async function shownSettings(reader: Reader): Promise<SurveySettings> {
  const { webhookSecret, ...settings } = await surveySettings(reader);
  return { ...settings, hasWebhookSecret: webhookSecret !== null };
}

@Resolver()
export class SurveySettingsResolver {
  @RequiresScope('surveys:read')
  @Planned({ kind: 'data', read: (_args: object, reader) => shownSettings(reader) })
  @Query(() => SurveySettings, {
    description: 'By which rules the organization asks, and from whom mail comes.',
  })
  surveySettings(@Ctx() ctx: GraphQLContext): Promise<SurveySettings> {
    return shownSettings(ctx.reader);
  }

  @RequiresScope('surveys:write')
  @Mutation(() => UpdateSurveySettingsPayload, {
    description: 'Changes by which rules the organization asks, and from whom mail comes.',
  })
  updateSurveySettings(
    @Arg('input', () => UpdateSurveySettingsInput) input: UpdateSurveySettingsInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<SettingsResult> {
    return updateSurveySettings(ctx, input);
  }

  @RequiresScope('surveys:write')
  @Mutation(() => ProveSenderPayload, {
    description:
      'Sends a code to the address of the sender; `confirmSender` takes it. One a minute, ten a day.',
  })
  proveSender(
    @Arg('input', () => ProveSenderInput, { defaultValue: {} }) input: ProveSenderInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<ProofResult> {
    return proveSender(ctx, input);
  }

  @RequiresScope('surveys:write')
  @Mutation(() => ConfirmSenderPayload, {
    description:
      'Takes the code that was sent to the address of the sender: whoever has it reads mail there. A code can be tried five times.',
  })
  confirmSender(
    @Arg('input', () => ConfirmSenderInput) input: ConfirmSenderInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<ConfirmResult> {
    return confirmSender(ctx, input);
  }
}

@Resolver(() => UpdateSurveySettingsPayload)
export class UpdateSurveySettingsPayloadResolver {
  @RequiresScope('surveys:read')
  @FieldResolver(() => SurveySettings, { description: 'As they are now.' })
  surveySettings(@Ctx() ctx: GraphQLContext): Promise<SurveySettings> {
    return shownSettings(ctx.reader);
  }
}

@Resolver(() => ConfirmSenderPayload)
export class ConfirmSenderPayloadResolver {
  @RequiresScope('surveys:read')
  @FieldResolver(() => SurveySettings, { description: 'As they are now.' })
  surveySettings(@Ctx() ctx: GraphQLContext): Promise<SurveySettings> {
    return shownSettings(ctx.reader);
  }
}
