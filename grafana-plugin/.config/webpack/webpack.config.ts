// Started from Grafana's create-plugin 7.1.7; ours since, because its plain output does not build with these versions.
import CopyWebpackPlugin from 'copy-webpack-plugin';
import ForkTsCheckerWebpackPlugin from 'fork-ts-checker-webpack-plugin';
import path from 'path';
import ReplaceInFileWebpackPlugin from 'replace-in-file-webpack-plugin';
import TerserPlugin from 'terser-webpack-plugin';
import { SubresourceIntegrityPlugin } from 'webpack-subresource-integrity';
import { type Configuration } from 'webpack';
import VirtualModulesPlugin from 'webpack-virtual-modules';

import { BuildModeWebpackPlugin } from './BuildModeWebpackPlugin.ts';
import { DIST_DIR, SOURCE_DIR } from '../bundler/constants.ts';
import { copyFilePatterns, getEntries, getPackageJson, getPluginJson } from '../bundler/plugin-files.ts';
import { externals } from '../bundler/externals.ts';

const pluginJson = getPluginJson();
const pluginVersion = getPackageJson().version;

// Chunks load from where module.js was loaded, also behind a sub-path or a CDN. They all lie in the app's own folder, so a
// nested plugin goes back up to it.
const virtualPublicPath = new VirtualModulesPlugin({
  'node_modules/grafana-public-path.js': `
import amdMetaModule from 'amd-module';

__webpack_public_path__ =
  amdMetaModule && amdMetaModule.uri
    ? amdMetaModule.uri.slice(0, amdMetaModule.uri.lastIndexOf('/') + 1).replace(/panels\\/[^/]+\\/$/, '')
    : 'public/plugins/${pluginJson.id}/';
`,
});

export type Env = { [key: string]: true | string | Env };

const config = async (env: Env): Promise<Configuration> => ({
  context: path.join(process.cwd(), SOURCE_DIR),
  devtool: env.production ? 'source-map' : 'eval-source-map',
  entry: getEntries(),
  externals,
  mode: env.production ? 'production' : 'development',
  module: {
    rules: [
      // First, or the source maps break.
      {
        test: /src\/(?:.*\/)?module\.tsx?$/,
        use: [{ loader: 'imports-loader', options: { imports: 'side-effects grafana-public-path' } }],
      },
      {
        exclude: /(node_modules)/,
        test: /\.[tj]sx?$/,
        use: {
          loader: 'swc-loader',
          options: {
            jsc: {
              target: 'es2020',
              parser: { syntax: 'typescript', tsx: true },
              transform: { react: { runtime: 'automatic' } },
            },
          },
        },
      },
    ],
  },
  optimization: {
    minimize: Boolean(env.production),
    minimizer: [new TerserPlugin({ terserOptions: { format: { comments: false } }, extractComments: false })],
  },
  output: {
    clean: true,
    filename: '[name].js',
    chunkFilename: env.production ? '[name].js?_cache=[contenthash]' : '[name].js',
    library: { type: 'amd' },
    path: path.resolve(process.cwd(), DIST_DIR),
    publicPath: `public/plugins/${pluginJson.id}/`,
    uniqueName: pluginJson.id,
    crossOriginLoading: 'anonymous',
  },
  plugins: [
    new BuildModeWebpackPlugin(),
    virtualPublicPath,
    new CopyWebpackPlugin({ patterns: copyFilePatterns() }),
    new ReplaceInFileWebpackPlugin([
      {
        dir: DIST_DIR,
        test: [/(^|\/)plugin\.json$/, /(^|\/)README\.md$/],
        rules: [
          { search: /%VERSION%/g, replace: pluginVersion },
          { search: /%TODAY%/g, replace: new Date().toISOString().substring(0, 10) },
          { search: /%PLUGIN_ID%/g, replace: pluginJson.id },
        ],
      },
    ]),
    new SubresourceIntegrityPlugin({ hashFuncNames: ['sha256'] }),
    ...(env.development
      ? [new ForkTsCheckerWebpackPlugin({ typescript: { configFile: path.join(process.cwd(), 'tsconfig.json') } })]
      : []),
  ],
  resolve: { extensions: ['.js', '.jsx', '.ts', '.tsx'] },
});

export default config;
