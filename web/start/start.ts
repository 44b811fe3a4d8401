import type { StartState } from '../../src/pages/start-state.ts';
import { showGraphQL, showJson } from './highlight.ts';
import './start.css';

const REFRESH_MS = 5_000;

interface GraphQLAnswer {
  data?: unknown;
  errors?: { message: string }[];
  extensions?: { cost?: { requested: number; limit: number } };
}

const runButton = element('run', HTMLButtonElement);
const keyInput = element('key', HTMLInputElement);

function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} #${id}.`);
  return found;
}

function code(id: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`#${id} code`);
  if (found === null) throw new Error(`The page has no code in #${id}.`);
  return found;
}

function text(id: string, content: string): HTMLElement {
  const target = element(id, HTMLElement);
  target.textContent = content;
  return target;
}

async function fetchState(): Promise<StartState> {
  const response = await fetch('/start.json', { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`The server answered ${response.status} to /start.json.`);
  return (await response.json()) as StartState;
}

function showStatus(state: 'ready' | 'waiting' | 'gone'): void {
  const words = { ready: 'ready', waiting: 'starting', gone: 'not reachable' };
  const pill = element('status', HTMLElement);
  // Announced by screen readers when it changes, so written only then.
  if (pill.dataset['state'] === state) return;
  pill.dataset['state'] = state;
  pill.textContent = words[state];
}

/** One row of a description list; a value that is to be copied gets a button. */
function row(name: string, value: string, copy: boolean): Node[] {
  const term = document.createElement('dt');
  term.textContent = name;
  const detail = document.createElement('dd');
  if (!copy) {
    detail.textContent = value;
    return [term, detail];
  }
  const shown = document.createElement('code');
  shown.textContent = value;
  shown.title = value;
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Copy';
  button.setAttribute('aria-label', `Copy ${name}`);
  button.addEventListener('click', () => void copyText(button, value));
  detail.append(shown, button);
  return [term, detail];
}

async function copyText(button: HTMLButtonElement, value: string): Promise<void> {
  await navigator.clipboard.writeText(value);
  const label = button.textContent;
  button.textContent = 'Copied';
  text('copied', 'Copied');
  setTimeout(() => {
    button.textContent = label;
    text('copied', '');
  }, 1_500);
}

function showFacts({ database, organization, version }: StartState): void {
  const databases = {
    embedded: 'PGlite, embedded: for trying out',
    postgresql: 'PostgreSQL',
  };
  text('version', version);
  element('facts', HTMLElement).replaceChildren(
    ...row('Version', version, false),
    ...row('Database', databases[database], false),
    ...row('Organization', organization?.name ?? 'the one that the key belongs to', false),
  );
}

function showKeys({ demoKeys }: StartState): void {
  const target = element('keys', HTMLElement);
  if (demoKeys === null) {
    const hint = document.createElement('p');
    hint.className = 'hint';
    hint.textContent =
      'None are shown here. “npx antiphon keys create” makes a key; “npx antiphon demo” makes an organization with reviews to try.';
    target.replaceChildren(hint);
    return;
  }
  const list = document.createElement('dl');
  list.append(
    ...row('Storefront: publishable, reads what is public', demoKeys.storefront, true),
    ...row('Integrator: secret, imports and replies', demoKeys.integrator, true),
    ...row('Administrator: secret, does everything', demoKeys.admin, true),
  );
  target.replaceChildren(list);
}

function showEndpoints({ paths }: StartState): void {
  const webSocket = location.origin.replace(/^http/, 'ws');
  element('endpoints', HTMLElement).replaceChildren(
    ...row('GraphQL over HTTP', `${location.origin}${paths.graphql}`, true),
    ...row('GraphQL over WebSocket', `${webSocket}${paths.graphql}`, true),
    ...row('GraphQL over SSE', `${location.origin}${paths.stream}`, true),
  );
}

function curlCommand({ paths }: StartState, query: string): string {
  const body = JSON.stringify({ query: query.replaceAll(/\s+/g, ' ').trim() });
  return [
    `curl ${location.origin}${paths.graphql}`,
    `-H 'authorization: Bearer ${keyInput.value || '<key>'}'`,
    `-H 'content-type: application/json'`,
    `-d '${body.replaceAll("'", `'\\''`)}'`,
  ].join(' \\\n  ');
}

async function runQuery(state: StartState, query: string): Promise<void> {
  const status = element('answer-status', HTMLElement);
  runButton.disabled = true;
  const started = performance.now();
  try {
    const response = await fetch(state.paths.graphql, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json;q=0.9',
        authorization: `Bearer ${keyInput.value.trim()}`,
      },
      body: JSON.stringify({ query }),
    });
    const answer = (await response.json()) as GraphQLAnswer;
    const milliseconds = Math.max(1, Math.round(performance.now() - started));
    const failed = answer.errors !== undefined;
    showJson(code('answer'), failed ? answer : { data: answer.data });
    status.dataset['state'] = failed ? 'failed' : 'answered';
    status.textContent = `${failed ? 'refused' : 'answered'} in ${milliseconds} ms`;
  } catch (fault) {
    status.dataset['state'] = 'failed';
    status.textContent = 'no answer';
    code('answer').textContent = String(fault);
  } finally {
    runButton.disabled = false;
  }
}

async function start(): Promise<void> {
  const state = await fetchState();
  const query = state.examples[0]?.query ?? '{ __typename }';
  keyInput.value = state.demoKeys?.storefront ?? '';
  text(
    'key-hint',
    state.demoKeys === null ? 'Paste a key to run the query.' : 'The storefront key of the demo.',
  );
  showStatus(state.ready ? 'ready' : 'waiting');
  showFacts(state);
  showKeys(state);
  showEndpoints(state);
  showGraphQL(code('query'), query);
  const showCurl = (): void => {
    code('curl').textContent = curlCommand(state, query);
  };
  showCurl();
  keyInput.addEventListener('input', showCurl);
  runButton.addEventListener('click', () => void runQuery(state, query));
  const copyCurl = element('copy-curl', HTMLButtonElement);
  copyCurl.addEventListener('click', () => void copyText(copyCurl, curlCommand(state, query)));
  if (keyInput.value !== '') await runQuery(state, query);
}

async function refreshStatus(): Promise<void> {
  if (document.hidden) return;
  try {
    showStatus((await fetchState()).ready ? 'ready' : 'waiting');
  } catch {
    showStatus('gone');
  }
}

start().catch(() => showStatus('gone'));
setInterval(() => void refreshStatus(), REFRESH_MS);
