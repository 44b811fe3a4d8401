import type { IncomingMessage, ServerResponse } from 'node:http';
import { createPages } from './pages.ts';
import { servePage } from './serve.ts';
import { type ServerFacts, startState } from './start-state.ts';
import { comesFromThisMachine } from './this-machine.ts';

/** Answers requests for the start page, GraphiQL and their state; false where it has nothing. */
export function pageHandler(
  facts: () => ServerFacts,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  const pages = createPages();
  return async (request, response) => {
    if (request.method === 'GET' && request.url?.split('?', 1)[0] === '/start.json') {
      const state = startState(facts(), comesFromThisMachine(request));
      response.setHeader('content-type', 'application/json; charset=utf-8');
      response.setHeader('cache-control', 'no-store');
      response.end(JSON.stringify(state));
      return true;
    }
    return servePage(pages, request, response);
  };
}
