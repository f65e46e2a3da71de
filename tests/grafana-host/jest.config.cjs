module.exports = {
  ...require('../../jest.node.cjs'),
  displayName: 'grafana-host',
  rootDir: __dirname,
  testMatch: ['<rootDir>/**/*.test.ts'],
  testTimeout: 120_000,
};
