/**
 * Keeps this process from sleeping between answers, until the function that it gives is called. A
 * server that writes to a process asleep on another core pays for waking it, which on a virtual
 * machine can take longer than an answer from memory. Only for servers that ask no database: one
 * that is asked runs on the same core as the load, and would have to share it.
 */
export function stayAwake(): () => void {
  let isAwake = true;
  const turn = () => {
    if (isAwake) setImmediate(turn);
  };
  turn();
  return () => {
    isAwake = false;
  };
}
