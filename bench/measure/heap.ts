import { readFileSync } from 'node:fs';

/** What a server keeps, in bytes. */
export interface Memory {
  /** Of JavaScript objects, after everything that nobody holds was collected. */
  readonly heap: number;
  /** Of the process, as the operating system sees it; null where it does not say. */
  readonly resident: number | null;
}

/** Asks a server's inspector (Chrome DevTools Protocol). */
export async function memoryOf(inspector: string, pid: number): Promise<Memory> {
  const socket = new WebSocket(inspector);
  await new Promise((opened, failed) => {
    socket.addEventListener('open', opened, { once: true });
    socket.addEventListener('error', () => failed(new Error('no inspector answers')), {
      once: true,
    });
  });
  let calls = 0;
  const call = (method: string): Promise<Record<string, number>> => {
    const id = (calls += 1);
    return new Promise((done) => {
      const hear = ({ data }: MessageEvent) => {
        const message = JSON.parse(String(data)) as { id?: number; result?: object };
        if (message.id !== id) return;
        socket.removeEventListener('message', hear);
        done((message.result ?? {}) as Record<string, number>);
      };
      socket.addEventListener('message', hear);
      socket.send(JSON.stringify({ id, method }));
    });
  };
  try {
    // What a finalizer lets go of is there for a second one.
    await call('HeapProfiler.collectGarbage');
    await call('HeapProfiler.collectGarbage');
    const { usedSize } = await call('Runtime.getHeapUsage');
    return { heap: usedSize as number, resident: residentOf(pid) };
  } finally {
    socket.close();
  }
}

const PAGE = 4_096;

function residentOf(pid: number): number | null {
  try {
    return PAGE * Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  } catch {
    return null;
  }
}
