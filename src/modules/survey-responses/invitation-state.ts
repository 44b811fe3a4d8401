/** How an invitation stands for whom it invites. */
export const InvitationState = {
  OPEN: 'OPEN',
  ANSWERED: 'ANSWERED',
  EXPIRED: 'EXPIRED',
  CLOSED: 'CLOSED',
  REVOKED: 'REVOKED',
} as const;
export type InvitationState = keyof typeof InvitationState;
