import tsParser from '@typescript-eslint/parser';
import importX from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { clocklessGlobals, core, packages, rooms, zones } from './rooms.js';

const everyRoom = Object.keys(rooms);

/** The import table of ARCHITECTURE.md: which rooms a room may not open, and which packages it may not use. */
const tableRules = everyRoom.flatMap((room) => {
  const allowed = packages[room];
  return allowed === '*'
    ? []
    : [
        {
          files: [`${room}/**/*.{ts,tsx}`],
          rules: {
            'no-restricted-imports': [
              'error',
              {
                patterns: [
                  {
                    // Everything that is neither relative nor on the room's list of packages.
                    regex: `^(?!\\.{1,2}/)(?!(?:${allowed.join('|') || '(?!)'})(?:/|$)).+`,
                    message: `${room}/ may import only ${allowed.join(', ') || 'no package'}; see rooms.js.`,
                  },
                ],
              },
            ],
          },
        },
      ];
});

export default tseslint.config(
  { ignores: ['node_modules', 'out', '.runtime', 'artifacts', 'test-results', '**/*.cjs'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parser: tsParser },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.base.json' })],
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: 'Text is text.' },
        { selector: 'MemberExpression[property.name="innerHTML"]', message: 'Text is text.' },
        { selector: 'CallExpression[callee.name="eval"]', message: 'No code from strings.' },
      ],
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones }],
      eqeqeq: 'error',
    },
  },
  ...tableRules,
  {
    files: core.map((room) => `${room}/**/*.ts`),
    rules: { 'no-restricted-globals': ['error', ...clocklessGlobals] },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      'no-restricted-globals': ['error', 'fetch', 'WebSocket', 'localStorage', 'sessionStorage', 'indexedDB'],
    },
  },
  {
    files: ['desk/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      // The key is kept nowhere but in memory.
      'no-restricted-globals': [
        'error',
        'localStorage',
        'sessionStorage',
        'indexedDB',
        'caches',
        'cookieStore',
      ],
    },
  },
);
