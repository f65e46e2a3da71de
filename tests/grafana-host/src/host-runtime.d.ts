declare module 'host-runtime/PluginPage' {
  import type { ComponentType } from 'react';
  export function setPluginPage(component: ComponentType<never>): void;
}

declare module 'systemjs/dist/system.js';
declare module 'systemjs/dist/extras/amd.js';

declare module 'react-router-dom' {
  import type { ComponentType, PropsWithChildren } from 'react';
  export const Router: ComponentType<PropsWithChildren<{ history: unknown }>>;
}
