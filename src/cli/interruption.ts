import { ExitCode } from './exit-codes.ts';

export interface Interruption extends Disposable {
  /** Aborted when the command is asked to stop: it finishes what it has begun, and ends. */
  readonly signal: AbortSignal;
}

/** One Ctrl-C can arrive several times: from the terminal, from npm, and from our own launcher. */
const SAME_REQUEST_MS = 1_000;

/**
 * Listens for Ctrl-C, for signals, and for the end of the process that launched this one. Who asks
 * again after a second does not want to wait: the process ends at once.
 */
export function listenForInterruption(onFirst: () => void = () => undefined): Interruption {
  const controller = new AbortController();
  let firstAt: number | null = null;
  const stop = () => {
    if (firstAt === null) {
      firstAt = performance.now();
      onFirst();
      controller.abort();
    } else if (performance.now() - firstAt > SAME_REQUEST_MS) {
      process.exit(ExitCode.INTERRUPTED);
    }
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  process.on('disconnect', stop);
  // The channel to the launcher is listened to, and keeps nobody waiting.
  process.channel?.unref();
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, stop);
      process.off('disconnect', stop);
    },
  };
}
