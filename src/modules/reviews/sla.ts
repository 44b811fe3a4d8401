/** How the first response stands to the time it is due. */
export const SlaState = {
  NOT_DUE: 'NOT_DUE',
  DUE_SOON: 'DUE_SOON',
  OVERDUE: 'OVERDUE',
  MET: 'MET',
  MISSED: 'MISSED',
} as const;
export type SlaState = keyof typeof SlaState;

/** The last part of the time for a response in which it is called due soon. */
const SOON = 0.25;

export function slaState(
  review: {
    readonly receivedAt: Date;
    readonly responseDueAt: Date | null;
    readonly firstResponseAt: Date | null;
  },
  now: Date,
): SlaState {
  const { receivedAt, responseDueAt, firstResponseAt } = review;
  if (firstResponseAt !== null) {
    return responseDueAt === null || firstResponseAt <= responseDueAt ? 'MET' : 'MISSED';
  }
  if (responseDueAt === null) return 'NOT_DUE';
  const left = responseDueAt.getTime() - now.getTime();
  if (left < 0) return 'OVERDUE';
  return left < SOON * (responseDueAt.getTime() - receivedAt.getTime()) ? 'DUE_SOON' : 'NOT_DUE';
}
