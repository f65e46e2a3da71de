module.exports = {
  ...require('../jest.node.cjs'),
  displayName: 'exporter',
  rootDir: __dirname,
  testMatch: ['<rootDir>/src/**/*.test.ts'],
};
