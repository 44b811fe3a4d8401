import { describe, expect, it } from '@jest/globals';
import { parseSnippets, stepsOf, undecided } from './snippets.ts';

const PAGE = `# A guide

\`\`\`graphql run=storefront save=reviewId:reviews.nodes.0.id
{ reviews { nodes { id } } }
\`\`\`

\`\`\`json variables
{ "first": 1 }
\`\`\`

\`\`\`json answer
{ "data": {} }
\`\`\`

1. A step:

   \`\`\`bash skip="starts a server that does not end"
   npm start
     indented
   \`\`\`

\`\`\`bash
echo
\`\`\`

\`\`\`csv file=reviews.csv
a,b
\`\`\`
`;

describe('snippets of a guide', () => {
  const snippets = parseSnippets(PAGE, 'docs/guide.md');

  it('carry their place, language, attributes and code', () => {
    expect(snippets).toHaveLength(6);
    expect(snippets[0]).toEqual({
      place: 'docs/guide.md:3',
      language: 'graphql',
      attributes: new Map([
        ['run', 'storefront'],
        ['save', 'reviewId:reviews.nodes.0.id'],
      ]),
      code: '{ reviews { nodes { id } } }\n',
    });
  });

  it('lose the indentation of the list that they stand in', () => {
    expect(snippets[3]?.code).toBe('npm start\n  indented\n');
    expect(snippets[3]?.attributes.get('skip')).toBe('starts a server that does not end');
  });

  it('must say whether they run', () => {
    expect(undecided(snippets)).toEqual(['docs/guide.md:22 (bash)']);
  });

  it('become steps with their variables and expected answers', () => {
    const steps = stepsOf(snippets);
    expect(steps.map(({ snippet }) => snippet.language)).toEqual(['graphql', 'csv']);
    expect(steps[0]?.variables?.code).toBe('{ "first": 1 }\n');
    expect(steps[0]?.answer?.code).toBe('{ "data": {} }\n');
  });

  it('belong to a block before them', () => {
    const orphan = parseSnippets('```json answer\n{}\n```\n', 'docs/guide.md');
    expect(() => stepsOf(orphan)).toThrow('docs/guide.md:1: no block to run stands before it.');
  });
});
