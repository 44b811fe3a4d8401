/** What other modules may use of invitations. */
export {
  linkOf,
  makeToken,
  readToken,
  type TokenKind,
  type TokenSubject,
  warmTokens,
} from './token.ts';
