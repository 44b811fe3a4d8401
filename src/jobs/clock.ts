/** What time it is for everything that is done at its time; tests drive their own. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
