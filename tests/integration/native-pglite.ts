// PGlite loads its parts by import(), which Jest's sandbox refuses: it is loaded by Node itself.
jest.mock('@electric-sql/pglite', () =>
  (process as unknown as { getBuiltinModule(name: string): typeof import('node:module') })
    .getBuiltinModule('node:module')
    .createRequire(__filename)('@electric-sql/pglite')
);

export {};
