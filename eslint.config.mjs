import path from 'node:path';
import { fileURLToPath } from 'node:url';
import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import checkFile from 'eslint-plugin-check-file';
import importX from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const root = path.dirname(fileURLToPath(import.meta.url));

/**
 * The layers of the exporter package, top first. A folder may import from its own layer and from those below it:
 * bin -> http, poll, discovery -> snmp, ping, metrics, inventory -> config -> model.
 */
const LAYERS = [
  ['bin'],
  ['http', 'poll', 'discovery'],
  ['snmp', 'ping', 'probe', 'history', 'metrics', 'inventory', 'modules', 'topology'],
  ['config'],
  ['model'],
];

const zones = LAYERS.flatMap((folders, depth) =>
  folders.map((folder) => {
    const above = LAYERS.slice(0, depth).flat();
    return {
      target: `./exporter/src/${folder}`,
      from: above.map((name) => `./exporter/src/${name}`),
      message: `${folder}/ is below ${above.join(', ')}: imports point the other way (bin -> http, poll, discovery -> snmp, ping, metrics, inventory -> config -> model).`,
    };
  })
).filter((zone) => zone.from.length > 0);

const SAYS_NOTHING = '@(util|utils|helper|helpers|common|misc|manager|managers)';
const nameWhatItIs = 'Name the file or folder after what it holds: this name says nothing.';

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      '**/dist/',
      '**/out/',
      'data/',
      'coverage/',
      'grafana-plugin/.config/',
      'tests/bench/**/*.{c,h}',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    plugins: { 'import-x': importX, 'check-file': checkFile },
    settings: {
      'import-x/resolver-next': [
        createTypeScriptImportResolver({
          project: ['exporter/tsconfig.json', 'tsconfig.json', 'grafana-plugin/tsconfig.json'],
          noWarnOnMultipleProjects: true,
        }),
      ],
      'import-x/extensions': ['.ts', '.tsx', '.js', '.mjs'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
    },
    rules: {
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: root,
          zones: [
            ...zones,
            { target: './exporter', from: './grafana-plugin' },
            { target: './grafana-plugin/src', from: './exporter' },
            { target: ['./exporter/src', './grafana-plugin/src'], from: './tests' },
          ],
        },
      ],
      'check-file/filename-blocklist': [
        'error',
        { [`**/${SAYS_NOTHING}.*`]: '*', [`**/${SAYS_NOTHING}/**/*`]: '*' },
        { errorMessage: nameWhatItIs },
      ],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', prefer: 'type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
      eqeqeq: ['error', 'smart'],
    },
  },
  {
    files: ['exporter/src/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      'no-console': 'error',
    },
  },
  {
    files: ['exporter/src/bin/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['grafana-plugin/src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        fetch: 'readonly',
        module: 'writable',
        require: 'readonly',
        __dirname: 'readonly',
        Buffer: 'readonly',
        AbortSignal: 'readonly',
        URLSearchParams: 'readonly',
        window: 'readonly',
        location: 'readonly',
        globalThis: 'readonly',
      },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  }
);
