/** Where the build put the editor's workers; set by web/build.mjs. */
declare const WORKER_URLS: { editor: string; json: string; graphql: string };

type WorkerName = keyof typeof WORKER_URLS;

/** Has the editor load its workers from this server. Must run before the editor starts. */
export function serveEditorWorkers(): void {
  window.MonacoEnvironment = {
    getWorker: (_id, label) =>
      new Worker(WORKER_URLS[isWorkerName(label) ? label : 'editor'], { name: label }),
  };
}

function isWorkerName(label: string): label is WorkerName {
  return label in WORKER_URLS;
}
