import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Storefront } from '../../graphql/access.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { Locale } from '../../graphql/scalars.ts';
import { SubmitSurveyResponseInput } from './respondent.input.ts';
import {
  Invitation,
  InvitationThankYouPage,
  SubmitSurveyResponsePayload,
} from './respondent.type.ts';
import { respondentView } from './respondent-view.ts';
import type { Submission } from './submit.service.ts';
import { type Answered, answerFor, openFor, type Respondent } from './respondents.ts';

/** An answer, and what its respondent sees now. */
interface AnsweredView extends Answered {
  readonly invitation: Invitation | null;
}

/** A token is all that is needed, but it opens only what the organization of the key asks. */
@Resolver(() => SubmitSurveyResponsePayload)
export class RespondentResolver {
  @Storefront()
  @Query(() => Invitation, {
    nullable: true,
    description:
      'What a token of an invitation or a public link opens; null for one that this organization has not given out. Reading changes nothing.',
  })
  async invitation(
    @Arg('token', () => String) token: string,
    @Arg('locale', () => Locale, {
      nullable: true,
      description: 'In which the texts shall be; without it, as the respondent was asked.',
    })
    locale: string | null | undefined,
    @Ctx() ctx: GraphQLContext,
  ): Promise<Invitation | null> {
    const opened = await openFor(ctx.db, respondentOf(ctx), token);
    return opened && respondentView(opened, locale);
  }

  @Storefront()
  @Mutation(() => SubmitSurveyResponsePayload, {
    description:
      'Answers a survey, in parts or at once. What is wrong with the token or with any answer is told in `userErrors`, and nothing is saved then. A completed response stays as it is.',
  })
  async submitSurveyResponse(
    @Arg('input', () => SubmitSurveyResponseInput) input: SubmitSurveyResponseInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<AnsweredView> {
    const { token, answers, locale, idempotencyKey } = input;
    const whenDone = input.completeWhenDone === true;
    const complete: Submission['complete'] = whenDone ? 'WHEN_DONE' : (input.complete ?? true);
    const submission = { token, answers, complete, locale, idempotencyKey };
    const answered = await answerFor(ctx.db, respondentOf(ctx), submission);
    const invitation = answered.opened && respondentView(answered.opened, locale);
    return { ...answered, invitation };
  }

  @Storefront()
  @FieldResolver(() => InvitationThankYouPage, {
    nullable: true,
    description: 'Which thank-you page to show; null while something is left to answer.',
  })
  thankYouPage(@Root() { invitation }: AnsweredView): InvitationThankYouPage | null {
    return invitation?.thankYouPage ?? null;
  }

  @Storefront()
  @FieldResolver(() => String, {
    nullable: true,
    description: 'The first question that is asked and not answered; null where none is left.',
  })
  nextQuestionKey(@Root() { invitation }: AnsweredView): string | null {
    return invitation?.nextQuestionKey ?? null;
  }

  @Storefront()
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The token to go on with. Of a public link it is another one than was sent: each respondent has an own. Null where the answers were refused.',
  })
  responseToken(@Root() { responseId, token }: AnsweredView): string | null {
    return responseId === null ? null : token;
  }
}

function respondentOf({ caller, remoteAddress }: GraphQLContext): Respondent {
  return { address: remoteAddress, organizationId: caller.organizationId };
}
