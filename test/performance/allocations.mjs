// Loaded before a server (`--import`): tells its parent what the JavaScript heap was given.
import v8 from 'node:v8';

let profiler;
let used = 0;

process.on('message', (message) => {
  if (message === 'start') {
    gc();
    profiler = new v8.GCProfiler();
    profiler.start();
    used = v8.getHeapStatistics().used_heap_size;
    process.send(null);
    return;
  }
  // What is there now and was not before, and what collections have taken away in between.
  let allocated = v8.getHeapStatistics().used_heap_size - used;
  for (const { beforeGC, afterGC } of profiler.stop().statistics) {
    allocated += beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize;
  }
  process.send(allocated);
});
// Waiting for the parent is no reason to stay alive.
process.channel.unref();
