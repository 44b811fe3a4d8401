import type { Command } from 'commander';
import { EXIT_CODES_HELP, ExitCode } from '../exit-codes.ts';

const HELP = `
Settings are read from the environment; the most important ones:
  PORT, HOST           where to listen (default 4000 on 127.0.0.1; port 0: any that is free)
  DATABASE_URL         PostgreSQL 15 to 18; without it, the embedded database
  ANTIPHON_DATA_DIR    the folder of the embedded database (default .antiphon)

With --json, one line is printed when the server is ready:
  {"url", "wsUrl", "streamUrl", "database", "organization", "demoKeys"}
  and the log, one JSON object a line, goes to stderr.

Examples:
  antiphon serve
  PORT=8080 DATABASE_URL=postgres://localhost/antiphon antiphon serve`;

export function addServe(program: Command): void {
  program
    .command('serve')
    .summary('start the server')
    .description('Serves GraphQL over HTTP, WebSocket and server-sent events, and the start page.')
    .option('--json', 'print where it serves as one line of JSON')
    .addHelpText('after', HELP + EXIT_CODES_HELP)
    .action(async (options: { json?: true }) => {
      const { serve } = await import('../serve.ts');
      process.exitCode = (await serve(options)) ?? ExitCode.OK;
    });
}
