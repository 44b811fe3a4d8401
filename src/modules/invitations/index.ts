/** What other modules and the wiring may use of invitations. */
export { invitationWork, type InvitationWorkOptions } from './invitation-work.ts';
export { invitationNoun } from './invitation.reads.ts';
export {
  InvitationLinkPayloadResolver,
  InvitationPayloadResolver,
  SurveyInvitationResolver,
} from './invitation.resolver.ts';
export { SurveyInvitation } from './invitation.type.ts';
export { markAnswered } from './mark-answered.ts';
export { scheduleNoun } from './schedule.reads.ts';
export {
  CustomerInvitationsResolver,
  DeleteSurveySchedulePayloadResolver,
  SurveyInvitationsResolver,
  SurveySchedulePayloadResolver,
  SurveyScheduleResolver,
} from './schedule.resolver.ts';
export type { SendingMeans } from './surroundings.ts';
export {
  linkOf,
  makeToken,
  readToken,
  type TokenKind,
  type TokenSubject,
  warmTokens,
} from './token.ts';
