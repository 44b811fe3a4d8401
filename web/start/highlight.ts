/** What a piece of text is, by its colour on the page. */
type Kind = 'name' | 'text' | 'number' | 'quiet' | null;

/** JSON: strings that are keys, other strings, numbers and literals, punctuation. */
const JSON_TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)|([{}[\],])/g;

/** GraphQL: strings, keywords, numbers and enum values, punctuation. */
const GRAPHQL_TOKENS =
  /("(?:[^"\\]|\\.)*")|\b(query|mutation|subscription|fragment|on)\b|\b(\d+|[A-Z][A-Z_]+)\b|([{}()[\]:,!])/g;

export function showJson(target: Element, value: unknown): void {
  show(target, JSON.stringify(value, null, 2), JSON_TOKENS, ([, text, colon, number]) => {
    if (text !== undefined) return colon === undefined ? 'text' : 'name';
    return number === undefined ? 'quiet' : 'number';
  });
}

export function showGraphQL(target: Element, query: string): void {
  show(target, query, GRAPHQL_TOKENS, ([, text, keyword, constant]) => {
    if (text !== undefined) return 'text';
    if (keyword !== undefined) return 'name';
    return constant === undefined ? 'quiet' : 'number';
  });
}

/** Builds nodes, never markup: what a customer wrote stays text. */
function show(
  target: Element,
  code: string,
  tokens: RegExp,
  kindOf: (match: RegExpMatchArray) => Kind,
): void {
  const parts: (Node | string)[] = [];
  let end = 0;
  for (const match of code.matchAll(tokens)) {
    parts.push(code.slice(end, match.index), piece(match[0], kindOf(match)));
    end = match.index + match[0].length;
  }
  target.replaceChildren(...parts, code.slice(end));
}

function piece(text: string, kind: Kind): Node | string {
  if (kind === null) return text;
  const span = document.createElement('span');
  span.className = `${kind}-token`;
  span.textContent = text;
  return span;
}
