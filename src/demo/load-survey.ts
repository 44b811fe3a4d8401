import { demoCustomers, type DemoAnswer } from './customers.ts';
import { type Execute, importRows } from './load-demo.ts';
import { DEMO_SURVEY } from './survey.ts';

interface Refused {
  readonly userErrors: ReadonlyArray<{ readonly message: string }>;
}

/** Customers, a survey that is published, and what some of them answered: by the public mutations. */
export async function loadDemoSurvey(execute: Execute, now: Date): Promise<void> {
  const { customers, answers } = demoCustomers(now);
  await importRows(execute, 'Customers', customers);
  const { survey } = await mutate<{ survey: { id: string } }>(
    execute,
    `mutation CreateDemoSurvey($input: CreateSurveyInput!) {
      payload: createSurvey(input: $input) { survey { id } userErrors { message } }
    }`,
    DEMO_SURVEY,
  );
  await mutate(
    execute,
    `mutation PublishDemoSurvey($input: SurveyInput!) {
      payload: publishSurvey(input: $input) { userErrors { message } }
    }`,
    { id: survey.id },
  );
  for (const answer of answers) await submit(execute, answer);
}

async function submit(execute: Execute, answer: DemoAnswer): Promise<void> {
  const { customerExternalId, recommend, topic } = answer;
  const { link } = await mutate<{ link: string }>(
    execute,
    `mutation InviteToDemoSurvey($input: InviteCustomerInput!) {
      payload: inviteCustomer(input: $input) { link userErrors { message } }
    }`,
    { surveyKey: DEMO_SURVEY.key, customerExternalId, channel: 'LINK' },
  );
  const answers = [
    { questionKey: 'recommend', number: recommend },
    ...(recommend <= 6 ? [{ questionKey: 'topic', choices: [topic] }] : []),
  ];
  await mutate(
    execute,
    `mutation AnswerDemoSurvey($input: SubmitSurveyResponseInput!) {
      payload: submitSurveyResponse(input: $input) { userErrors { message } }
    }`,
    { token: link.slice(link.lastIndexOf('/') + 1), answers },
  );
}

async function mutate<Payload extends object>(
  execute: Execute,
  document: string,
  input: object,
): Promise<Payload> {
  const { payload } = await execute<{ payload: Payload & Refused }>(document, { input });
  const [error] = payload.userErrors;
  if (error !== undefined) throw new Error(`The survey of the demo was refused: ${error.message}`);
  return payload;
}
