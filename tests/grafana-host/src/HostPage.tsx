import { PageLayoutType, type NavModelItem } from '@grafana/data';
import type { PropsWithChildren } from 'react';

interface HostPageProps {
  pageNav?: NavModelItem;
  layout?: PageLayoutType;
}

/** Stands in for Grafana's page chrome: a heading, except for pages that draw everything themselves. */
export const HostPage = ({ children, pageNav, layout }: PropsWithChildren<HostPageProps>) => (
  <div style={{ flex: 1, minWidth: 0, padding: layout === PageLayoutType.Custom ? 0 : 16 }}>
    {layout !== PageLayoutType.Custom && <h1>{pageNav?.text}</h1>}
    {children}
  </div>
);
