/** What other modules and the wiring may use of invitations. */
export { invitationWork, type InvitationWorkOptions } from './invitation-work.ts';
export { markAnswered } from './mark-answered.ts';
export type { SendingMeans } from './surroundings.ts';
export {
  linkOf,
  makeToken,
  readToken,
  type TokenKind,
  type TokenSubject,
  warmTokens,
} from './token.ts';
