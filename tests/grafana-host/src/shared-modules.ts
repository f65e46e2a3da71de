import 'systemjs/dist/system.js';
import 'systemjs/dist/extras/amd.js';
import * as emotionCss from '@emotion/css';
import * as emotionReact from '@emotion/react';
import * as grafanaData from '@grafana/data';
import * as grafanaRuntime from '@grafana/runtime';
import * as grafanaRuntimeUnstable from '@grafana/runtime/unstable';
import * as grafanaUi from '@grafana/ui';
import * as i18next from 'i18next';
import lodash from 'lodash';
import moment from 'moment';
import * as react from 'react';
import * as reactDom from 'react-dom';
import * as reactDomClient from 'react-dom/client';
import * as reactRouterV5 from 'react-router-dom';
import * as reactRouterV6 from 'react-router-dom-v5-compat';
import * as jsxRuntime from 'react/jsx-runtime';
import * as rxjs from 'rxjs';
import * as rxjsOperators from 'rxjs/operators';

interface SystemJs {
  set(id: string, module: object): void;
  addImportMap(map: { imports: Record<string, string> }): void;
  import<T>(id: string): Promise<T>;
}

export const System = (window as unknown as { System: SystemJs }).System;

/** The modules that Grafana shares with plugins, under the names by which they ask for them. */
const SHARED: Record<string, object> = {
  '@emotion/css': emotionCss,
  '@emotion/react': emotionReact,
  '@grafana/data': grafanaData,
  '@grafana/runtime': grafanaRuntime,
  '@grafana/runtime/unstable': grafanaRuntimeUnstable,
  '@grafana/ui': grafanaUi,
  i18next,
  lodash: { ...lodash, default: lodash, __useDefault: true },
  moment: { default: moment, __useDefault: true },
  react,
  'react/jsx-runtime': jsxRuntime,
  'react-dom': reactDom,
  'react-dom/client': reactDomClient,
  'react-router-dom': reactRouterV5,
  // Grafana hands out version 6 of the router under this name.
  'react-router': reactRouterV6,
  rxjs,
  'rxjs/operators': rxjsOperators,
};

/** Call after every set…() of @grafana/runtime: SystemJS copies a module, and a binding that changes later is lost. */
export function registerSharedModules(): void {
  const imports: Record<string, string> = {};
  for (const [name, module] of Object.entries(SHARED)) {
    imports[name] = `package:${name}`;
    System.set(`package:${name}`, module);
  }
  System.addImportMap({ imports });
}
