import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';

/** What tells a process from every other one, also from a later one with the same pid. */
export interface ProcessMark {
  pid: number;
  host: string;
  /** Boot and start time, where the system tells them (Linux); null elsewhere. */
  processStart: string | null;
}

export async function describeThisProcess(): Promise<ProcessMark> {
  return {
    pid: process.pid,
    host: hostname(),
    processStart: await processStart(process.pid),
  };
}

/** 'elsewhere': the process is on another host, or in another container, and cannot be seen. */
export async function isSameProcessAlive(mark: ProcessMark): Promise<boolean | 'elsewhere'> {
  if (mark.host !== hostname()) return 'elsewhere';
  if (!isPidAlive(mark.pid)) return false;
  // A restarted container gives the same pids again: then only the start time tells them apart.
  return mark.processStart === (await processStart(mark.pid));
}

function isPidAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function processStart(pid: number): Promise<string | null> {
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const status = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The command's name, in parentheses, may hold spaces; the start time is the 20th field after it.
    const start = status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
    return start === undefined ? null : `${boot}/${start}`;
  } catch {
    return null;
  }
}
