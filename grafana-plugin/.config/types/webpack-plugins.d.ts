declare module 'replace-in-file-webpack-plugin' {
  import { Compiler } from 'webpack';

  interface ReplaceOption {
    dir?: string;
    files?: string[];
    test?: RegExp | RegExp[];
    rules: Array<{ search: string | RegExp; replace: string | ((match: string) => string) }>;
  }

  class ReplaceInFilePlugin {
    constructor(options?: ReplaceOption[]);
    apply(compiler: Compiler): void;
  }

  export = ReplaceInFilePlugin;
}
