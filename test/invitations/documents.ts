import { type Data, type TestApi } from '../testkit/api.ts';

const ERRORS = `userErrors { __typename code message path ... on ThrottledError { retryAt }
  ... on RuleViolationError { sources } ... on InvalidValueError { allowed } }`;
const INVITATION = `id target channel state reason dueAt retryAt sentAt expiresAt locale touchpoint
  params { name value } survey { key } customer { externalId } schedule { name } location { externalId }`;
const SCHEDULE = `id name target channel sendWithinMinutes reminderDays expiresAfterDays active activatedAt
  segments params { name value } survey { key } trigger { signUpAge { days }
    lifecycle { firstAfterDays thenAfterDays everyDays } event { kind name touchpoint delayMinutes }
    eventCount { kind name touchpoint count delayMinutes } interaction { channel touchpoint withinMinutes } }`;

const DOCUMENTS = {
  inviteCustomer: `mutation ($input: InviteCustomerInput!) { inviteCustomer(input: $input) { link invitation { ${INVITATION} } ${ERRORS} } }`,
  createSurveyLink: `mutation ($input: CreateSurveyLinkInput!) { createSurveyLink(input: $input) { link invitation { ${INVITATION} } ${ERRORS} } }`,
  revokeInvitation: `mutation ($input: InvitationIdInput!) { revokeInvitation(input: $input) { invitation { state } ${ERRORS} } }`,
  confirmReview: `mutation ($input: InvitationIdInput!) { confirmReview(input: $input) { invitation { state answeredAt } ${ERRORS} } }`,
  createSurveySchedule: `mutation ($input: CreateSurveyScheduleInput!) { createSurveySchedule(input: $input) { schedule { ${SCHEDULE} } ${ERRORS} } }`,
  updateSurveySchedule: `mutation ($input: UpdateSurveyScheduleInput!) { updateSurveySchedule(input: $input) { schedule { ${SCHEDULE} } ${ERRORS} } }`,
  deleteSurveySchedule: `mutation ($input: DeleteSurveyScheduleInput!) { deleteSurveySchedule(input: $input) { deletedId ${ERRORS} } }`,
};

/** Runs a mutation and gives its payload. */
export async function mutate(
  api: TestApi,
  name: keyof typeof DOCUMENTS,
  input: object,
): Promise<Data> {
  const data = await api.run(DOCUMENTS[name], { input });
  return JSON.parse(JSON.stringify(data[name]));
}
