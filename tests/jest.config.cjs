module.exports = {
  ...require('../jest.node.cjs'),
  displayName: 'integration',
  rootDir: __dirname,
  testMatch: ['<rootDir>/integration/**/*.test.ts', '<rootDir>/simulator/**/*.test.ts'],
  testTimeout: 60_000,
};
