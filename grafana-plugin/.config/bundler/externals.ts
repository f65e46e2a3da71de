import type { Configuration } from 'webpack';

/** What Grafana hands to every plugin through its module loader; bundling one of these breaks on the next Grafana. */
export const externals: Configuration['externals'] = [
  // Required for dynamic publicPath resolution
  { 'amd-module': 'module' },
  'lodash',
  'moment',
  '@emotion/react',
  '@emotion/css',
  'react',
  'react/jsx-runtime',
  'react/jsx-dev-runtime',
  'react-dom',
  'rxjs',
  'i18next',
  'react-router',
  /^@grafana\/ui/i,
  /^@grafana\/runtime/i,
  /^@grafana\/data/i,
];
