/** Lint with types: promises that nobody awaits and switches that miss a case are errors here. */
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const ignored = globalIgnores([
  'dist/',
  'coverage/',
  '.murmur/',
  'docs/',
  'book/src/',
  'book/theme/',
])

/** @type {import('eslint').Linter.RulesRecord} */
const rules = {
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/consistent-type-exports': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { considerDefaultExhaustiveForUnions: true },
  ],
  '@typescript-eslint/restrict-template-expressions': [
    'error',
    { allowNumber: true, allowBoolean: true },
  ],
  '@typescript-eslint/no-confusing-void-expression': [
    'error',
    { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
  ],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
  eqeqeq: 'error',
  'no-var': 'error',
  'prefer-const': 'error',
}

const everything = {
  files: ['**/*.ts', '**/*.mjs', '**/*.js'],
  extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
  languageOptions: {
    parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
  },
  linterOptions: { reportUnusedDisableDirectives: /** @type {const} */ ('error') },
  rules,
}

/** A cast in plain JavaScript is a comment: the compiler heeds it, the linter does not see it. */
const javaScript = {
  files: ['**/*.mjs', '**/*.js'],
  rules: {
    '@typescript-eslint/no-unsafe-assignment': /** @type {const} */ ('off'),
    '@typescript-eslint/no-unsafe-member-access': /** @type {const} */ ('off'),
  },
}

const config = defineConfig(ignored, everything, javaScript)

export { config as default }
