import { createGraphiQLFetcher } from '@graphiql/toolkit';
import type { Fetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import type { StartState } from '../../src/pages/start-state.ts';
import './graphiql.css';
import { serveEditorWorkers } from './workers.ts';

/** The administrator's key where there is a demo: it sees, and may do, everything of the schema. */
function headersFor({ demoKeys }: StartState): Record<string, string> {
  return { authorization: `Bearer ${demoKeys?.admin ?? '<key>'}` };
}

function fetcherFor({ paths }: StartState, headers: Record<string, string>): Fetcher {
  const fetcher = createGraphiQLFetcher({
    url: paths.graphql,
    // Headers of the editor become the connection's parameters.
    subscriptionUrl: `${location.origin.replace(/^http/, 'ws')}${paths.graphql}`,
    enableIncrementalDelivery: false,
  });
  // The schema is asked for before the editor of the headers is there.
  return (parameters, options) =>
    fetcher(parameters, options?.headers === undefined ? { ...options, headers } : options);
}

async function show(): Promise<void> {
  const response = await fetch('/start.json');
  if (!response.ok) throw new Error(`The server answered ${response.status} to /start.json.`);
  const state = (await response.json()) as StartState;
  const headers = headersFor(state);
  const shownHeaders = JSON.stringify(headers, null, 2);
  const root = document.getElementById('graphiql');
  if (root === null) throw new Error('The page has no #graphiql.');
  createRoot(root).render(
    createElement(
      GraphiQL,
      {
        fetcher: fetcherFor(state, headers),
        defaultHeaders: shownHeaders,
        initialHeaders: shownHeaders,
        defaultTabs: state.examples.map(({ query }) => ({ query, headers: shownHeaders })),
        defaultEditorToolsVisibility: 'headers',
      },
      createElement(
        GraphiQL.Logo,
        null,
        createElement('a', { href: '/', className: 'antiphon-logo' }, 'Antiphon'),
      ),
    ),
  );
}

serveEditorWorkers();
show().catch((fault: unknown) => {
  const root = document.getElementById('graphiql');
  if (root !== null) root.textContent = `GraphiQL could not start: ${String(fault)}`;
});
