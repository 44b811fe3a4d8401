/** What somebody is asked for. */
export const InvitationTarget = { SURVEY: 'SURVEY', REVIEW: 'REVIEW' } as const;
export type InvitationTarget = keyof typeof InvitationTarget;

/** How far an invitation has come. */
export const InvitationState = {
  SCHEDULED: 'SCHEDULED',
  SENDING: 'SENDING',
  SENT: 'SENT',
  ANSWERED: 'ANSWERED',
  SKIPPED: 'SKIPPED',
  FAILED: 'FAILED',
  REVOKED: 'REVOKED',
} as const;
export type InvitationState = keyof typeof InvitationState;

/** Why an invitation waits, or was not sent. */
export const InvitationReason = {
  QUIET_PERIOD: 'QUIET_PERIOD',
  OUTSIDE_HOURS: 'OUTSIDE_HOURS',
  NO_CONSENT: 'NO_CONSENT',
  NO_ADDRESS: 'NO_ADDRESS',
  CHURNED: 'CHURNED',
  SURVEY_CLOSED: 'SURVEY_CLOSED',
  NOT_CONFIGURED: 'NOT_CONFIGURED',
  TOO_LATE: 'TOO_LATE',
  UNDELIVERED: 'UNDELIVERED',
  REJECTED: 'REJECTED',
} as const;
export type InvitationReason = keyof typeof InvitationReason;
