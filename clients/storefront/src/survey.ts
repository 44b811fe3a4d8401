import type { RequestClient, RequestOptions } from './client.ts';
import {
  getInvitation,
  type InvitationFieldsFragment,
  submitSurveyResponse,
  type SubmitSurveyResponseMutation,
  type SurveyAnswerInput,
} from './generated/operations.ts';

export type SurveyQuestion = InvitationFieldsFragment['questions'][number];
export type SurveyAnswer = Omit<SurveyAnswerInput, 'questionKey'>;
type UserErrors = SubmitSurveyResponseMutation['submitSurveyResponse']['userErrors'];

/** One respondent, going through a survey question by question. */
export interface SurveySession {
  /** Keep it to go on later: of a public link, it is the respondent's own once something is answered. */
  readonly token: string;
  /** As it is now. */
  readonly invitation: InvitationFieldsFragment;
  /** What is asked now; null where nothing is left, or the survey is not open. */
  readonly question: SurveyQuestion | null;
  /**
   * Answers what is asked now, and completes the survey with the last answer. Without a value, the
   * question is passed over. The answer is saved once, however often it has to be sent.
   * @returns what is wrong with the answer; nothing is saved then
   */
  answer(value: SurveyAnswer, options?: RequestOptions): Promise<UserErrors>;
}

export interface SurveyOptions extends RequestOptions {
  /** In which to ask; without it, as the respondent was invited. */
  readonly locale?: string | undefined;
}

/** Opens what a token stands for; null for one that the organization has not given out. */
export async function openSurvey(
  client: RequestClient,
  token: string,
  { locale, ...options }: SurveyOptions = {},
): Promise<SurveySession | null> {
  const { invitation } = await getInvitation(client, { token, locale }, options);
  return invitation && new Session(client, token, locale, invitation);
}

class Session implements SurveySession {
  token: string;
  invitation: InvitationFieldsFragment;
  readonly #client: RequestClient;
  readonly #locale: string | undefined;

  constructor(
    client: RequestClient,
    token: string,
    locale: string | undefined,
    invitation: InvitationFieldsFragment,
  ) {
    this.#client = client;
    this.#locale = locale;
    this.token = token;
    this.invitation = invitation;
  }

  get question(): SurveyQuestion | null {
    const { questions, nextQuestionKey } = this.invitation;
    return questions.find(({ key }) => key === nextQuestionKey) ?? null;
  }

  async answer(value: SurveyAnswer, options?: RequestOptions): Promise<UserErrors> {
    const { question } = this;
    if (question === null) throw new Error('Nothing is asked.');
    const { token } = this;
    const input = {
      token,
      answers: [{ ...value, questionKey: question.key }],
      completeWhenDone: true,
      locale: this.#locale,
      idempotencyKey: crypto.randomUUID(),
    };
    const { submitSurveyResponse: done } = await submitSurveyResponse(
      this.#client,
      { input },
      options,
    );
    this.token = done.responseToken ?? token;
    this.invitation = done.invitation ?? this.invitation;
    return done.userErrors;
  }
}
