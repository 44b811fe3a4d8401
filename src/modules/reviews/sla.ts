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

/** Whether a review `r` is in this state at `now`: {@link slaState} in SQL. */
export function slaStateSql(r: string, state: SlaState, now: () => string): string {
  const due = `${r}.response_due_at`;
  const answered = `${r}.first_response_at`;
  if (state === 'MET') return `${answered} <= coalesce(${due}, ${answered})`;
  if (state === 'MISSED') return `${answered} > ${due}`;
  const time = now();
  if (state === 'OVERDUE') return `${answered} is null and ${due} < ${time}`;
  const isSoon = `${due} - ${time} < ${SOON} * (${due} - ${r}.received_at)`;
  return state === 'DUE_SOON'
    ? `${answered} is null and ${due} >= ${time} and ${isSoon}`
    : `${answered} is null and (${due} is null or ${due} >= ${time} and not ${isSoon})`;
}
