import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { roomsConfig } from './.eslint/rooms.js';

const TYPESCRIPT = ['**/*.ts', '**/*.tsx'];
const SCRIPTS = ['**/*.js', '**/*.mjs', '**/*.cjs'];
const TESTS = ['test/**/*.ts', 'clients/**/*.test.ts'];

/** Core rules that find mistakes; layout is prettier's alone. */
const mistakes = {
  name: 'antiphon/mistakes',
  files: [...TYPESCRIPT, ...SCRIPTS],
  rules: {
    'array-callback-return': 'error',
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'no-async-promise-executor': 'error',
    'no-cond-assign': 'error',
    'no-constant-binary-expression': 'error',
    'no-constant-condition': ['error', { checkLoops: false }],
    'no-debugger': 'error',
    'no-empty': 'error',
    'no-loss-of-precision': 'error',
    'no-prototype-builtins': 'error',
    'no-self-compare': 'error',
    'no-template-curly-in-string': 'error',
    'no-unsafe-finally': 'error',
    'no-useless-escape': 'error',
    'no-var': 'error',
    'require-yield': 'error',
    'no-warning-comments': ['error', { terms: ['fixme', 'xxx', 'todo'] }],
    'prefer-const': 'error',
  },
};

const typed = {
  name: 'antiphon/typed',
  files: TYPESCRIPT,
  extends: [tseslint.configs.recommendedTypeChecked],
  languageOptions: {
    parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
  },
  rules: {
    '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
    '@typescript-eslint/no-explicit-any': 'error',
    '@typescript-eslint/no-floating-promises': 'error',
    '@typescript-eslint/no-misused-promises': 'error',
    '@typescript-eslint/no-unused-vars': [
      'error',
      { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
    ],
    '@typescript-eslint/no-empty-object-type': [
      'error',
      { allowInterfaces: 'with-single-extends' },
    ],
    '@typescript-eslint/only-throw-error': 'error',
    '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
    '@typescript-eslint/switch-exhaustiveness-check': [
      'error',
      { considerDefaultExhaustiveForUnions: true },
    ],
    // An interface may ask for a promise where this implementation has nothing to wait for.
    '@typescript-eslint/require-await': 'off',
    '@typescript-eslint/restrict-template-expressions': [
      'error',
      { allowNumber: true, allowBoolean: true },
    ],
  },
};

/** A file is one room's one purpose, a function fits a screen. */
const size = {
  name: 'antiphon/size',
  files: [...TYPESCRIPT, ...SCRIPTS],
  rules: {
    'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    'max-lines-per-function': [
      'error',
      { max: 60, skipBlankLines: true, skipComments: true, IIFEs: true },
    ],
  },
};

const NO_ENUM = {
  selector: 'TSEnumDeclaration',
  message: 'Use an `as const` array and a union type; GraphQL enums are registered from objects.',
};
const NO_DEFAULT_EXPORT = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name, so that one name leads through every layer.',
};

const shipped = {
  name: 'antiphon/shipped',
  files: ['src/**/*.ts', 'clients/**/*.ts'],
  rules: {
    'no-console': 'error',
    'no-restricted-syntax': ['error', NO_ENUM, NO_DEFAULT_EXPORT],
  },
};

/** What the environment says is read, checked and named in one place. */
const environment = {
  name: 'antiphon/environment',
  files: ['src/**/*.ts'],
  ignores: ['src/config.ts'],
  rules: {
    'no-restricted-properties': [
      'error',
      { object: 'process', property: 'env', message: 'Only src/config.ts reads the environment.' },
    ],
    'no-restricted-imports': [
      'error',
      {
        paths: ['process', 'node:process'].map((name) => ({
          name,
          message: 'Use the global `process`; its env is for src/config.ts alone.',
        })),
      },
    ],
  },
};

const tests = {
  name: 'antiphon/tests',
  files: TESTS,
  rules: {
    // A describe block is a table of contents, not a function to keep on one screen.
    'max-lines-per-function': 'off',
    'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    '@typescript-eslint/unbound-method': 'off',
    // Answers that arrive as JSON are looked at by matchers, field by field.
    '@typescript-eslint/no-unsafe-argument': 'off',
    '@typescript-eslint/no-unsafe-assignment': 'off',
    '@typescript-eslint/no-unsafe-call': 'off',
    '@typescript-eslint/no-unsafe-member-access': 'off',
    '@typescript-eslint/no-unsafe-return': 'off',
    '@typescript-eslint/no-unsafe-call': 'off',
    '@typescript-eslint/no-unsafe-return': 'off',
    'no-restricted-syntax': [
      'error',
      NO_ENUM,
      NO_DEFAULT_EXPORT,
      {
        selector: 'ExpressionStatement > CallExpression[callee.name="expect"]',
        message: 'An expectation without a matcher asserts nothing.',
      },
      {
        selector:
          'CallExpression > MemberExpression[object.name=/^(describe|it|test)$/][property.name="only"]',
        message: 'Remove .only: the other tests of this file would not run.',
      },
    ],
  },
};

/** jest calls the default export of this one. */
const jestSetup = {
  name: 'antiphon/jest-setup',
  files: ['test/testkit/global-setup.ts'],
  rules: { 'no-restricted-syntax': ['error', NO_ENUM] },
};

const scripts = {
  name: 'antiphon/scripts',
  files: SCRIPTS,
  extends: [tseslint.configs.disableTypeChecked],
  rules: { 'max-lines-per-function': 'off' },
};

/** The bench installs its packages on demand: its types are not there to be looked at. */
const bench = {
  name: 'antiphon/bench',
  files: ['bench/**/*.ts'],
  extends: [tseslint.configs.disableTypeChecked],
};

export default defineConfig(
  globalIgnores([
    'dist/',
    'coverage/',
    '.antiphon/',
    'clients/*/dist/',
    // Generated files are checked by regenerating them, not by reading them.
    '**/generated/',
    '**/*.generated.ts',
    '**/*.gen.ts',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  mistakes,
  size,
  typed,
  shipped,
  environment,
  roomsConfig,
  tests,
  jestSetup,
  scripts,
  bench,
);
