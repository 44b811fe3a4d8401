/** What the exit code of a command means; the help of each command lists them. */
export const ExitCode = {
  OK: 0,
  /** The work could not be done, or not all of it. */
  FAILURE: 1,
  /** The command was called wrongly: nothing was done. */
  USAGE: 2,
  /** Done, and some rows of the file were rejected. */
  REJECTED_ROWS: 3,
  /** The server or the database cannot be reached, or refuses the key. */
  UNREACHABLE: 4,
  /** Stopped by Ctrl-C or a signal; what was done is kept. */
  INTERRUPTED: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** A failure that is told to the user as it is, without a stack. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  /** @param message what is wrong and what to do about it */
  constructor(message: string, exitCode: ExitCode = ExitCode.FAILURE, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

export function usageError(message: string): CommandError {
  return new CommandError(message, ExitCode.USAGE);
}

export const EXIT_CODES_HELP = `
Exit codes:
  0    done
  1    failed
  2    called wrongly; nothing was done
  3    done, and some rows were rejected
  4    the server or the database cannot be reached, or refuses the key
  130  stopped by Ctrl-C or a signal`;
