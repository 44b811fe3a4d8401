import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { escaped, type Html } from './html.ts';

/** From `src/pages/survey` and from `dist/pages/survey` alike. */
const BUILT = resolve(import.meta.dirname, '../../../dist/web');

/** Without the style, which the build names after its content, the page works as well. */
const NOT_BUILT = `<!doctype html>
<html lang="{{lang}}" dir="{{dir}}">
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>{{title}}</title>
{{body}}
</html>
`;

const RIGHT_TO_LEFT = /^(ar|fa|he|ur|yi|ps|sd|ug|dv)\b/i;

export interface SurveyShellContent {
  /** BCP 47. */
  readonly locale: string;
  readonly title: string;
  readonly body: Html;
}

/** Puts content into the page around it. */
export type SurveyShell = (content: SurveyShellContent) => string;

/** @param directory where `npm run build:pages` wrote the page */
export function createSurveyShell({ directory = BUILT }: { directory?: string } = {}): SurveyShell {
  const file = join(directory, 'survey.html');
  const template = existsSync(file) ? readFileSync(file, 'utf8') : NOT_BUILT;
  return ({ locale, title, body }) => {
    const values: Readonly<Record<string, string>> = {
      lang: escaped(locale),
      dir: RIGHT_TO_LEFT.test(locale) ? 'rtl' : 'ltr',
      title: escaped(title),
      body: body.text,
    };
    return template.replaceAll(
      /\{\{(lang|dir|title|body)\}\}/g,
      (_, name: string) => values[name] ?? '',
    );
  };
}
