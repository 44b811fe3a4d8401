import type { Outcome, Result } from './report.ts';

const WIDTH = 720;
const LABELS = 130;
const VALUES = 90;
const BAR = 22;
const GAP = 10;
const TOP = 58;
const SERVER = '#2f6f9f';
const POSTGRESQL = '#8fb7d3';

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** CPU per operation, server and PostgreSQL one behind the other, as an SVG of bars. */
export function cpuChart({ question, results }: Outcome): string {
  const bars = [...results].sort((a, b) => totalOf(a) - totalOf(b));
  const scale = (WIDTH - LABELS - VALUES) / Math.max(...bars.map(totalOf));
  const height = TOP + bars.length * (BAR + GAP) + GAP;
  const drawn = bars
    .map((result, index) => bar(result, TOP + index * (BAR + GAP), scale))
    .join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${GAP}" y="22" font-weight="600">${escaped(question.name)}: CPU per operation, milliseconds</text>
<rect x="${GAP}" y="34" width="12" height="12" fill="${SERVER}"/><text x="28" y="44">server</text>
<rect x="90" y="34" width="12" height="12" fill="${POSTGRESQL}"/><text x="108" y="44">PostgreSQL</text>
${drawn}
</svg>
`;
}

function bar(result: Result, y: number, scale: number): string {
  const { serverCpu, postgresqlCpu } = result.figures;
  const server = serverCpu * scale;
  const postgresql = (postgresqlCpu ?? 0) * scale;
  const middle = y + BAR / 2 + 5;
  return `<text x="${LABELS - GAP}" y="${middle}" text-anchor="end">${escaped(result.contender.name)}</text>
<rect x="${LABELS}" y="${y}" width="${server.toFixed(1)}" height="${BAR}" fill="${SERVER}"/>
<rect x="${(LABELS + server).toFixed(1)}" y="${y}" width="${postgresql.toFixed(1)}" height="${BAR}" fill="${POSTGRESQL}"/>
<text x="${(LABELS + server + postgresql + 8).toFixed(1)}" y="${middle}">${totalOf(result).toFixed(3)}</text>`;
}

function totalOf({ figures }: Result): number {
  return figures.totalCpu ?? figures.serverCpu;
}
